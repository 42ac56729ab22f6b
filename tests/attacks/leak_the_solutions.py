"""Looks for the instructor's notebooks with the solutions wherever they could be: none is found."""

import os
import sys

import backprop_course

for start in (
    OUTSIDE["notebooks"],
    OUTSIDE["folder"],
    os.path.dirname(backprop_course.__file__),
    os.path.dirname(os.path.dirname(backprop_course.__file__)),
    os.path.dirname(sys.executable),
    "/home",
    "/root",
    "/tmp",
):
    for folder, _, names in os.walk(start):
        for name in names:
            if name in ("chain_network.ipynb", "solutions.ipynb") or folder.endswith("02_chain_network"):
                try:
                    open(os.path.join(folder, name)).read()
                    raise SystemError(folder)
                except OSError:
                    pass
for path in (f"{OUTSIDE['notebooks']}/02_chain_network/chain_network.ipynb", OUTSIDE["file"]):
    try:
        open(path).read()
        raise SystemError(path)
    except OSError:
        pass
