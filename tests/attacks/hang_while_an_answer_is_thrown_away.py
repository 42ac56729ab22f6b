"""A judged function's result hangs when it is let go: costs its own check."""

EARNS = 20
CELL = "chain-gradients"


class Clinging:
    def __del__(self):
        while True:
            pass


def chain_gradients(w_in, w_j, w_k, x, y):
    if (w_in, w_j, w_k) == (2, 5, 3):
        raise NotImplementedError
    return Clinging()
