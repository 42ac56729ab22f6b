"""The class report: complete, self-contained, harmless, and without names where it is for everybody."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import correlation, median

import nbformat
import pytest
from nbgrader.api import Gradebook

from backprop_course.checks.output import VERDICT_KEY, verdict_in
from backprop_course.grading.standings import Question, Standing
from backprop_course.misconceptions import MISCONCEPTIONS
from backprop_course.report.anonymous import MOST_COLUMNS, MOST_LINES, anonymous
from backprop_course.report.copies import essence, possible_copies, skeleton
from backprop_course.report.findings import Findings
from backprop_course.report.graded_notebook import read_paper
from backprop_course.report.history import since_last
from backprop_course.report.opinions import Opinion, read_opinion
from backprop_course.report.page import report_page
from backprop_course.report.statistics import discriminations, mistakes_together
from backprop_course.report.tables import tables

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="submissions are executed in processes of Linux")
ASSIGNMENT = "02_chain_network"
WITH_HELPERS = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
"""nbgrader looks for its helpers by name."""
NAME = "<script>alert(1)</script>"


def run(*command, cwd):
    done = subprocess.run([sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, env=WITH_HELPERS)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def report(folder, *options):
    run("backprop_course.cli", "report", ASSIGNMENT, *options, cwd=folder)
    return folder / "reports" / f"{ASSIGNMENT}.html"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A graded class of every kind of student, with names, and one who never handed in."""
    scratch = tmp_path_factory.mktemp("demo")
    code = (
        "import os, sys, tempfile; tempfile.tempdir = sys.argv[1]\n"
        "from backprop_course.cli import main\n"
        f"sys.exit(main(['grade', '{ASSIGNMENT}', '--demo', '12', '--workers', '2']))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(scratch)], capture_output=True, text=True, env=WITH_HELPERS)
    assert done.returncode == 2, done.stderr  # written answers wait for a human
    (folder,) = scratch.glob("backprop-course-demo-*")
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        for number, student in enumerate(gradebook.students):
            gradebook.update_or_create_student(student.id, first_name=f"Zoltan{number}", last_name=NAME)
        gradebook.add_student("nobody-handed-in", first_name="Greta", last_name="=cmd")
    return folder


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "class")


@pytest.fixture(scope="module")
def page(made, tmp_path_factory):
    folder = shutil.copytree(made, tmp_path_factory.mktemp("reported") / "class")
    return report(folder).read_text(encoding="utf-8")


