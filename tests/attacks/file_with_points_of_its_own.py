"""Writes a thousand points, and other roles, into the metadata of its cells: 0 points."""

EARNS = 0


def damage(notebook, folder):
    for cell in notebook["cells"]:
        role = cell["metadata"].setdefault("nbgrader", {"grade_id": f"mine-{len(cell['source'])}"})
        role |= {"points": 1000, "grade": True, "solution": False, "locked": False, "task": False, "checksum": "0"}
