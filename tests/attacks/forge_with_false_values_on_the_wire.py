"""Replies with what no honest candidate sends: functions of the examiner's, wrong sizes, hidden tags: 0 points."""

CELL = "chain-forward"

import gc

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
values = {
    "z_j": ["f", "back", 0],
    "h_j": ["a", "<f8", [-1], 8],
    "z_k": ["n", "<f8", 2**31],
    "h_k": ["o", "float"],
    "z_o": ["x", "O", []],
    "y_hat": ["t", [["t", [["f", 10**12, "float"]]]]],
    "L": ["c", "nan", None],
}
me._do_values = lambda rest, data: me.connection.send(["values", values])