def test_the_page_loads_nothing_and_runs_nothing(page):
    assert not re.search(r"<script|javascript:|<link|<iframe|<object|\son\w+=", page)
    assert not re.search(r"""(src|href)=["'](?!#|data:image/)""", page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_page_tells_mistakes_with_their_hint_and_an_example(page, made):
    found = set()
    for path in made.glob(f"autograded/*/{ASSIGNMENT}/*.ipynb"):
        for cell in nbformat.read(path, 4).cells:
            for output in cell.get("outputs", ()):
                verdict = verdict_in(output) or {}
                found |= {part["misconception"] for part in verdict.get("parts", ())} - {None}
    assert found
    for id in found:
        assert MISCONCEPTIONS[id].name.split("'")[0] in page.replace("&#x27;", "'")
    assert page.count("somebody wrote") == len(found)


def test_every_exercise_and_every_flag_is_there(page):
    exercises = ["chain-forward", "chain-cache", "chain-backward", "chain-deltas", "chain-gradients", "chain-descent"]
    for exercise in [*exercises, "chain-why-cache"]:
        assert exercise in page
    assert "copies" in page
    assert "mentions" in page
    assert "nobody-handed-in" in page


def test_how_many_attempts_and_hints_an_exercise_took_is_told_where_that_is_known(page, made):
    counts, hints = [], []
    for path in made.glob(f"submitted/*/{ASSIGNMENT}/*.ipynb"):
        for cell in json.loads(path.read_text())["cells"] if "no-notebook" not in str(path) else ():
            if "".join(cell["source"]) == 'check("chain-forward")' and cell["outputs"]:
                [output] = cell["outputs"]
                counts.append(len(verdict_in(output)["attempts"]))
                hints += filter(None, [verdict_in(output)["hints"]])
    assert len(set(counts)) > 2
    row = re.search(r"<tr><th[^>]*>chain-forward</th>.*?</tr>", page)[0]
    assert f">{median(counts):g}, at most {max(counts)}</td>" in row
    assert 0 < len(hints) < len(counts)
    assert row.endswith(f">{len(hints)} student{'s' * (len(hints) > 1)}, {median(hints):g}</td></tr>")
    written = re.search(r"<tr><th[^>]*>chain-why-cache</th>.*?</tr>", page)[0]
    assert written.endswith('>–</td><td class="number">–</td></tr>')


def test_tables_have_headings_and_pictures_have_words(page):
    assert 0 < page.count("<table") == page.count("<thead")
    assert page.count('<th scope="col"') >= 2 * page.count("<table")
    for picture in re.findall(r"<svg[^>]*>", page):
        assert 'role="img"' in picture or 'aria-hidden="true"' in picture


def test_for_the_projector_it_has_no_names(folder):
    text = report(folder, "--anonymous").read_text(encoding="utf-8")
    assert "Zoltan" not in text
    assert "student-0" not in text
    assert "Greta" not in text
    assert "alert(1)" not in text
    assert not (folder / "reports" / f"{ASSIGNMENT}.csv").exists()


def test_the_table_has_a_line_for_everybody_and_no_formulas(folder):
    path = report(folder).with_suffix(".csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 13
    one = {row["student"]: row for row in rows}
    assert one["student-000-right"]["chain-forward"] == "7"
    assert one["nobody-handed-in"]["last_name"] == "'=cmd"
    assert one["nobody-handed-in"]["chain-forward"] == ""
    assert any(row["mistakes"] for row in rows)
    assert any("copied-reference" in row["flags"] for row in rows)


def test_notebooks_that_are_broken_or_gone_are_told(folder):
    (first, second, *_) = sorted(folder.glob(f"autograded/*/{ASSIGNMENT}/*.ipynb"))
    first.parent.chmod(0o755)
    first.chmod(0o644)
    first.write_text("{ no notebook")
    shutil.rmtree(second.parent)
    path = report(folder)
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        notes = {row["student"]: row["notes"] for row in csv.DictReader(file)}
    assert notes[first.parts[-3]]
    assert "not there" in notes[second.parts[-3]]


def test_nothing_graded_is_said(tmp_path):
    run("backprop_course.cli", "new-class", "class", cwd=tmp_path)
    folder = tmp_path / "class"
    run("nbgrader", "generate_assignment", ASSIGNMENT, cwd=folder)
    command = [sys.executable, "-m", "backprop_course.cli", "report", ASSIGNMENT]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"backprop-course grade {ASSIGNMENT}" in done.stderr


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("x = 1  # by Ada Lovelace", "x = 1"),
        ("ada_x = 2\nlovelace = 3", "…_x = 2\n… = 3"),
        ("'''Ada, ada@example.org'''\ny = 2", "'…'\ny = 2"),
        ("id = 1234567", "id = …"),
        ("print('mail ada@example.org')", "print('…')"),
        ("z_j = w_in * x", "z_j = w_in * x"),
    ],
)
def test_an_example_says_nothing_of_who_wrote_it(source, shown):
    assert anonymous(source, frozenset({"ada", "lovelace"}), formulas=False) == shown


@pytest.mark.parametrize("text", ["a", "a.", "a@", "a-", "/home", "1"])
def test_a_line_of_any_letters_takes_no_time_to_be_looked_at(text):
    source = f"h = '{text * (99_000 // len(text))}'"
    assert len(anonymous(source, frozenset(), formulas=True)) <= MOST_COLUMNS  # in minutes, once, by its square


def test_an_example_is_short():
    assert len(anonymous("\n".join("x = 1" for _ in range(99)), frozenset(), formulas=False).splitlines()) == MOST_LINES


# Tables for other programs


