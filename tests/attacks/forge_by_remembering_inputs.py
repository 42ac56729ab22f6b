"""A function that waits until it is asked the same again, and then answers what came in between: 0 points."""

CELL = "chain-gradients"

seen = {}


def chain_gradients(**given):
    key = tuple(given.items())
    seen[key] = seen.get(key, 0) + 1
    return {name: seen[key] * given[name] for name in ("w_in", "w_j", "w_k")}
