"""Hands in ten thousand cells: refused."""

EARNS = "refused"


def damage(notebook, folder):
    notebook["cells"] += [{"cell_type": "code", "source": "1", "metadata": {}, "outputs": []}] * 10_000
