"""Gives all its cells the same id, one that is HTML: every cell has one of its own in the end."""

EARNS = "all"


def damage(notebook, folder):
    for cell in notebook["cells"]:
        cell["id"] = '"><script>alert(1)</script>'
