"""Every notebook: well formed, complete, right with its solutions, and without them for students."""

import re
from functools import cache
from itertools import pairwise

import matplotlib.font_manager  # noqa: F401  (makes its font cache, which a kernel would tell of on stderr)
import nbformat
import pytest
from nbclient import NotebookClient

from backprop_course.checks.output import verdict_in
from backprop_course.exercises import NOTEBOOKS, Bug, Formula, Options, Values
from backprop_course.exercises.written import WRITTEN
from backprop_course.grading.demo import OPINION
from backprop_course.report.opinions import read_opinion
from backprop_course.students import instructors_notebooks, students_notebook

ROOT = instructors_notebooks()
NAMES = sorted(path.relative_to(ROOT).with_suffix("").as_posix() for path in ROOT.glob("*/*.ipynb"))
EXERCISES = [(name, exercise) for name, exercises in NOTEBOOKS.items() for exercise in exercises]
SOLUTION = re.compile(r"(?:###|<!--) BEGIN SOLUTION(?: -->)?\n(.*?)\s*(?:###|<!--) END SOLUTION", re.DOTALL)

every_notebook = pytest.mark.parametrize("name", NAMES)
every_exercise = pytest.mark.parametrize(("name", "exercise"), EXERCISES, ids=[e.id for _, e in EXERCISES])


@cache
def instructors(name):
    return nbformat.read(ROOT / f"{name}.ipynb", nbformat.NO_CONVERT)


@cache
def students(name):
    return students_notebook(ROOT / f"{name}.ipynb")


def executed(notebook, folder):
    """The notebook run from top to bottom, in a folder of its own; a cell that raises ends the test."""
    notebook = nbformat.from_dict(notebook)
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": folder}}).execute()
    return notebook


def graded(cell):
    return cell.metadata.get("nbgrader", {})


def flags(cell):
    """What nbgrader is told of a cell, besides its name."""
    told = {key: value for key, value in graded(cell).items() if key != "grade_id"}
    assert told.pop("schema_version") == 3
    assert told.pop("cell_type", cell.cell_type) == cell.cell_type
    assert told.pop("task") is False
    return told


def by_grade_id(notebook):
    return {graded(cell)["grade_id"]: cell for cell in notebook.cells if graded(cell)}


def points_told(cell):
    """The points that a check cell's verdicts tell."""
    return [verdict["points"] for verdict in map(verdict_in, cell.outputs) if verdict]


def stderr(notebook):
    streams = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return [output.text for output in streams if output.output_type == "stream" and output.name == "stderr"]


def test_every_notebook_of_the_course_is_there():
    assert set(NAMES) == set(NOTEBOOKS)


@every_notebook
def test_a_notebook_is_saved_the_same_way_by_everyone(name):
    notebook = instructors(name)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    written = nbformat.writes(notebook, indent=1, ensure_ascii=False)
    assert (ROOT / f"{name}.ipynb").read_text(encoding="utf-8") == written.rstrip("\n") + "\n"


@every_notebook
def test_a_notebook_has_no_outputs(name):
    code = [cell for cell in instructors(name).cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []


@every_notebook
def test_cells_have_ids_that_can_be_read(name):
    cells = instructors(name).cells
    ids = [cell.id for cell in cells]
    grade_ids = [graded(cell)["grade_id"] for cell in cells if graded(cell)]
    assert len(set(ids)) == len(ids)
    assert len(set(grade_ids)) == len(grade_ids)
    assert [id for id in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id)] == []
    assert [cell.id for cell in cells if graded(cell) and graded(cell)["grade_id"] != cell.id] == []


@every_exercise
def test_an_exercise_has_one_answer_cell_and_its_check_right_below(name, exercise):
    cells = instructors(name).cells
    (at,) = [k for k, cell in enumerate(cells) if graded(cell).get("grade_id") == exercise.id]
    answer, check = cells[at : at + 2]
    assert answer.cell_type == check.cell_type == "code"
    assert flags(answer) == {"grade": False, "solution": True, "locked": False}
    assert flags(check) == {"grade": True, "solution": False, "locked": True, "points": exercise.points}
    assert graded(check)["grade_id"] == f"{exercise.id}-check"
    assert check.source == f'check("{exercise.id}")'


@every_exercise
def test_what_a_question_is_worth_stands_beside_it_before_the_work(name, exercise):
    cells = instructors(name).cells
    (at,) = [k for k, cell in enumerate(cells) if cell.id == exercise.id]
    assert cells[at - 1].cell_type == "markdown"
    assert cells[at - 1].source.endswith(f"({exercise.points:g} point{'s' * (exercise.points != 1)})")


