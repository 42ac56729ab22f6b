"""Replies with small messages that stand for huge arrays: invalid answers."""

EARNS = 0

import gc

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
huge = {
    "z_j": ["l", [["x", "O", [300_000]]] * 3000],
    "h_j": ["x", "U", [2**26, 0, 2**26, 2**26]],
    "z_k": ["a", "<f8", [2**26, 2**26, 2**26, 0], 0],
    "h_k": ["l", [["a", "<f8", [0] * 16, 0]] * 10_000],
}
me._do_values = lambda rest, data: me.connection.send(["values", huge])
