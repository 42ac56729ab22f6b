"""Which slips in the model solutions are named: drawn by machine, a share for each exercise. Run by hand.

python tests/benchmarks/mutants.py [COUNT FOR EACH EXERCISE] [EXERCISE …] [--show]
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from mutants import slips, solutions

from backprop_course.checks import judge
from backprop_course.exercises import EXERCISES, Options

arguments = [word for word in sys.argv[1:] if not word.startswith("--")]
count = int(arguments[0]) if arguments else 25
wanted = arguments[1:] or list(EXERCISES)


def outcome(part) -> str:
    """How a part that is not right is told: by a mistake's id, as an edit, with a fact, or not at all."""
    if part.misconception:
        return "named"
    if getattr(part, "edit", None):
        return "edit"
    first = part.message.split("\n")[0]
    if "could not be carried out" in first:
        return "crash"
    if part.status in ("invalid", "missing"):
        return "said"
    return "not right" if first.startswith("not right") else "fact"


if __name__ == "__main__":
    total: Counter[str] = Counter()
    times = []
    for id in wanted:
        if isinstance(EXERCISES[id], Options) or id not in solutions():
            continue
        found: Counter[str] = Counter()
        for slip in slips(id, count):
            try:
                namespace = slip.namespace
            except Exception:
                continue
            start = time.perf_counter()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                verdict = judge(id, namespace)
            times.append(time.perf_counter() - start)
            wrong = [
                part for part in verdict.parts if part.status in ("wrong", "invalid", "missing") and not part.after
            ]
            kind = outcome(wrong[0]) if wrong else "passed"
            found[kind] += 1
            if "--show" in sys.argv and kind not in ("passed", "named"):
                print(f"   {kind:10} {slip.what:50} {wrong[0].name}: {wrong[0].message[:150]!r}")
            if "--passed" in sys.argv and kind == "passed":
                print(f"   {kind:10} {slip.what:50}")
        print(f"{id:32} {dict(found)}", flush=True)
        total += found
    print(total, f"unexplained: {total['not right'] / max(1, sum(total.values()) - total['passed']):.1%}")
    print(f"seconds: median {np.median(times):.3f}, 95th {np.quantile(times, 0.95):.3f}, most {max(times):.3f}")
