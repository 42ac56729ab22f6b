"""Removes, moves, empties and makes files wherever it can: in its own scratch at most."""

import os
import shutil

for place in OUTSIDE["folder"], os.environ["IPYTHONDIR"]:
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
# Where it may read, and where everybody is sorry if it deletes: there an empty folder shows as much.
for place in OUTSIDE["notebooks"], os.path.dirname(os.__file__):
    try:
        os.mkdir(f"{place}/{OUTSIDE['note']}")
    except OSError:
        pass
