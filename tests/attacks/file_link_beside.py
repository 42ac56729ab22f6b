"""Hands in a link to the gradebook beside its notebook: refused."""

EARNS = "refused"


def damage(notebook, folder):
    (folder / "data.png").symlink_to("../../../gradebook.db")
