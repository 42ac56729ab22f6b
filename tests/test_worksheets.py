"""Worksheets: a page for each student with the notebook's numbers, a key with every value, whatever the roster is."""

import re
from dataclasses import replace

import pytest

from backprop_course.checks.personal import numbers_here
from backprop_course.checks.settings import Settings, during
from backprop_course.cli import main
from backprop_course.errors import CourseError
from backprop_course.exercises import EXERCISES, NOTEBOOKS, Givens, Values
from backprop_course.exercises.personal import drawn_givens, personal_givens
from backprop_course.grading.new_class import new_class
from backprop_course.worksheets import command, pdf
from backprop_course.worksheets.number_sheets import sheets_of

ROSTER = "id,first_name,last_name\nada,Ada,Lovelace\nemmy,Emmy,Noether\n"
CHAIN = "02_chain_network"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder, on a machine without a browser."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pdf, "browser", lambda: None)
    return tmp_path


def made(folder, assignment=CHAIN):
    """The pages and the key that were made."""
    where = folder / "worksheets" / assignment
    return (where / command.PAGES).read_text(encoding="utf-8"), (where / command.KEY).read_text(encoding="utf-8")


def short(value):
    return f"{value:.4g}".replace("-", "−")


@pytest.mark.parametrize(
    "content",
    [
        ROSTER.encode(),
        b"\xef\xbb\xbf" + ROSTER.replace(",", ";").replace("\n", "\r\n").encode(),
        ROSTER.replace("id,first_name,last_name", "Username\tFirst name\tSurname").replace(",", "\t").encode("utf-16"),
    ],
    ids=["commas", "a byte order mark and semicolons", "a spreadsheet's tabs"],
)
def test_each_student_of_a_roster_has_a_page_with_the_numbers_of_that_id(folder, capsys, content):
    (folder / "roster.csv").write_bytes(content)
    assert main(["worksheet", CHAIN, "--students", "roster.csv"]) == 0
    pages, key = made(folder)
    sections = re.findall(r"<section>.*?</section>", pages, re.DOTALL)
    assert len(sections) == 2
    for section, id, name in zip(sections, ("ada", "emmy"), ("Ada Lovelace", "Emmy Noether"), strict=True):
        assert f"{name} ({id})" in section
        numbers = personal_givens("chain-forward", id, "")
        assert f"<td>{'</td><td>'.join(short(value) for value in numbers.values())}</td>" in section
        mine = replace(EXERCISES["chain-forward"], givens=Givens(numbers))
        assert all(f"<td>{short(value)}</td>" in key for value in mine.expected.values())
    assert "No PDF of it: no Chromium or Chrome is installed" in capsys.readouterr().out


