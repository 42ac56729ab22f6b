"""Answers with an object that is equal to, and between, all others: 0 points."""

CELL = "chain-forward"


class Everything:
    def __eq__(self, other):
        return True

    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0

    def __sub__(self, other):
        return 0.0

    __rsub__ = __abs__ = __float__ = __mod__ = lambda self, other=None: 0.0

    def __array__(self, dtype=None, copy=None):
        import numpy as np

        return np.zeros(1)


z_j = h_j = z_k = h_k = z_o = y_hat = L = Everything()
