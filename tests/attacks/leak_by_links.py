"""Reaches for a secret by symbolic and hard links, by renaming, and through /proc: nothing is read."""

import os

target = OUTSIDE["file"]
for reach in (
    lambda: os.symlink(target, "link"),
    lambda: os.link(target, "link"),
    lambda: os.rename(target, "link"),
    lambda: os.replace(target, "link"),
    lambda: os.symlink(OUTSIDE["folder"], "folder"),
    lambda: os.link("/proc/self/environ", "link"),
):
    try:
        reach()
    except OSError:
        pass
for path in ("link", "folder/solutions.ipynb", f"/proc/self/root{target}", f"/proc/self/cwd/../../../..{target}"):
    try:
        print(open(path).read())
    except OSError:
        pass
