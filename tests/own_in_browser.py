"""A notebook on exercises of one's own, run cell by cell as a kernel does: the same points on every Python.

Run as `python own_in_browser.py NOTEBOOKS`, with a file of exercises and the sources of notebooks' code cells in a JSON
file; prints the points of each check as JSON.
"""

import json
import os
import sys
from pathlib import Path

asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
Path("exercises.py").write_text(asked["file"], encoding="utf-8")
sys.path.insert(0, os.getcwd())
found = {}
for name, cells in asked["notebooks"].items():
    space = {"__name__": "__main__"}
    for id, source in cells:
        if id.endswith("-check"):
            found[f"{name}: {id}"] = float(eval(source, space))
        else:
            exec(source, space)
print("\n" + json.dumps(found))
