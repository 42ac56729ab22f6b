"""Hands in cells that are numbers, texts, lists, and cells with sources, roles and tags that are: 0 points."""

EARNS = 0


def damage(notebook, folder):
    for number, cell in enumerate(notebook["cells"]):
        cell["source"] = [5, None, {"a": "b"}, ["x"], "pass"]
        cell["metadata"]["nbgrader"] = [None, [], 5, {"grade_id": []}, {"grade_id": {}}][number % 5]
        cell["metadata"]["tags"] = 5
        cell["cell_type"] = [None, 5, [], "code", "unknown"][number % 5]
    notebook["cells"] += [None, 5, "cell", [], {}, {"cell_type": "code"}, {"source": 5}]
    notebook["metadata"] = []
