"""Replies that the call has changed its arguments to zeros, so that zeros would be right: 0 points."""

CELL = "chain-descent"

import gc

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)


def gradient_step(weights, gradients, eta):
    pass


def reply(rest, data):
    zeros = ["d", [[name, 0.0] for name in ("w_in", "w_j", "w_k", "a", "b", "w")]]
    me.connection.send(["returned", zeros, [[0, zeros], [1, zeros], [2, 0.0]], "", "", []])


me._do_judge = me._do_call = reply
