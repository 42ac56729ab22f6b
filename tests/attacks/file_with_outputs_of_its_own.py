"""Hands in outputs that say that all is right, with scripts in them: 0 points, and they are gone."""

EARNS = 0


def damage(notebook, folder):
    verdict = {"exercise": "chain-forward", "points": 7.0, "max_points": 7.0, "parts": []}
    data = {"text/plain": "7.0", "application/vnd.backprop-course.verdict+json": verdict}
    place = {"backprop-course": verdict}
    data["text/html"] = "<script>alert(1)</script>"
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 1
            cell["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "data": data, "metadata": place}]
