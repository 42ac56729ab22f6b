"""Judged functions print, raise and warn in HTML and in a terminal's commands: a browser would run none of it."""

CELL = "chain-gradients"
EARNS = 20

import warnings

evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\x1b[2J\x1b]0;owned\x07\u202e\x00"


def chain_gradients(w_in, w_j, w_k, x, y):
    print(evil)
    warnings.warn(evil, stacklevel=1)
    if w_in > 0:
        return {evil: evil, "w_in": evil}
    raise type(evil.replace("\x00", ""), (ValueError,), {})(evil)
