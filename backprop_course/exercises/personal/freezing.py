"""Writes a version down: the mistakes that count, and the arithmetic of the course's own number sets.

    python -m backprop_course.exercises.personal.freezing 2

writes `frozen/2.json` from the exercises and mistakes as they are today, for a version that has not been released: a
class that was made with one expects it to stay.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from backprop_course.exercises import NOTEBOOKS
from backprop_course.exercises.kinds import Values, redrawable
from backprop_course.exercises.personal.number_set import recorded
from backprop_course.exercises.personal.sets import share
from backprop_course.misconceptions import MISCONCEPTIONS


def groups() -> Iterator[tuple[str, list[Values]]]:
    """The course's exercises that share numbers, by a name: that of their notebook, or of the first of them."""
    for notebook, exercises in NOTEBOOKS.items():
        found: list[list[Values]] = []
        for exercise in (one for one in exercises if redrawable(one)):
            group = next((group for group in found if all(share(one, exercise) for one in group)), None)
            if group is None:
                found.append([exercise])
            else:
                group.append(exercise)
        for group in found:
            yield notebook.split("/")[1] if len(found) == 1 else group[0].id, group


def written_down() -> str:
    """A version as text: of every set a line."""
    sets = {name: recorded(name, group, MISCONCEPTIONS).to_json() for name, group in groups()}
    lines = (f"{json.dumps(name)}: {json.dumps(one, separators=(',', ':'))}" for name, one in sets.items())
    return "\n".join([f'{{"mistakes": {json.dumps(sorted(MISCONCEPTIONS))},', '"sets": {', ",\n".join(lines), "}}", ""])


if __name__ == "__main__":
    path = Path(__file__).with_name("frozen") / f"{int(sys.argv[1])}.json"
    path.write_text(written_down(), encoding="utf-8")
    print(f"{path}: {path.stat().st_size} bytes")
