"""Removes, moves and empties all files it can reach: its own scratch at most."""

import os
import shutil

for place in (
    OUTSIDE["folder"],
    OUTSIDE["notebooks"],
    f"{os.path.dirname(os.__file__)}/json",
    os.environ["IPYTHONDIR"],
):
    for harm in (
        lambda: shutil.rmtree(place, ignore_errors=True),
        lambda: os.rename(place, place + "x"),
        lambda: os.rmdir(place),
        lambda: os.truncate(OUTSIDE["file"], 0),
        lambda: open(OUTSIDE["file"], "a").write("x"),
        lambda: os.unlink(OUTSIDE["file"]),
        lambda: os.mkdir(f"{OUTSIDE['folder']}/new"),
    ):
        try:
            harm()
        except OSError:
            pass
