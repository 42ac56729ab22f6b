"""The proof of edits that nobody listed: each is carried out, is rejected, and what is said of it is true."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Sequence

import numpy as np

import backprop_course.checks.edited_functions
import backprop_course.checks.edited_quantities  # noqa: F401 (each registers its kinds)
from backprop_course.checks.edited import Both, Edited, Likeness, MistakenAnswer, Single, clause_of, edited
from backprop_course.checks.proven_edits import FAULTS, BecameOf, ProvenEdits, SameEdits
from backprop_course.checks.verdict import Part
from backprop_course.exercises import Exercise
from backprop_course.exercises.kinds.quantities import spread
from backprop_course.misconceptions.combined import Explanation, Pair, Scaled
from backprop_course.misconceptions.edits import Edit

Seen = Callable[[int, int], None]


def prove_edits(
    exercise: Exercise, count: int = sys.maxsize, *, seed: int = 0, seen: Seen = lambda done, of: None
) -> ProvenEdits | None:
    """Carries out the single edits of an exercise's equations, and looks at what its check says of each.

    count: so many, drawn by the seed, of every kind of edit alike; all where there are no more. seen: called for each.
    None for an exercise that has no equations.
    """
    found = [(one, one.singles()) for one in edited(exercise)]
    each = -(-count // max(1, len(found)))
    tried = [(one, [MistakenAnswer(*single) for single in _drawn(singles, each, seed)]) for one, singles in found]
    return _proven(tried, sum(len(singles) for _, singles in found), "single edits", seen)


def prove_pairs(exercise: Exercise, count: int, *, seed: int = 0) -> ProvenEdits | None:
    """The same for pairs of single edits at different quantities, drawn by the seed."""
    found = edited(exercise)
    each = -(-count // max(1, len(found)))
    return _proven([(one, _paired(one.singles(), each, seed)) for one in found], 0, "pairs of edits")


def _drawn(singles: list[tuple[Single, str]], count: int, seed: int) -> list[tuple[Single, str]]:
    """So many, of every kind alike, in the order in which the search tries them."""
    order = {id(single): k for k, single in enumerate(singles)}
    shuffled = random.Random(seed).sample(singles, len(singles))
    return sorted(spread(shuffled, lambda single: single[0].kind, count)[:count], key=lambda single: order[id(single)])


def _paired(singles: list[tuple[Single, str]], count: int, seed: int) -> list[MistakenAnswer]:
    """So many pairs of edits at different quantities of one answer."""
    rng = random.Random(seed)
    local = [single for single in singles if single[0].place]
    found: list[MistakenAnswer] = []
    for one, part in rng.sample(local, len(local)):
        if len(found) == count:
            break
        if others := [other for other, its in local if its == part and other.place != one.place]:
            found.append(MistakenAnswer(Both(one, rng.choice(others)), part))
    return found


def _proven(
    tried: Sequence[tuple[Edited, Sequence[MistakenAnswer]]], of: int, what: str, seen: Seen = lambda done, of: None
) -> ProvenEdits | None:
    count, done = sum(len(answers) for _, answers in tried), 0
    if not count:
        return None
    groups: list[SameEdits] = []
    alike_here: list[tuple[SameEdits, ...]] = []
    for one, answers in tried:
        for several in _alike(one, answers):
            found = []
            for same in several:
                found.append(_judged(one, same))
                for _ in same:
                    done += 1
                    seen(done, count)
            groups += found
            # What is right at these numbers is told as such.
            shown = tuple(group for group in found if group.outcome not in ("nothing", "hidden"))
            alike_here += [shown] if len(shown) > 1 else []
    return ProvenEdits(tuple(groups), tuple(alike_here), of, what)


def _alike(one: Edited, answers: Iterable[MistakenAnswer]) -> list[list[list[MistakenAnswer]]]:
    """Those that give the same at these numbers, and of those the ones that do so at all numbers."""
    found: dict[bytes, dict[bytes, list[MistakenAnswer]]] = {}
    with np.errstate(all="ignore"):
        for answer in answers:
            here, elsewhere = one.fingerprint(answer) or (b"no answer", b"")
            found.setdefault(here, {}).setdefault(elsewhere, []).append(answer)
    return [list(there.values()) for there in found.values()]


def _judged(one: Edited, several: Sequence[MistakenAnswer]) -> SameEdits:
    """What becomes of edits that give the same: the first of them is handed in."""
    answer, done = several[0], tuple(clause_of(answer.made) for answer in several)
    if one.fingerprint(answer) is None:
        return SameEdits(done, "no answer")
    with np.errstate(all="ignore"):
        if not one.shows(answer):
            return SameEdits(done, "hidden" if one.shows_elsewhere(answer) else "nothing")
        return _told(one, answer, done)


def _told(one: Edited, answer: MistakenAnswer, done: tuple[str, ...]) -> SameEdits:
    """What is said of a wrong answer, and whether it is true."""
    wrong = [part for part in one.judged(answer) if part.status not in ("right", "follows", "missing")]
    if not wrong:
        return SameEdits(done, "accepted")
    found = [(_became_of(one, answer, part), part) for part in wrong]
    # The first part is what is told; but nothing false may be said of any.
    outcome, part = next((one for one in found if one[0] in FAULTS), found[0])
    return SameEdits(done, outcome, f"{part.name}: {part.message.splitlines()[0]}" if part.message else "")


def _became_of(one: Edited, answer: MistakenAnswer, part: Part) -> BecameOf:
    if part.because is None:
        return "unexplained" if part.edit is None and part.message.startswith("not right") else "fact"
    likeness = one.likeness(answer, part)
    if likeness is Likeness.NOWHERE:
        return "false"
    if not isinstance(answer.made, Both) and _is_two(part.because):
        return "roundabout"
    return "true" if likeness is Likeness.EVERYWHERE else "true here"


def _is_two(told: Explanation) -> bool:
    """Whether two things are told."""
    return (
        (isinstance(told, Edit) and told.is_twice)
        or isinstance(told, Pair)
        or (isinstance(told, Scaled) and told.first is not None)
    )
