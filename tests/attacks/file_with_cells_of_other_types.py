"""Makes its checks pages of text and its locked cells raw ones: they are code again, right answers get their points."""

EARNS = "all"


def damage(notebook, folder):
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("locked"):
            cell["cell_type"] = "markdown" if cell["metadata"]["nbgrader"]["grade"] else "raw"
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
