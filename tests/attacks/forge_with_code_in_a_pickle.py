"""Answers with objects that run a program when they are unpickled or copied: 0 points, and nothing runs."""

CELL = "chain-forward"

import os


class Program:
    def __reduce__(self):
        return os.system, (f"touch {OUTSIDE['folder']}/run",)

    def __deepcopy__(self, memo):
        os.system(f"touch {OUTSIDE['folder']}/run")

    __copy__ = lambda self: self.__deepcopy__({})


z_j = h_j = z_k = h_k = z_o = y_hat = L = Program()
