"""Hands in modules with the names of NumPy, the kernel and the judge beside right answers: they are not used."""

EARNS = "all"
FLAG = "suspicious-file"

MODULES = (
    *("numpy.py", "matplotlib.py", "IPython.py", "ipykernel_launcher.py", "sitecustomize.py", "usercustomize.py"),
    *("backprop_course.py", "json.py", "random.py", "nbgrader_config.py", "jupyter_config.py", "conftest.py"),
    *("x.pth", "backprop_course/__init__.py", "backprop_course/checks.py", ".ipython/profile_default/startup/0.py"),
)


def damage(notebook, folder):
    for name in MODULES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("import pathlib; pathlib.Path(__file__ + '.run').touch(); raise SystemExit\n")
