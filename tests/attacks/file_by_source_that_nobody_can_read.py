"""Writes an answer of two megabytes, which whoever makes feedback would colour in for hours: refused."""

EARNS = "refused"


def damage(notebook, folder):
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "chain-forward":
            cell["source"] = "x = [" + "0," * 1_000_000 + "]"
