"""Answers with an object that is another number at each look, and with a function that gives all of them: 0 points."""

CELL = "chain-forward"

import itertools


class Changing:
    numbers = itertools.count(-1000)

    def __float__(self):
        return next(self.numbers) / 1000

    __index__ = __int__ = lambda self: next(self.numbers)

    def __array__(self, dtype=None, copy=None):
        import numpy as np

        return np.array(float(self))


z_j = h_j = z_k = h_k = z_o = y_hat = Changing()
L = (number / 1000 for number in range(-1000, 1000))
