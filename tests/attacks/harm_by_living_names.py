"""Names classes, functions and exceptions so that a verdict that mentions them would run a script: none does."""

EARNS = 7
CELL = "chain-forward"

evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
made = type(evil, (), {"__repr__": lambda self: evil, "__str__": lambda self: evil})
z_j, h_j, z_k = made(), evil, [evil]
h_k, z_o, y_hat = {evil: evil}, made, evil.encode()
L = type(evil, (), {"__call__": lambda self: evil})()


class Loud(Exception):
    def __str__(self):
        return evil


Loud.__name__ = Loud.__qualname__ = evil


def chain_gradients(w_in, w_j, w_k, x, y):
    print(evil)
    raise Loud(evil)