@every_notebook
def test_a_notebook_says_at_its_head_how_long_it_takes_what_it_is_worth_and_where_it_stands(name):
    cells = instructors(name).cells
    head, graded_cells = f"{cells[0].source}\n{cells[1].source}", [graded(cell) for cell in cells]
    total = sum(role["points"] for role in graded_cells if role.get("grade"))
    assert re.search(r"^\*\*Time:\*\* about \d+ minutes", head, re.MULTILINE)
    assert f"**Points:** {total:g}." in head
    [course_map] = re.findall(r"^\*\*Map:\*\* (.*)$", head, re.MULTILINE)
    links = re.findall(r"\]\(\.\./(.*?)\.ipynb\)", course_map)
    assert [other for other in NAMES if other != name] == links
    assert len(re.findall(r"(?<!\[)\*\*[^*]+\*\*", course_map)) == 1


WORDS_A_MINUTE = 200
MINUTES_A_POINT = {Values: 1, Options: 1, Formula: 1.5}
MINUTES_A_POINT_OF_CODE_OR_PROSE = 3
"""A function, a derivation, a written answer."""


def minutes(name, words):
    """How long a notebook with so many words takes: to read, and to answer what it asks."""
    asked = sum(
        exercise.points * MINUTES_A_POINT.get(type(exercise), MINUTES_A_POINT_OF_CODE_OR_PROSE)
        for exercise in NOTEBOOKS[name]
    )
    written = sum(question.points for question in WRITTEN.get(name, ()))
    return words / WORDS_A_MINUTE + asked + MINUTES_A_POINT_OF_CODE_OR_PROSE * written


@every_notebook
def test_a_notebook_is_read_and_answered_within_the_time_that_it_states(name):
    cells = [cell.source for cell in students(name).cells if cell.cell_type == "markdown"]
    stated = int(re.search(r"^\*\*Time:\*\* about (\d+) minutes", cells[0], re.MULTILINE)[1])
    words = len(" ".join(cells).split())
    assert minutes(name, words) <= stated
    assert minutes(name, 10 * words) > stated  # nothing that is said goes uncounted


def test_the_first_notebook_takes_less_than_ninety_minutes():
    assert int(re.search(r"about (\d+) minutes", instructors("01_chain_rule/chain_rule").cells[0].source)[1]) < 90


def test_at_most_twenty_points_of_the_course_are_left_to_graders_hands():
    cells = [graded(cell) for name in NAMES for cell in instructors(name).cells]
    by_hand = sum(role["points"] for role in cells if role.get("grade") and role.get("solution"))
    assert by_hand == sum(question.points for questions in WRITTEN.values() for question in questions)
    assert 0 < by_hand <= 20


@every_notebook
def test_a_notebook_asks_for_an_opinion_in_a_cell_that_nothing_grades(name):
    [cell] = [cell for cell in students(name).cells if cell.id.split("-")[-1] == "opinion"]
    assert cell.cell_type == "markdown"
    assert not cell.metadata
    assert OPINION in cell.source  # by which a demonstration's students have one
    assert read_opinion(cell.source) is None  # nobody has said anything yet
    assert read_opinion(cell.source.replace("time):**", "time):** 4")).number == 4
    assert read_opinion(f"{cell.source} Less text.").sentence == "Less text."


@every_notebook
def test_a_notebook_says_where_to_read_on(name):
    [sources] = [cell.source for cell in instructors(name).cells if cell.source.startswith("## To read on")]
    assert len(re.findall(r"\]\(https?://[^)\s]+\)", sources)) >= 2


@every_exercise
def test_an_answer_cells_stub_names_all_that_is_asked(name, exercise):
    stub = by_grade_id(students(name))[exercise.id].source
    asked = exercise.asked if isinstance(exercise, Values) else exercise.names
    assert [quantity for quantity in asked if not re.search(rf"\b{quantity}\b", stub)] == []


@every_notebook
def test_nothing_is_graded_but_the_exercises_and_written_questions(name):
    known = {exercise.id for exercise in NOTEBOOKS[name]}
    for grade_id, cell in by_grade_id(instructors(name)).items():
        if {grade_id, grade_id.removesuffix("-check")} & known:  # an exercise's own id may end in -check
            continue
        if cell.cell_type == "code":  # a setup cell, or given numbers
            assert flags(cell) == {"grade": False, "solution": False, "locked": True}
        else:
            points = graded(cell).get("points", 0)
            assert points > 0
            assert flags(cell) == {"grade": True, "solution": True, "locked": False, "points": points}


@every_notebook
def test_a_written_question_has_a_model_answer_and_a_marking_scheme(name):
    cells = instructors(name).cells
    for before, cell in pairwise(cells):
        if cell.cell_type == "markdown" and graded(cell):
            assert before.cell_type == "markdown", cell.id  # it asks
            hidden = re.fullmatch(r"<!-- BEGIN SOLUTION -->\n(.+)\n<!-- END SOLUTION -->", cell.source, re.DOTALL)
            assert hidden, cell.id
            model_answer, marking_scheme = hidden[1].split("**Marking scheme")
            assert len(model_answer.split()) > 20, cell.id
            assert "point" in marking_scheme, cell.id


