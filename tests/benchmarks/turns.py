"""Timing side by side: contestants in turns, so that a machine that slows down slows all of them down."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from statistics import median


def medians(contestants: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each contestant over so many rounds.

    Each round has another order: what one leaves in the caches is neither a gift nor a burden to the same next one.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for round_ in range(rounds + 2):
        random.shuffle(names)
        for name in names:
            start = time.perf_counter()
            kept = contestants[name]()
            elapsed = time.perf_counter() - start
            del kept  # not before the clock has stopped: giving memory back is not the pass's work
            if round_ >= 2:  # two rounds to warm up
                seconds[name].append(elapsed)
    return {name: median(values) for name, values in seconds.items()}
