"""Shows a picture that it has not attached, on which nbconvert fails: graded, and there is a page of feedback."""

EARNS = "all"


def damage(notebook, folder):
    text = "![x](attachment:lost.png) and ![x](attachment:lost.svg)"
    notebook["cells"].append({"cell_type": "markdown", "source": text, "metadata": {}})