@every_notebook
def test_given_numbers_come_from_the_exercise_above_its_first_answer(name):
    cells = instructors(name).cells
    at = {cell.id: k for k, cell in enumerate(cells)}
    for exercise in NOTEBOOKS[name]:
        if isinstance(exercise, Values):
            above = [cell for cell in cells[: at[exercise.id]] if cell.cell_type == "code" and "given(" in cell.source]
            assert above, exercise.id
            assert all(graded(cell).get("locked") for cell in above)


@every_notebook
def test_solutions_get_every_point_without_a_word_on_stderr(name, tmp_path):
    notebook = executed(instructors(name), tmp_path)
    assert stderr(notebook) == []
    shown = [output.data for cell in notebook.cells for output in cell.get("outputs", ()) if "data" in output]
    assert not [data for data in shown if "image/png" in data]  # plots are in their page's colours, and told in words
    assert [
        data for data in shown if '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink' in data.get("text/html", "")
    ]
    cells = by_grade_id(notebook)
    points = {exercise.id: points_told(cells[f"{exercise.id}-check"]) for exercise in NOTEBOOKS[name]}
    assert points == {exercise.id: [exercise.points] for exercise in NOTEBOOKS[name]}


DRAWING = re.compile(r"^\s*(plt|axes|axis|ax|panel|left|right|three|figure, |_, |figure = |axes\[)\b.*", re.MULTILINE)


@every_notebook
def test_code_that_only_draws_is_folded_away(name):
    cells = [cell for cell in instructors(name).cells if cell.cell_type == "code" and "plt." in cell.source]
    long = [cell for cell in cells if len(DRAWING.findall(cell.source)) >= 7 and cell.source.count("\n") >= 9]
    assert [cell.id for cell in long if not cell.metadata.get("jupyter", {}).get("source_hidden")] == []


@every_notebook
def test_the_untouched_students_version_runs_to_its_end_and_gets_nothing(name, tmp_path):
    notebook = executed(students(name), tmp_path)
    assert stderr(notebook) == []
    cells = by_grade_id(notebook)
    points = {exercise.id: points_told(cells[f"{exercise.id}-check"]) for exercise in NOTEBOOKS[name]}
    assert points == {exercise.id: [0.0] for exercise in NOTEBOOKS[name]}


@every_notebook
def test_students_see_no_solution_and_no_marking_scheme(name):
    solutions = [part for cell in instructors(name).cells for part in SOLUTION.findall(cell.source)]
    lines = {line.strip() for solution in solutions for line in solution.splitlines()}
    # What is right in a program with a bug is seen, and stays.
    seen = [cell.source for cell in students(name).cells if not cell.id.endswith("-source")]
    assert len(solutions) >= len(NOTEBOOKS[name])
    assert [line for line in lines if len(line) > 8 and any(line in source for source in seen)] == []
    assert not re.search(r"(BEGIN|END) SOLUTION|HIDDEN TESTS|[Mm]arking scheme", "\n".join(seen))


@every_notebook
def test_no_number_that_a_student_computes_stands_in_the_notebook(name):
    seen = "\n".join(cell.source for cell in students(name).cells).replace("−", "-")
    shown = {number for number in re.findall(r"-?\d*\.\d+", seen) if len(number.strip("-0.")) >= 3}
    for exercise in NOTEBOOKS[name]:
        if isinstance(exercise, Values):
            for quantity in exercise.asked:
                value = exercise.expected[quantity]
                assert shown.isdisjoint({f"{value:.{digits}g}" for digits in (3, 4, 5)}), (exercise.id, quantity)


@pytest.mark.parametrize("bug", [one for _, one in EXERCISES if isinstance(one, Bug)], ids=lambda bug: bug.id)
def test_the_program_with_a_bug_that_stands_in_the_notebook_is_the_exercises(bug):
    [name] = [name for name, exercises in NOTEBOOKS.items() if bug in exercises]
    [listing] = [cell.source for cell in instructors(name).cells if cell.id == f"{bug.id}-source"]
    assert listing == f"```python\n{bug.shown}\n```"


@every_notebook
def test_a_student_sees_no_cell_longer_than_fifteen_lines(name):
    cells = [cell for cell in students(name).cells if not cell.id.endswith("-source")]  # a program with a bug is longer
    long = {cell.id: cell.source.count("\n") + 1 for cell in cells}
    assert {id: lines for id, lines in long.items() if lines > 15} == {}


@every_notebook
def test_heavy_imports_stand_in_the_setup_cell_alone(name):
    importing = [
        cell.id
        for cell in students(name).cells
        if cell.cell_type == "code" and re.search(r"^\s*(from|import) ", cell.source, re.MULTILINE)
    ]
    first = next(cell for cell in students(name).cells if cell.cell_type == "code")
    assert importing == [first.id]
    assert flags(first)["locked"]


@every_notebook
def test_a_notebook_ends_with_what_to_do_before_it_is_handed_in_and_where_one_stands(name):
    *_, cell, last = instructors(name).cells
    assert last.source == "progress()"
    last = cell.source
    assert last.startswith("## Before you hand in")
    assert "Restart Kernel and Run All Cells" in last
    assert "Partial credit; passed some but not all of the tests" in last  # nbgrader's words
