"""Grades the notebooks of a repository, shows what they came to, and fails where automatic points are missing.

`python grade.py` grades all; `python grade.py chain-forward` fails unless that exercise has all its points. The last
line is the share of the automatic points, from 0 to 1.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

GRADED = Path("graded.json")


def graded(notebooks):
    """What the command says of them; once for all steps of a job."""
    if not GRADED.exists():
        done = subprocess.run(["backprop-course", "grade", *notebooks, "--json"], stdout=subprocess.PIPE, text=True)
        if not done.stdout:
            sys.exit("The notebooks could not be graded.")
        GRADED.write_text(done.stdout)
    return json.loads(GRADED.read_text())["files"]


def main(exercise=None):
    notebooks = sorted(str(path) for path in Path().rglob("*.ipynb") if not any(p.startswith(".") for p in path.parts))
    if not notebooks:
        sys.exit("There is no notebook (.ipynb) here.")
    files = graded(notebooks)
    failed = [f"{file['file']} could not be graded: {file['failed']}" for file in files if file["failed"]]
    automatic = [one for file in files for one in file["exercises"] if one["score"] is not None]
    if exercise:
        automatic = [one for one in automatic if one["name"] == exercise]
    lines = [*failed, *(f"{one['name']}: {one['score']:g} of {one['max_score']:g}" for one in automatic)]
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        shown = "\n\n".join(f"```\n{one['output'] or one['name']}\n```" for one in automatic)
        Path(summary).write_text("\n".join(failed) + "\n" + shown + "\n")
    most = sum(one["max_score"] for one in automatic)
    share = sum(one["score"] for one in automatic) / most if most else 0.0
    print("\n".join([*lines, f"{share:.4f}"]))
    return 0 if share == 1 and not failed else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
