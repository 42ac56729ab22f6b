"""Answers with arrays that answer every ufunc with true and zero: 0 points."""

CELL = "chain-forward"

import numpy as np


class Liar(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **named):
        return np.bool_(True) if ufunc.nout == 1 and "equal" in ufunc.__name__ else np.float64(0)

    def __array_function__(self, function, types, arguments, named):
        return True


class Interface:
    @property
    def __array_interface__(self):
        return {"shape": (), "typestr": "<f8", "data": (id(self), False), "version": 3}


z_j = h_j = z_k = h_k = np.zeros(1).view(Liar)
z_o = y_hat = L = Interface()
