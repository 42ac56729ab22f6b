"""Runs commands, files and extensions by IPython's magics: none runs, right answers get their points."""

EARNS = "all"

MAGICS = (
    "!touch magic.run\n!!touch magic.run\nx = !touch magic.run",
    "%%bash\ntouch magic.run",
    "%%script sh\ntouch magic.run",
    "%%writefile ../../magic.run\nx",
    "%run ../../../nbgrader_config.py",
    "%load_ext autoreload\n%autoreload 2",
    "%load ../../../secret.txt",
    "%pip install nothing",
    "%%file /tmp/magic.run\nx",
    "%store z_j\n%history -g",
    "%edit\n%notebook magic.run",
)


def damage(notebook, folder):
    for magic in MAGICS:
        notebook["cells"].insert(1, {"cell_type": "code", "source": magic, "metadata": {}, "outputs": []})