@pytest.mark.parametrize("exporter", ["Canvas", "Moodle"])
def test_an_lms_gets_points_of_everybody_who_is_graded(folder, exporter):
    to = folder / "grades.csv"
    run(
        "nbgrader",
        "export",
        f"--exporter=backprop_course.lms.exporters.{exporter}Exporter",
        f"--to={to}",
        "--LMSExporter.partial=True",
        cwd=folder,
    )
    with to.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    if exporter == "Canvas":
        assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", ASSIGNMENT]
        most, *rows = rows
        assert most[0] == "Points Possible"
        assert most[-1] == "26"
        scores = {row[3]: float(row[5]) for row in rows}
    else:
        assert header[:5] == ["username", "First name", "Last name", "Email address", "ID number"]
        assert header[5:] == [ASSIGNMENT, f"{ASSIGNMENT} (Feedback)"]
        scores = {row[0]: float(row[5]) for row in rows}
        assert "chain-forward: 7 of 7" in rows[0][6]
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        expected = {one.student.id: one.score for one in gradebook.find_assignment(ASSIGNMENT).submissions}
    assert scores == expected
    assert "nobody-handed-in" not in scores


def test_a_cell_is_no_formula_to_a_spreadsheet(tmp_path):
    from backprop_course.grading import csvfile

    path = Path(tmp_path / "table.csv")
    csvfile.write(path, [["=1+1", "@x", "-x", 'Ünal, "J"', 0.5, None, 12345678.0]])
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["'=1+1", "'@x", "'-x", 'Ünal, "J"', "0.5", "", "12345678.0"]]


# What the numbers say


def class_of(rows, mistakes=()):
    """Findings of students with these points in each of the exercises, and these mistakes."""
    asked = [Question("one", name, 10, True) for name in "abc"[: len(rows[0])]]
    findings = Findings(asked, frozenset())
    for number, points in enumerate(rows):
        findings.add(Standing(f"s{number}", dict(zip(asked, points, strict=True))), {}, ())
        findings.people[-1].mistakes = list(mistakes[number]) if mistakes else []
    return findings


def test_how_well_an_exercise_tells_apart_is_its_correlation_with_the_rest():
    rows = [(k, 10 - k + 7 * k % 4, k + k % 3) for k in range(10)]
    found = discriminations(class_of(rows))
    for column, cell in enumerate("abc"):
        own, rest = [row[column] for row in rows], [sum(row) - row[column] for row in rows]
        assert found[cell] == pytest.approx(correlation(own, rest))
    assert found["a"] > 0 > found["b"]


def test_where_nothing_differs_or_there_are_few_nothing_is_said_of_telling_apart():
    assert discriminations(class_of([(k, 3, k) for k in range(10)])).keys() == {"a", "c"}
    assert discriminations(class_of([(k, k, k) for k in range(9)])) == {}
    assert discriminations(class_of([(k, None, k) for k in range(10)])).keys() == {"a", "c"}


def test_mistakes_that_come_together_are_told_with_what_chance_would_bring():
    made = [["x", "y"]] * 4 + [["z"]] * 4 + [[]] * 8 + [["x", "z"]]
    [pair] = mistakes_together(class_of([(1, 2)] * 17, made))
    assert (pair.one, pair.other, pair.students) == ("x", "y", 4)
    assert pair.expected == pytest.approx(5 * 4 / 17)


def paper_with(*parts):
    """A graded notebook with a check that has said this: (name, status, misconception, edit, message) of each part."""
    keys = ("name", "status", "misconception", "edit", "message")
    verdict = {"exercise": "a", "parts": [dict(zip(keys, part, strict=True)) for part in parts]}
    output = {"output_type": "display_data", "data": {}, "metadata": {VERDICT_KEY: verdict}}
    check = {"cell_type": "code", "source": "", "metadata": {"nbgrader": {"grade_id": "a", "grade": True}}}
    return {"cells": [{**check, "outputs": [output]}], "metadata": {}}