def test_in_a_class_with_numbers_for_each_student_a_page_has_those_of_the_notebook(folder, capsys):
    new_class(folder)
    config = folder / "nbgrader_config.py"
    [(version, salt)] = re.findall(r'personal_numbers = "(\d+)-(\w+)"', config.read_text(encoding="utf-8"))
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")

    assert main(["worksheet", CHAIN, "--students", "roster.csv"]) == 0
    assert "c.Grading.personal_numbers is not set" in capsys.readouterr().out
    config.write_text(config.read_text(encoding="utf-8").replace("# c.Grading.personal", "c.Grading.personal"))
    assert main(["worksheet", CHAIN, "--students", "roster.csv"]) == 0
    assert "personal_numbers" not in capsys.readouterr().out
    here = Settings(personal_numbers=f"{version}-{salt}", self_study=False)
    with during(here):
        numbers = numbers_here(EXERCISES["chain-forward"], {"student_id": " ADA "})
    assert f"<td>{'</td><td>'.join(short(value) for value in numbers.values())}</td>" in made(folder)[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,first_name\nada,Ada\nADA,Ada\n", "the id 'ADA' is there twice, first in line 2"),
        ("id;first_name\nada;Ada\nａｄａ;Ada\n", "'ada' and 'ａｄａ' are the same to a notebook"),
        ("name\nAda\n", "no column `id`"),
        ("", "is empty"),
    ],
)
def test_a_roster_that_cannot_be_used_is_refused_in_a_sentence(folder, capsys, content, said):
    (folder / "roster.csv").write_text(content, encoding="utf-8")
    assert main(["worksheet", CHAIN, "--students", "roster.csv"]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (folder / "worksheets").exists()


@pytest.mark.parametrize(
    ("what", "said"),
    [("01_chain_rule", "No exercise there has given numbers"), ("99_none", "There is no assignment '99_none'")],
)
def test_what_has_no_numbers_has_no_worksheet(folder, capsys, what, said):
    assert main(["worksheet", what, "--variants", "2"]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--students", "roster.csv", "--variants", "3"], ["--variants", "0"]])
def test_it_is_for_a_roster_or_for_so_many_variants(folder, options):
    with pytest.raises(SystemExit):
        main(["worksheet", CHAIN, *options])


def test_variants_differ_and_are_the_same_when_they_are_made_again(folder):
    assert main(["worksheet", CHAIN, "--variants", "7"]) == 0
    first = made(folder)
    givens = re.findall(r'<table class="givens">.*?</table>', first[0], re.DOTALL)
    assert len(set(givens)) == 7
    assert "Variant 7" in first[1]
    assert first[0].count('Name: <span class="name">') == 7
    assert main(["worksheet", CHAIN, "--variants", "7"]) == 0
    assert made(folder) == first


def test_a_page_stands_alone_and_a_name_in_it_is_text(folder):
    (folder / "roster.csv").write_text("id,first_name\neve,<script>alert(1)</script>\n", encoding="utf-8")
    assert main(["worksheet", "03_split_network", "--students", "roster.csv", "-o", "paper"]) == 0
    for name in command.PAGES, command.KEY:
        page = (folder / "paper" / name).read_text(encoding="utf-8")
        assert "<script" not in page
        assert not re.findall(r'(?:src|href)="', page)
        assert "@page" in page


@pytest.mark.parametrize("notebook", ["02_chain_network/chain_network", "03_split_network/split_network"])
def test_a_sheet_asks_what_the_notebook_asks_and_its_values_are_what_the_checks_expect(notebook):
    [sheet] = sheets_of(NOTEBOOKS[notebook])
    asked = [exercise for exercise in NOTEBOOKS[notebook] if isinstance(exercise, Values)]
    assert list(sheet.exercises) == asked
    assert sheet.network is not None
    numbers = {**drawn_givens(asked[-1].id, "a seed"), **drawn_givens(asked[0].id, "a seed")}
    values = sheet.values(numbers)
    for exercise in asked:
        mine = replace(exercise, givens=Givens({name: numbers[name] for name in exercise.givens}))
        assert {name: values[name] for name in mine.expected} == pytest.approx(mine.expected, rel=1e-12)
        assert set(exercise.asked) <= set(sheet.equations)


OWN = """
from backprop_course import Network, Unit
from backprop_course.exercises import errors, gradients, register, values

net = Network(
    Unit("a", "tanh", {"w_1": "x"}), Unit("o", "linear", {"w_2": "a", "w_t": "x"}), loss="squared_error"
)
numbers = dict(x=1.3, w_1=0.7, w_2=-1.6, w_t=0.4, y=2.2)
register(
    values("exam-forward", net, numbers=numbers), errors("exam-errors", net, numbers=numbers), gradients("exam-g", net)
)
"""


def test_a_file_of_ones_own_has_worksheets_with_its_own_network(folder):
    (folder / "10_exam").mkdir()
    (folder / "10_exam" / "exercises.py").write_text(OWN, encoding="utf-8")
    assert main(["worksheet", "10_exam/exercises.py", "--variants", "2"]) == 0
    pages, key = made(folder, "10_exam")
    assert pages.count("<svg") == 2
    assert pages.count("<th><math") > 2 * 7
    assert "Variant 2" in key


def test_a_folder_that_cannot_be_written_is_said(folder):
    (folder / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(CourseError, match="cannot be written"):
        command.worksheet(CHAIN, variants=1, output=folder / "taken")


@pytest.mark.skipif(not pdf.browser(), reason="no Chromium or Chrome is installed")
def test_as_a_pdf_every_sheet_is_one_page_and_so_is_every_part_of_the_key(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["worksheet", "04_skip_connections", "--variants", "8"]) == 0  # the most rows of all
    where = tmp_path / "worksheets" / "04_skip_connections"
    for name, count in (command.PAGES, 8), (command.KEY, 2):
        content = where.joinpath(name).with_suffix(".pdf").read_bytes()
        assert len(re.findall(rb"/Type /Page\b", content)) == count, name
    assert not list(where.glob(".*"))


def test_without_a_browser_no_pdf_of_other_numbers_is_left(folder):
    where = folder / "worksheets" / CHAIN
    where.mkdir(parents=True)
    (where / "worksheets.pdf").write_bytes(b"%PDF of last year")
    assert main(["worksheet", CHAIN, "--variants", "1"]) == 0
    assert not (where / "worksheets.pdf").exists()
