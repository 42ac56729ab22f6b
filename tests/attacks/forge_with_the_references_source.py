"""Reads the source of the course's passes, which is public, and runs a copy under other names: flagged."""

CELL = "chain-gradients"
EARNS = 3
FLAG = "copied-reference"

import inspect
import sys

package = "_".join(["backprop", "course"])
space = {}
for name in ("network", "backprop"):
    module = sys.modules[f"{package}.core.{name}"]
    copy = type(sys)(f"my_{name}")
    sys.modules[copy.__name__] = copy
    source = inspect.getsource(module).replace(f"from {package}.core.network ", "from my_network ")
    exec(compile(source, copy.__name__, "exec"), vars(copy))


def chain_gradients(w_in, w_j, w_k, x, y):
    unit = sys.modules["my_network"].Unit
    net = sys.modules["my_network"].Network(
        unit("j", "sigmoid", {"w_in": "x"}),
        unit("k", "sigmoid", {"w_j": "j"}),
        unit("o", "linear", {"w_k": "k"}),
        loss="squared_error",
    )
    found = sys.modules["my_backprop"].gradients(net, {"w_in": w_in, "w_j": w_j, "w_k": w_k}, x, y)
    return {name: float(found[name]) for name in ("w_in", "w_j", "w_k")}
