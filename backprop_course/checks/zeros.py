"""Which zeros made from a wrong answer were worked out: whatever is made of a 0 that somebody has typed is 0, too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence


def worked_out(
    zeros: Mapping[str, Sequence[str]], wrong_zeros: Collection[str], used: Iterable[Sequence[str]]
) -> set[str]:
    """Those zeros that follow: made of no 0 that is wrong itself, or of one with which more was worked out.

    zeros: the zeros that are right for the wrong answers they are made from, in order, with these answers' names.
    wrong_zeros: the answers that are 0, and right for nothing. used: the wrong answers that something is made from that
    follows and is not 0: whoever has it has reckoned with them.
    """
    shown, waiting = set[str](), [name for names in used for name in names]
    while waiting:
        name = waiting.pop()
        if name not in shown:
            shown.add(name)
            waiting += zeros.get(name, ())
    empty = set(wrong_zeros) - shown
    for name, sources in zeros.items():
        if name not in shown and not empty.isdisjoint(sources):
            empty.add(name)
    return zeros.keys() - empty
