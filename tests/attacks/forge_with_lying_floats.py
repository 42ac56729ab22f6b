"""Answers with floats whose differences from everything are zero: 0 points."""

CELL = "chain-forward"


class Zero(float):
    def __sub__(self, other):
        return Zero(0)

    __rsub__ = __truediv__ = __rtruediv__ = __mul__ = __rmul__ = __sub__

    def __abs__(self):
        return Zero(0)

    def __le__(self, other):
        return True

    __lt__ = __ge__ = __gt__ = __eq__ = __le__
    __hash__ = float.__hash__


z_j = h_j = z_k = h_k = z_o = y_hat = L = Zero(3)
