"""Replies with more objects of unknown classes than the examiner has memory for: invalid answers."""

EARNS = 0

import gc

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
many = {"z_j": ["l", [["o", f"x{number}"] for number in range(250_000)]], "h_j": ["l", [["f", 5, "x"]] * 100_000]}
me._do_values = lambda rest, data: me.connection.send(["values", many])