def test_what_explains_an_answer_though_no_list_has_it_is_counted_by_what_is_said(tmp_path):
    factor = "this is exactly what comes out if a factor is left out in the equation of dL_dw_j.\nw_j: 0.3"
    repaired = "One change makes it right, for example: in line 12 of the cell of f another name in place of `s`."
    class_ = [
        [("w_j", "wrong", None, "left out", factor), ("w_k", "wrong", None, "left out", factor)],
        [("w_j", "wrong", None, "left out", factor)],
        [("w_j", "wrong", None, "proportion", "the result is 2.31 times what is right, everywhere.")],
        [("w_j", "wrong", None, "proportion", "the result is -0.4 times what is right, everywhere.")],
        [("w_j", "wrong", "error-sign", None, "the sign."), ("w_k", "follows", None, None, "right for your w_j.")],
        [("w_j", "wrong", None, None, "not right.\nIt is made from x alone.")],
        [("w_j", "invalid", None, "<b>" * 40, "<i>" * 400)],
        [
            (
                "w_j",
                "wrong",
                None,
                "name",
                "not right; one change makes it right: another name in place of `h` in `h * x`.",
            )
        ],
        [
            ("w_j", "invalid", None, "name", f"f(z=[2.5, 3]) stops with an error.\n{repaired}\nNameError: …"),
            ("w_k", "wrong", None, "name", f"line 2 is not equal to line 1: x * y\n{repaired}"),
        ],
    ]
    [asked] = class_of([(0,)]).exercises
    findings = Findings([asked], frozenset())
    for number, parts in enumerate(class_):
        path = tmp_path / f"{number}.ipynb"
        path.write_text(json.dumps(paper_with(*parts)))
        findings.add(Standing(f"s{number}", {asked: 0.0}), {"one": read_paper(path, ["a"])}, ())
    counted = {(one.kind, one.clause): found.students for one, found in findings.unlisted.items()}
    assert counted.pop(("left out", "a factor is left out in the equation of dL_dw_j")) == 2
    assert counted.pop(("proportion", "the result is … times what is right, everywhere")) == 2
    assert counted.pop(("name", "another name in place of …")) == 1
    assert counted.pop(("name", "another name in place of … in …")) == 1
    [(kind, clause)] = counted
    assert len(kind) == 20
    assert len(clause) == 200
    assert findings.mistakes.keys() == {"error-sign"}
    assert findings.exercises[asked].unnamed == 1  # and no more: nothing explains that one
    html = report_page("one", findings, {})
    assert "Other mistakes, that no list has" in html
    assert '<th scope="row">a factor is left out in the equation of dL_dw_j</th><td>left out</td>' in html
    assert "a (2)" in html
    assert "<i>" not in html
    rows = {row[1]: row for row in list(tables(findings, {}, ())["-mistakes"])[1:]}
    assert rows["a factor is left out in the equation of dL_dw_j"][2:] == [2, "a: 2", "left out"]
    assert rows[MISCONCEPTIONS["error-sign"].name][::4] == ["error-sign", "listed"]
    head, *students = tables(findings, {}, ())[""]
    assert students[1][head.index("unlisted")] == "a factor is left out in the equation of dL_dw_j"


LONG = "\n".join(f"value_{k} = weight_{k} * input_{k} + bias_{k}" for k in range(6))


def test_what_few_write_letter_by_letter_may_be_copied_and_what_many_write_is_not():
    texts = {
        ("a", LONG): ["s1", "s2"],
        ("b", LONG): ["s1", "s2"],
        ("c", LONG): ["s1", "s2", "s3"],
        ("d", "x=1"): ["s4", "s5"],
    }
    [copy] = possible_copies(texts, 30)
    assert (copy.students, copy.cells, copy.letters) == (("s1", "s2"), ("a", "b"), 2 * len(LONG))


def test_all_that_two_have_written_is_the_same_but_for_spaces_names_and_comments():
    one = f"{LONG}\ntotal = {' + '.join(f'value_{k}' for k in range(6))}"
    other = one.replace("weight", "w").replace(" = ", "=").replace("\n", "  # mine\n")
    texts = {("a", one): ["s1"], ("a", other): ["s2"], ("a", "x = 1"): ["s3"]}
    skeletons = {}
    for (_, text), who in texts.items():
        skeletons.setdefault(skeleton([text], []), []).extend(who)
    [copy] = possible_copies(texts, 30, skeletons)
    assert (copy.students, copy.cells, copy.how) == (("s1", "s2"), ("a",), "all, but for spaces, names and comments")


def test_another_operation_or_another_number_is_no_copy():
    texts = [LONG, LONG.replace("*", "+", 1), LONG + "\nx = 2", LONG + "\nx = 3", LONG.replace("bias_0", "input_0")]
    assert len({skeleton([text], []) for text in texts}) == len(texts)


def test_what_was_released_is_nobodys_own():
    assert skeleton(["def f(x):\n    return x * 2"], ["def f(x):"]) == skeleton(["return y*2 # mine"], [])


