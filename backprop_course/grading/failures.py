"""Why submissions could not be graded: kept beside the gradebook, which has no place for it, until they are graded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

NAME = ".backprop-course-failed.json"


def failures(root: Path, assignment: str) -> dict[str, str]:
    """For each student whose submission of an assignment could not be graded, why."""
    found = _all(root).get(assignment)
    return {str(student): str(why) for student, why in found.items()} if isinstance(found, dict) else {}


def note_failures(root: Path, assignment: str, became: Mapping[str, str]) -> None:
    """became: by student, why a submission could not be graded, or "" where it could."""
    noted, before = _all(root), failures(root, assignment)
    failed = {student: why for student, why in (before | dict(became)).items() if why}
    if failed == before:
        return
    part = root / f"{NAME}.part"
    part.write_text(json.dumps(noted | {assignment: failed}, indent=1), encoding="utf-8")
    part.replace(root / NAME)


def _all(root: Path) -> dict[str, object]:
    try:
        noted = json.loads((root / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}
