"""Writes modules, .pth files and byte code where Python will look: nothing is written."""

import glob
import importlib.util
import os
import site
import sys

import numpy as np

places = {
    *sys.path,
    *site.getsitepackages(),
    os.path.dirname(np.__file__),
    os.path.dirname(os.__file__),
    site.getusersitepackages(),
}
places |= {os.path.dirname(importlib.util.cache_from_source(np.__file__))}
for place in filter(None, places):
    for name in ("sitecustomize.py", "note.pth", "usercustomize.py", "colorsys.py"):
        try:
            with open(f"{place}/{name}", "a") as file:
                file.write("")
            raise SystemError(place)
        except OSError:
            pass
for path in glob.glob(f"{os.path.dirname(np.__file__)}/__pycache__/*.pyc")[:3]:
    for reach in (
        lambda path: open(path, "r+b"),
        os.unlink,
        lambda path: os.rename(path, path + "x"),
        lambda path: os.truncate(path, 0),
    ):
        try:
            reach(path)
            raise SystemError(path)
        except OSError:
            pass
