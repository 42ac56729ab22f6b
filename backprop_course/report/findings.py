"""What a class got wrong: submissions come in one by one; counts, and an example of each mistake, are what stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from backprop_course.exercises import find
from backprop_course.grading.class_settings import ID_CELL
from backprop_course.grading.standings import Question, Standing
from backprop_course.report.anonymous import anonymous
from backprop_course.report.copies import essence, skeleton
from backprop_course.report.graded_notebook import Paper, PartSeen, Unlisted
from backprop_course.report.opinions import Opinion
from backprop_course.sandbox.between.task import Flag


@dataclass
class MistakeSeen:
    """A mistake in a class. exercises: how many students made it in each; example: an answer that has it.

    Of a mistake that nobody listed no example is kept.
    """

    students: int = 0
    exercises: Counter[str] = field(default_factory=Counter)
    example: str = ""
    example_of: str = ""
    clarity: tuple[int, int, int] | None = None


@dataclass
class ExerciseSeen:
    """What became of a question.

    points: of everybody who has been graded. parts: for each part, how often it was what. unnamed: how many went wrong
    in a way that nothing explains. waiting: for how many a human has to give the points. attempts: how many each
    student made who made any, as far as it is known; hints: how many degrees of hints those took who took any.
    """

    question: Question
    points: list[float] = field(default_factory=list)
    parts: dict[str, Counter[str]] = field(default_factory=dict)
    unnamed: int = 0
    waiting: int = 0
    attempts: list[int] = field(default_factory=list)
    hints: list[int] = field(default_factory=list)

    @property
    def lost(self) -> float:
        """The share of its points that the class lost."""
        most = self.question.most * len(self.points)
        return 1 - sum(self.points) / most if most else 0.0

    @property
    def mean(self) -> float:
        return sum(self.points) / len(self.points) if self.points else 0.0

    @property
    def solved(self) -> int:
        """How many have all its points."""
        return sum(points >= self.question.most for points in self.points)


@dataclass
class Person:
    """A student, for the instructor. state: "graded", "not graded", "not handed in"; share: of the points."""

    student: str
    state: str
    share: float | None = None
    waiting: int = 0
    mistakes: list[str] = field(default_factory=list)
    unlisted: list[Unlisted] = field(default_factory=list)
    flags: list[tuple[str, Flag]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    points: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def needs_help(self) -> bool:
        """Whether somebody should talk to them: few points, many different mistakes, or nothing graded."""
        return (
            self.state != "graded"
            or (self.share is not None and self.share < 0.5)
            or len(self.mistakes) >= MANY_MISTAKES
        )


MANY_MISTAKES = 4


class Findings:
    """Everything about a class that goes into its report."""

    def __init__(
        self, questions: Iterable[Question], words: frozenset[str], given: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        """words: those that tell who somebody is (`anonymous.words_of`). given: the lines of each cell as released."""
        self.exercises = {question: ExerciseSeen(question) for question in questions}
        self.mistakes: dict[str, MistakeSeen] = {}
        self.unlisted: dict[Unlisted, MistakeSeen] = {}
        self.people: list[Person] = []
        self.texts: dict[tuple[str, str], list[str]] = {}  # who wrote which, by cell and `essence`
        self.skeletons: dict[str, list[str]] = {}  # who has which `skeleton`
        self.beside = set[str]()  # tests that ran beside the students' code
        self.opinions: dict[str, list[Opinion]] = {}  # by notebook
        self._words = words
        self._given = given or {}

    def add(self, standing: Standing, papers: Mapping[str, Paper], notes: Iterable[str]) -> None:
        """A submission: its points, its graded notebooks by name, and what could not be read."""
        errors = [f"{name}: {paper.error}" for name, paper in papers.items() if paper.error]
        mistakes = sorted(set().union(*(paper.mistakes for paper in papers.values())))
        unlisted = sorted(set().union(*(paper.unlisted for paper in papers.values())))
        person = Person(
            standing.student,
            "graded" if standing.graded else "not graded",
            standing.share(),
            len(standing.waiting),
            mistakes,
            unlisted,
            [(name, flag) for name, paper in papers.items() for flag in paper.flags],
            [*errors, *notes],
            {question.cell: points for question, points in standing.points.items()},
        )
        self.people.append(person)
        for name, answer in (item for paper in papers.values() for item in paper.answers.items()):
            if text := essence(answer, self._given.get(name, ())):
                self.texts.setdefault((name, text), []).append(standing.student)
        for name, opinion in ((name, paper.opinion) for name, paper in papers.items()):
            if opinion:
                self.opinions.setdefault(name, []).append(opinion)
        answers = {name: answer for paper in papers.values() for name, answer in sorted(paper.answers.items())}
        given = [line for name in answers for line in self._given.get(name, ())]
        if text := skeleton((answer for name, answer in answers.items() if name != ID_CELL), given):
            self.skeletons.setdefault(text, []).append(standing.student)
        self.beside |= {test for paper in papers.values() for test in paper.beside}
        for question, exercise in self.exercises.items():
            points = standing.points.get(question)
            if standing.graded and points is not None:
                exercise.points.append(points)
            # What could not be graded at all waits for a human as well, and says nothing of the exercise.
            exercise.waiting += standing.graded and not question.automatic and question in standing.waiting
            paper = papers.get(question.notebook)
            if paper and question.cell in paper.attempts:
                exercise.attempts.append(paper.attempts[question.cell])
            if paper and question.cell in paper.hints:
                exercise.hints.append(paper.hints[question.cell])
            if paper and question.cell in paper.verdicts:
                self._count(exercise, paper.verdicts[question.cell], paper.answers.get(question.name, ""), mistakes)
        for mistake in mistakes:
            self.mistakes[mistake].students += 1
        for other in unlisted:
            self.unlisted[other].students += 1

    def absent(self, student: str) -> None:
        """Somebody who handed nothing in."""
        self.people.append(Person(student, "not handed in"))

    def _count(self, exercise: ExerciseSeen, parts: tuple[PartSeen, ...], answer: str, all_mistakes: list[str]) -> None:
        name = exercise.question.name
        for part in parts:
            exercise.parts.setdefault(part.name, Counter())[part.status] += 1
        here = {part.mistake for part in parts if part.mistake}
        others = {part.unlisted for part in parts if part.unlisted}
        exercise.unnamed += not (here or others) and any(part.status in ("wrong", "invalid") for part in parts)
        for other in others:
            self.unlisted.setdefault(other, MistakeSeen()).exercises[name] += 1
        for mistake in here:
            found = self.mistakes.setdefault(mistake, MistakeSeen())
            found.exercises[name] += 1
            # The clearest example: nothing else is wrong here, little elsewhere, and it is short.
            clarity = (len(here), len(all_mistakes), len(answer))
            if answer.strip() and (found.clarity is None or clarity < found.clarity):
                found.clarity, found.example, found.example_of = clarity, answer, name

    def shown_example(self, mistake: str) -> str:
        """An answer with this mistake that does not say whose it is; "" where there is none."""
        found = self.mistakes[mistake]
        if not found.example:
            return ""
        exercise = find(found.example_of)
        kept = frozenset({*exercise.names, *exercise.parts}) if exercise else frozenset()
        return anonymous(found.example, self._words, exercise is not None and exercise.as_text, kept)

    @property
    def handed_in(self) -> list[Person]:
        return [person for person in self.people if person.state != "not handed in"]

    @property
    def graded(self) -> list[Person]:
        return [person for person in self.people if person.state == "graded"]
