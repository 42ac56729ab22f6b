"""Calls functions of the examiner's that it was never given, by their numbers: 0 points."""

CELL = "chain-gradients"

import gc

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)


def chain_gradients(w_in, w_j, w_k, x, y):
    for number in (-1, 0, 1, 99, True, "judge", None):
        me.connection.send(["back", number, ["l", [w_in]], ["d", []]])
        print(me.connection.receive(0.2))
    return {"w_in": 0.0, "w_j": 0.0, "w_k": 0.0}
