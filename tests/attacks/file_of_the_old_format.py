"""Hands in a notebook that says it is of the old format, and is not quite one: refused."""

EARNS = "refused"


def damage(notebook, folder):
    notebook.clear()
    cell = {"cell_type": "code", "input": 5, "outputs": [{"output_type": "pyout", "metadata": None}], "language": []}
    notebook.update(nbformat=3, nbformat_minor=0, metadata={}, worksheets=[{"cells": [cell, None, 7], "metadata": 3}])
