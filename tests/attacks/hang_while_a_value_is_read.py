"""Answers with objects that hang whenever they are looked at: invalid answers."""

EARNS = 7
CELL = "chain-forward"

for_ever = lambda *values: [None for _ in iter(int, 1)]


class Meta(type):
    __instancecheck__ = __subclasscheck__ = __eq__ = for_ever
    __hash__ = type.__hash__


class Endless(metaclass=Meta):
    __float__ = __array__ = __eq__ = __len__ = __iter__ = __index__ = __bool__ = __str__ = __repr__ = for_ever
    __hash__ = for_ever


z_j = h_j = z_k = h_k = z_o = y_hat = L = Endless()
C_1 = C_2 = C_3 = dL_dw_k = delta_o = Endless()
