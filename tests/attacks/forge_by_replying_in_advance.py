"""Writes replies to the wire before they are asked for, right ones in form: 0 points."""

CELL = "chain-forward"

import gc

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
names = ("z_j", "h_j", "z_k", "h_k", "z_o", "y_hat", "L")
me.connection.send(["done", [], []])
for reply in (
    ["values", dict.fromkeys(names, 7.0)],
    ["verdict", 7.0],
    ["points", 7.0],
    ["returned", 7.0, [], "", "", []],
):
    for _ in range(3):
        me.connection.send(reply)