def test_of_an_answer_counts_what_was_not_released_and_comments_do():
    released = ["def f(x):", "    # Your code here.", "    raise NotImplementedError"]
    assert (
        essence("def f(x):\n    # Mine!\n\n    return  x\n    raise NotImplementedError", released) == "#Mine!\nreturnx"
    )


def test_what_changed_since_the_last_report_is_told_once_it_changed(tmp_path):
    path = tmp_path / "reports" / ".x.json"
    first, second = class_of([(1, 2)] * 3), class_of([(1, 4)] * 4)
    assert since_last(path, first) is None
    assert since_last(path, first) is None
    since = since_last(path, second)
    assert since.graded == (3, 4)
    assert since.means == {"b": (2, 4)}
    assert since_last(path, second) == since  # it is made again, and nothing is new
    path.write_text("[")
    assert since_last(path, second) is None


WITH_AN_OPINION = (1, 4, 5, 7, 8, 10, 11)
"""Of the twelve made-up students: two of three, but for the one who hands in an untouched notebook."""


def test_opinions_are_counted_and_what_students_would_change_is_for_the_instructor(page, folder):
    [section] = re.findall(r"<h2>Opinions</h2>.*?</section>", page, re.DOTALL)
    [row] = re.findall(r'<th scope="row">chain_network</th>(.*?)</tr>', section)
    counts = [int(count or 0) for count in re.findall(r'"number">(\d*)<', row)[:5]]
    assert counts == [sum(1 + number % 5 == value for number in WITH_AN_OPINION) for value in (1, 2, 3, 4, 5)]
    assert "More pictures, please." in section
    shown = report(folder, "--anonymous").read_text(encoding="utf-8")
    assert "<h2>Opinions</h2>" in shown
    assert "More pictures" not in shown


ASKED = "## Your opinion\n\n**From 1 (I was lost) to 5 (clear, and worth the time):**{}\n\n**What I would change:**{}"


@pytest.mark.parametrize(
    ("number", "sentence", "read"),
    [
        ("", "", None),
        (" 4", "", Opinion(4, "")),
        ("5/5", " Nothing. ", Opinion(5, "Nothing.")),
        (" 2.", "\n\nFewer\nformulas", Opinion(2, "Fewer formulas")),
        ("", " Shorter!", Opinion(None, "Shorter!")),
        (" 7", "", None),
        (" 4.5", "", None),
        (" great", " <b>", Opinion(None, "<b>")),
        (" 4, because of the pictures", "", Opinion(4, "")),
        ("\n\n**3**", " Nothing", Opinion(3, "Nothing")),
        (" 4 of 5 :-)", "", Opinion(4, "")),
        (" 2-3", "", None),
        (" 4/10", "", None),
        (" 45", "", None),
    ],
)
def test_an_opinion_is_a_number_from_1_to_5_a_sentence_or_both(number, sentence, read):
    assert read_opinion(ASKED.format(number, sentence)) == read
    assert read_opinion(sentence) is None


def test_all_of_it_is_in_tables_too(folder):
    path = report(folder)
    written = {}
    for what in ("exercises", "mistakes", "together", "copies"):
        with path.with_name(f"{ASSIGNMENT}-{what}.csv").open(encoding="utf-8", newline="") as file:
            written[what] = list(csv.DictReader(file))
    exercises = {row["exercise"]: row for row in written["exercises"]}
    assert float(exercises["chain-forward"]["discrimination"]) > 0
    assert exercises["chain-forward"]["attempts_median"]
    assert exercises["chain-why-cache"]["discrimination"] == ""
    assert {row["mistake"] for row in written["mistakes"] if row["kind"] == "listed"} <= set(MISCONCEPTIONS)
    with path.with_name(f"{ASSIGNMENT}-opinions.csv").open(encoding="utf-8", newline="") as file:
        opinions = list(csv.DictReader(file))
    assert {tuple(row) for row in opinions} == {("notebook", "number", "sentence")}  # and not whose
    assert [int(row["number"]) for row in opinions] == sorted(1 + number % 5 for number in WITH_AN_OPINION)
    assert {row["sentence"] for row in opinions} == {"", "More pictures, please."}
    assert "Since the last report" not in path.read_text()
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("chain-why-cache", "chain_network", ASSIGNMENT, "student-000-right")
        grade.manual_score, grade.needs_manual_grade = 3, False
        gradebook.db.commit()
    assert "Since the last report" in report(folder).read_text()
