"""Writes half characters, which JSON can hold and a file cannot, into sources, ids and attachments: graded."""

EARNS = "all"

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def damage(notebook, folder):
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"\ud800{number}"
        if cell["cell_type"] == "markdown":
            cell["attachments"] = {"\udfff<script>alert(1)</script>.png": {"image/png": PIXEL, "text/\ud800": "x"}}
    notebook["cells"].append({"cell_type": "markdown", "source": "half \ud800 a letter", "metadata": {"\ud800": 1}})
