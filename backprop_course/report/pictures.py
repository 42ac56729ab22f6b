"""The small pictures of a report: bars and histograms as SVG, each with its numbers in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from backprop_course.checks.verdict import STATUSES

BINS = 10


def histogram(shares: Sequence[float], what: str) -> str:
    """How many have which share of the points, in tenths; shares from 0 to 1."""
    counts, words = _counted(shares, what)
    width, height, low = 32, 90, 112
    most = max(counts) or 1
    drawn = []
    for place, count in enumerate(counts):
        tall, left = height * count / most, place * width + 10
        drawn.append(f'<rect class="bar" x="{left}" y="{low - tall:.1f}" width="{width - 4}" height="{tall:.1f}"/>')
        if count:
            drawn.append(f'<text x="{left + width / 2 - 2}" y="{low - tall - 4:.1f}">{count}</text>')
        drawn.append(f'<text class="axis" x="{left - 2}" y="{low + 14}">{place * 100 // BINS}</text>')
    drawn.append(f'<text class="axis" x="{BINS * width + 8}" y="{low + 14}">100 %</text>')
    return _svg(words, BINS * width + 36, low + 22, drawn, "histogram")


def small_histogram(shares: Sequence[float], what: str) -> str:
    """The same, as small as a word."""
    counts, words = _counted(shares, what)
    tall = [24 * count / (max(counts) or 1) for count in counts]
    drawn = [
        f'<rect class="bar" x="{place * 9}" y="{24 - height:.1f}" width="8" height="{height:.1f}"/>'
        for place, height in enumerate(tall)
        if height
    ]
    drawn.append(f'<path class="line" d="M0 24.5H{BINS * 9}"/>')
    return _svg(words, BINS * 9, 25, drawn, "small")


def _counted(shares: Sequence[float], what: str) -> tuple[list[int], str]:
    """How many are in each tenth, and the same in words."""
    counts = [0] * BINS
    for share in shares:
        counts[min(max(int(share * BINS + 1e-9), 0), BINS - 1)] += 1
    ranges = [f"{count} with {place * 10} to {place * 10 + 10} %" for place, count in enumerate(counts) if count]
    return counts, f"{what}: {', '.join(ranges) or 'nobody yet'}."


def bar(share: float, what: str) -> str:
    """A share as a bar, from 0 to 1."""
    filled = f'<rect class="lost" width="{120 * min(max(share, 0), 1):.1f}" height="12"/>'
    frame = '<rect class="frame" x=".5" y=".5" width="119" height="11"/>'
    return _svg(f"{what}: {share:.0%}.", 120, 12, [filled, frame], "small")


def stack(counts: Mapping[str, int], what: str) -> str:
    """How often there was which status, side by side."""
    total = sum(counts.values()) or 1
    drawn, left = [], 0.0
    for status in STATUSES:
        width = 240 * counts.get(status, 0) / total
        if width:
            drawn.append(f'<rect class="{status}" x="{left:.1f}" width="{width:.1f}" height="12"/>')
        left += width
    said = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts.get(status))
    return _svg(f"{what}: {said}.", 240, 12, drawn, "small")


def _svg(words: str, width: float, height: float, drawn: Sequence[str], kind: str) -> str:
    words = escape(words)
    return (
        f'<svg class="{kind}" role="img" aria-label="{words}" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}"><title>{words}</title>{"".join(drawn)}</svg>'
    )
