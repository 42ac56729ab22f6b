"""Answers with a set and a dict of numbers that all have the same hash: invalid, in no time."""

EARNS = 0
CELL = "chain-forward"

import gc

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
numbers = [number * (2**61 - 1) for number in range(1, 60_000)]
values = {"z_j": ["s", numbers], "h_j": ["d", [[number, None] for number in numbers]]}
me._do_values = lambda rest, data: me.connection.send(["values", values])
