"""What changed since the report before: grades come in, by hand and late, and a report is made again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from backprop_course.report.findings import Findings
from backprop_course.whole_files import write_whole


@dataclass(frozen=True)
class Since:
    """The differences to an earlier report. when: its date. means: of exercises, then and now; mistakes likewise."""

    when: str
    graded: tuple[int, int]
    waiting: tuple[int, int]
    means: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    mistakes: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def since_last(path: Path, findings: Findings) -> Since | None:
    """What changed since the last report that was another one; None where there is none. Notes this one in `path`."""
    now = _state(findings)
    try:
        noted = json.loads(path.read_bytes())
        last, before = noted["last"], noted["before"]
    except (OSError, ValueError, KeyError, TypeError):
        last, before = None, None
    if last is None or any(last.get(name) != now[name] for name in now if name != "date"):
        last, before = now, last
        write_whole(path, json.dumps({"last": last, "before": before}, indent=1))
    if before is None:
        return None
    try:
        return Since(
            str(before["date"]),
            (int(before["graded"]), now["graded"]),
            (int(before["waiting"]), now["waiting"]),
            {
                name: (float(before["means"][name]), mean)
                for name, mean in now["means"].items()
                if name in before["means"] and abs(before["means"][name] - mean) >= 0.05
            },
            {
                id: (then, count)
                for id in sorted({*before["mistakes"], *now["mistakes"]})
                if (then := int(before["mistakes"].get(id, 0))) != (count := now["mistakes"].get(id, 0))
            },
        )
    except (KeyError, TypeError, ValueError):
        return None


def _state(findings: Findings) -> dict[str, Any]:
    exercises = findings.exercises.values()
    return {
        "date": f"{date.today():%d %B %Y}",
        "graded": len(findings.graded),
        "waiting": sum(person.waiting > 0 for person in findings.graded),
        "means": {one.question.name: round(one.mean, 4) for one in exercises if one.points},
        "mistakes": {id: found.students for id, found in sorted(findings.mistakes.items())},
    }
