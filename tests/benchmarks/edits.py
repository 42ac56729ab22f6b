"""The proof of edits that nobody listed, of every exercise: how they are told, and which are alike. By hand.

python tests/benchmarks/edits.py [COUNT FOR EACH EXERCISE] [EXERCISE …] [--pairs] [--list]

Without a count all single edits: minutes for numbers and formulas, hours for functions. --pairs: two at once.
"""

from __future__ import annotations

import sys
import time
import warnings

from backprop_course.checks.proving_edits import prove_edits, prove_pairs
from backprop_course.exercises import EXERCISES

words = [word for word in sys.argv[1:] if not word.startswith("--")]
count = int(words.pop(0)) if words and words[0].isdigit() else sys.maxsize
KINDS = (
    "true",
    "true here",
    "fact",
    "unexplained",
    "false",
    "roundabout",
    "accepted",
    "hidden",
    "nothing",
    "no answer",
)

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    total = dict.fromkeys(KINDS, 0)
    for id in words or EXERCISES:
        start = time.process_time()
        found = (prove_pairs if "--pairs" in sys.argv else prove_edits)(EXERCISES[id], count)
        if found is None:
            continue
        counts = {kind: found.count(kind) for kind in KINDS}
        total = {kind: total[kind] + counts[kind] for kind in KINDS}
        print(f"{id:32} {time.process_time() - start:7.1f} s", {kind: n for kind, n in counts.items() if n}, flush=True)
        if "--list" in sys.argv:
            print(found, flush=True)
        else:
            for fault in found.faults:
                print(f"    {fault.outcome}: {fault.in_words} (told: {fault.told})", flush=True)
    wrong = sum(total[kind] for kind in KINDS[:7])
    print(total)
    print(
        f"of {wrong} wrong answers told truly {(total['true'] + total['true here'] + total['fact']) / wrong:.1%}, ",
        end="",
    )
    print(f"falsely {total['false'] + total['roundabout']}, accepted {total['accepted']}")
