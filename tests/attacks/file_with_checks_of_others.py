"""Lets all checks check the easiest exercise, which alone is solved: 0 points for the others."""

EARNS = 2


def damage(notebook, folder):
    for cell in notebook["cells"]:
        role = cell["metadata"].get("nbgrader", {})
        if role.get("grade"):
            cell["source"] = 'check("chain-descent")'
        if role.get("grade_id") == "chain-descent":
            cell["source"] = (
                "def gradient_step(weights, gradients, eta):\n"
                "    return {name: weights[name] - eta * gradients[name] for name in weights}"
            )
