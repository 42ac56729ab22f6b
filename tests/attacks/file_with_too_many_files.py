"""Hands in two thousand files beside its notebook: refused."""

EARNS = "refused"


def damage(notebook, folder):
    for number in range(2000):
        (folder / f"{number}.txt").touch()
