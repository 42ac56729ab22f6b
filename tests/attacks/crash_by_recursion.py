"""Recurses without end, in Python, in a repr and in C: errors, and what comes after is judged."""

EARNS = "all"


class Deep:
    def __repr__(self):
        return repr(self)

    def __getattr__(self, name):
        return getattr(self, name + "x")


def deeper(n):
    return deeper(n + 1)


for fall in (lambda: deeper(0), lambda: repr(Deep()), lambda: hasattr(Deep(), "a")):
    try:
        fall()
    except RecursionError:
        pass
deep = []
for _ in range(100_000):
    deep = [deep]
Deep()
