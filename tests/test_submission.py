"""A submitted file, checked and mended before anything of it runs."""

import copy
import json
import os
import socket
from dataclasses import replace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from backprop_course.checks.attempts import MOST_ATTEMPTS
from backprop_course.checks.output import MIME_TYPE
from backprop_course.checks.output import VERDICT_KEY as NOTED
from backprop_course.errors import CourseError
from backprop_course.grading import files
from backprop_course.grading.files import inspect, read_file
from backprop_course.grading.folders import build, put_in_place
from backprop_course.grading.released import ReleasedCell, ReleasedNotebook, in_notebook_order
from backprop_course.grading.submission import METADATA, mend

SETUP = ReleasedCell("setup", "code", "import numpy as np", locked=True, checksum="0" * 32)
ANSWER = ReleasedCell("answer", "code", "z = None", locked=False, checksum="1" * 32, solution=True)
CHECK = ReleasedCell("answer-check", "code", 'check("answer")', locked=True, checksum="2" * 32, points=2.0)
WRITTEN = ReleasedCell("why", "markdown", "Your answer.", locked=False, checksum="3" * 32, points=3.0, solution=True)
TASK = ReleasedCell("task", "markdown", "Draw it.", locked=True, checksum="4" * 32, points=1.0, task=True)
CELLS = (SETUP, ANSWER, CHECK, WRITTEN, TASK)
NAMES = [cell.name for cell in CELLS]
RELEASED = ReleasedNotebook("small", CELLS, {"name": "python3", "display_name": "Python 3"})


def cell_of(released, source=None, **metadata):
    make = new_code_cell if released.cell_type == "code" else new_markdown_cell
    nbgrader = dict(released.metadata)
    return make(released.source if source is None else source, metadata={"nbgrader": nbgrader} | metadata)


@pytest.fixture
def handed_in():
    """A submission as an honest student hands it in."""
    cells = [cell_of(cell) for cell in CELLS]
    cells[1].source = "z = 6"
    cells[3].source = "Because."
    return new_notebook(cells=[new_markdown_cell("# Title"), *cells], metadata={"authors": [{"name": "me"}]})


def mended(notebook):
    content = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    return mend(content, RELEASED).to_json()


def names(notebook):
    return [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]


def by_name(notebook):
    return dict(zip(names(notebook), notebook["cells"], strict=True))


def test_an_honest_submission_keeps_its_cells_and_is_a_valid_notebook(handed_in):
    notebook = mended(handed_in)
    nbformat.validate(nbformat.from_dict(notebook))
    assert [cell["source"] for cell in notebook["cells"]] == [cell.source for cell in handed_in.cells]
    assert [cell["id"] for cell in notebook["cells"]] == [cell.id for cell in handed_in.cells]
    assert notebook["metadata"]["kernelspec"] == RELEASED.kernelspec


def test_what_is_mended_stays_as_it_is_when_mended_again(handed_in):
    del handed_in.cells[3]
    once = mended(handed_in)
    assert mended(once)["cells"] == once["cells"]


def test_nbgrader_agrees_with_the_metadata(handed_in):
    from nbgrader.nbgraderformat import MetadataValidator

    MetadataValidator().validate_nb(nbformat.from_dict(mended(handed_in)))


def test_answers_as_they_were_released_are_known(handed_in):
    assert mend(json.dumps(handed_in).encode(), RELEASED).unanswered == frozenset()
    handed_in.cells[2].source, handed_in.cells[4].source = ANSWER.source, WRITTEN.source
    assert mend(json.dumps(handed_in).encode(), RELEASED).unanswered == {"answer", "why"}


def test_tags_metadata_and_outputs_of_the_students_own_are_dropped(handed_in):
    for cell in handed_in.cells:
        cell.metadata |= {"tags": ["skip-execution", "raises-exception"], "execution": {}, "slideshow": {"x": 1}}
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "2.0", "text/html": "<script>"})]
            cell.execution_count = 7
    handed_in.metadata |= {
        "widgets": {},
        "papermill": {},
        "kernelspec": {"name": "evil"},
        "language_info": {"name": "R"},
    }
    notebook = mended(handed_in)
    assert all(set(cell["metadata"]) <= {"nbgrader"} for cell in notebook["cells"])
    assert all(cell.get("outputs", []) == [] and cell.get("execution_count") is None for cell in notebook["cells"])
    assert set(notebook["metadata"]) == {"kernelspec", "language_info", METADATA}
    assert notebook["metadata"]["language_info"]["name"] == "python"


def test_forged_roles_points_and_locked_cells_are_as_released_again(handed_in):
    honest = mended(handed_in)["cells"]
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in handed_in.cells if "nbgrader" in cell.metadata}
    cells["answer-check"].source = "2.0"
    cells["answer-check"].metadata.nbgrader |= {"points": 100.0, "solution": True, "checksum": "f" * 32}
    cells["setup"].source = "np.allclose = lambda *a: True"
    cells["setup"].metadata.nbgrader |= {"locked": False, "grade": True, "points": 9, "schema_version": 99}
    cells["answer"].metadata.nbgrader = {"grade_id": "answer"}
    assert mended(handed_in)["cells"] == honest


def test_a_cell_whose_type_was_changed_gets_its_own_type_back(handed_in):
    handed_in.cells[2] = new_markdown_cell("z = 6", metadata=handed_in.cells[2].metadata)
    handed_in.cells[3] = new_markdown_cell("no check", metadata=handed_in.cells[3].metadata)
    cells = by_name(mended(handed_in))
    assert (cells["answer"]["cell_type"], cells["answer"]["source"]) == ("code", "z = 6")
    assert (cells["answer-check"]["cell_type"], cells["answer-check"]["source"]) == ("code", CHECK.source)


@pytest.mark.parametrize("deleted", [[0], [1], [2], [4], [0, 1], [1, 2], [3, 4], [0, 1, 2, 3]])
def test_deleted_cells_come_back_where_they_belong(handed_in, deleted):
    for place in reversed(deleted):
        del handed_in.cells[place + 1]
    handed_in.cells.append(new_code_cell("print('my own')"))
    notebook = mended(handed_in)
    assert [name for name in names(notebook) if name] == NAMES
    for place in deleted:
        assert by_name(notebook)[NAMES[place]]["source"] == CELLS[place].source
    assert sum(name is None for name in names(notebook)) == 2


def test_cells_that_were_moved_go_back_into_released_order_with_what_stood_below_them_and_that_is_flagged(handed_in):
    own = new_code_cell("mine = 1")
    handed_in.cells.append(handed_in.cells.pop(1))  # the set-up goes to the end
    handed_in.cells.append(own)
    found = mend(json.dumps(handed_in).encode(), RELEASED)
    assert [name for name in names(found.to_json()) if name] == NAMES
    sources = [cell["source"] for cell in found.to_json()["cells"]]
    assert sources.index("mine = 1") == sources.index(SETUP.source) + 1
    assert [flag.kind for flag in found.flags] == ["cells-moved"]


def stripped(notebook, *, ids):
    """A copy of which a front end has dropped the metadata, and the ids too."""
    for cell in notebook.cells:
        cell.metadata = {}
        if not ids:
            cell.pop("id")
    return json.dumps(notebook).encode()


def test_cells_without_metadata_are_recognised_by_their_ids(handed_in):
    for cell, released in zip(handed_in.cells[1:], CELLS, strict=True):
        cell["id"] = released.name
    found = mend(stripped(handed_in, ids=True), RELEASED)
    assert by_name(found.to_json())["answer"]["source"] == "z = 6"
    assert by_name(found.to_json())["why"]["source"] == "Because."
    assert [flag.kind for flag in found.flags] == ["cells-recognised"]
    assert not found.waiting


def test_without_ids_cells_are_recognised_by_released_text_and_what_cannot_be_waits_for_a_human(handed_in):
    found = mend(stripped(handed_in, ids=False), RELEASED)
    cells = by_name_once(found.to_json())
    assert cells["answer"]["source"] == "z = 6"
    assert [flag.kind for flag in found.flags] == ["cells-recognised", "cell-not-found"]
    assert (found.waiting, "why" in found.unanswered) == (frozenset({"why"}), False)


def by_name_once(notebook):
    return {name: cell for name, cell in zip(names(notebook), notebook["cells"], strict=True) if name}


def test_a_written_answer_in_a_cell_of_its_own_waits_for_a_human(handed_in):
    handed_in.cells[4].source = WRITTEN.source
    assert mend(json.dumps(handed_in).encode(), RELEASED).unanswered == {"why"}
    handed_in.cells.insert(5, new_markdown_cell("Because of h."))
    found = mend(json.dumps(handed_in).encode(), RELEASED)
    assert (found.unanswered, found.waiting) == (frozenset(), {"why"})


def test_the_instructors_own_text_beside_a_written_question_is_no_answer(handed_in):
    handed_in.cells[4].source = WRITTEN.source
    handed_in.cells.insert(5, new_markdown_cell("## Part 2"))
    released = replace(RELEASED, texts=frozenset({"# Title", "## Part 2"}))
    assert mend(json.dumps(handed_in).encode(), released).waiting == frozenset()


def test_another_weeks_notebook_is_refused_and_the_message_says_which_it_looks_like():
    other = new_notebook(cells=[new_code_cell('check("split-forward")')])
    with pytest.raises(CourseError, match="holds none of small's cells; it looks like split_network"):
        mend(json.dumps(other).encode(), RELEASED)


def test_the_last_of_several_copies_counts_and_the_others_are_the_students_own(handed_in):
    twin = copy.deepcopy(handed_in.cells[2])
    twin.source = "z = 7"
    handed_in.cells.insert(3, twin)
    notebook = mended(handed_in)
    assert by_name(notebook)["answer"]["source"] == "z = 7"
    assert [name for name in names(notebook) if name] == NAMES
    assert "z = 6" in [cell["source"] for cell in notebook["cells"]]
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])


def test_cells_that_were_never_released_are_the_students_own(handed_in):
    handed_in.cells.append(cell_of(ReleasedCell("bonus", "code", "", True, None, points=50.0), "50.0"))
    assert names(mended(handed_in))[-1] is None


def test_pictures_in_answers_stay_and_other_attachments_do_not(handed_in):
    handed_in.cells[4].attachments = {
        "photo.png": {"image/png": "aGVsbG8="},
        "page.html": {"text/html": "<script>"},
        "odd.svg": {"image/svg+xml": "PHN2Zz4="},
        "broken.png": {"image/png": ["not", "text"]},
    }
    assert by_name(mended(handed_in))["why"]["attachments"] == {"photo.png": {"image/png": "aGVsbG8="}}


@pytest.mark.parametrize("minor", range(6))
def test_every_minor_version_of_the_format_is_read(handed_in, minor):
    handed_in.nbformat_minor = minor
    for cell in handed_in.cells:
        cell.pop("id", None)
        cell.source = cell.source.splitlines(keepends=True)
    notebook = mended(handed_in)
    nbformat.validate(nbformat.from_dict(notebook))
    assert by_name(notebook)["answer"]["source"] == "z = 6"


def test_the_old_format_with_worksheets_is_read():
    cell = {"cell_type": "code", "language": "python", "input": "z = 6", "outputs": [], "metadata": {}}
    cell["metadata"]["nbgrader"] = {"grade_id": "answer"}
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [{"cells": [cell], "metadata": {}}],
    }
    assert by_name(mended(json.dumps(old).encode()))["answer"]["source"] == "z = 6"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is no notebook"),
        (b"{", "is no notebook"),
        (b"\xff\xfe\x00", "is no notebook"),
        (b"[]", "is no notebook"),
        (b'"nbformat"', "is no notebook"),
        (b"{}", "is no notebook"),
        (b"[" * 100_000, "is no notebook"),
        (b'{"nbformat": 4, "cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "is no notebook"),
        (b'{"nbformat": 3}', "is no notebook"),
        (b'{"nbformat": 4}', "is no notebook"),
        (b'{"nbformat": 4, "cells": 5}', "format"),
        (b'{"nbformat": 5, "cells": []}', "format '5'; 4 is expected"),
        (b'{"nbformat": "4", "cells": []}', "format"),
        (json.dumps({"nbformat": 4, "cells": [{}] * 501}).encode(), "501 cells; 500 are allowed"),
    ],
)
def test_what_is_no_notebook_is_refused_with_a_reason(content, why):
    with pytest.raises(CourseError, match=why):
        mend(content, RELEASED)


@pytest.mark.parametrize(
    "cell",
    [
        None,
        7,
        [],
        {},
        {"cell_type": 1, "source": 2, "metadata": 3},
        {"cell_type": "code", "source": {"a": 1}, "metadata": {"nbgrader": []}},
        {"cell_type": "code", "source": ["a", 1, None], "metadata": {"nbgrader": {"grade_id": ["answer"]}}},
        {"cell_type": "code", "source": "\ud800", "metadata": {}, "id": "no spaces please"},
        {"cell_type": "markdown", "source": "", "metadata": {}, "attachments": {"x": 1, "y": {"image/png": 5}}},
    ],
)
def test_malformed_cells_become_harmless_ones(cell):
    honest = json.loads(json.dumps(cell_of(SETUP)))
    notebook = mended(json.dumps({"nbformat": 4, "cells": [honest, cell]}).encode())
    nbformat.validate(nbformat.from_dict(notebook))
    json.dumps(notebook, ensure_ascii=False).encode()
    assert sorted(name or "" for name in names(notebook)) == sorted([*NAMES, ""][-len(names(notebook)) :])


def test_only_automatically_graded_cells_have_points_for_the_machine():
    assert RELEASED.points == {"answer-check": 2.0}


def test_cells_come_in_the_order_of_the_instructors_notebook():
    shuffled = [CELLS[place] for place in (3, 0, 4, 2, 1)]
    assert in_notebook_order(shuffled, NAMES) == CELLS
    assert in_notebook_order(shuffled, []) == tuple(shuffled)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "small.ipynb").write_text("{}")
    (folder / "timestamp.txt").write_text("2026-11-22 12:00:00 UTC")
    (folder / "data.csv").write_text("1,2")
    return folder


def test_an_ordinary_folder_raises_no_suspicion(folder):
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "small-checkpoint.ipynb").write_text("{}")
    assert inspect(folder) == ()


@pytest.mark.parametrize(
    "name", ["numpy.py", "sub/sitecustomize.py", "x.so", "go.SH", "page.html", "ipykernel_launcher.py"]
)
def test_programs_are_flagged(folder, name):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("")
    [flag] = inspect(folder)
    assert (flag.kind, flag.message) == ("suspicious-file", f"{name} is a program or a page; it was not used.")


def test_a_file_that_can_be_run_is_flagged(folder):
    (folder / "run").write_text("")
    (folder / "run").chmod(0o755)
    assert [flag.message for flag in inspect(folder)] == ["run is marked as a program; it was not used."]


@pytest.mark.parametrize("name", ["small.ipynb", "timestamp.txt", "other", "sub/other"])
def test_links_are_refused_wherever_they_are(folder, name):
    link = folder / name
    link.parent.mkdir(exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to("/etc/passwd")
    with pytest.raises(CourseError, match=f"refused: {name} is a link"):
        inspect(folder)


def test_a_link_to_a_folder_and_a_folder_that_is_a_link_are_refused(folder):
    (folder.parent / "other").symlink_to(folder)
    with pytest.raises(CourseError, match="other is a link, not a folder"):
        inspect(folder.parent / "other")
    (folder / "sub").symlink_to(folder.parent)
    with pytest.raises(CourseError, match="sub is a link"):
        inspect(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_pipes_and_sockets_are_refused_without_waiting_for_them(folder, monkeypatch):
    os.mkfifo(folder / "pipe")
    with pytest.raises(CourseError, match="pipe is no ordinary file"):
        inspect(folder)
    with pytest.raises(CourseError, match="pipe is no ordinary file"):
        read_file(folder / "pipe")
    (folder / "pipe").unlink()
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        with pytest.raises(CourseError, match="socket is no ordinary file"):
            inspect(folder)


def test_folders_within_folders_without_end_are_no_problem(folder):
    deep = folder
    for _ in range(500):
        deep = deep / "d"
        deep.mkdir()
    assert inspect(folder) == ()


def test_thousands_of_files_are_refused(folder, monkeypatch):
    monkeypatch.setattr(files, "MOST_FILES", 10)
    for number in range(12):
        (folder / f"{number}.txt").write_text("")
    with pytest.raises(CourseError, match="more than 10 files"):
        inspect(folder)


def test_a_file_is_read_as_it_is_and_refused_when_it_is_too_large_or_a_link(folder, monkeypatch):
    assert read_file(folder / "small.ipynb") == b"{}"
    with pytest.raises(CourseError, match="cannot be read"):
        read_file(folder / "missing.ipynb")
    (folder / "link.ipynb").symlink_to(folder / "small.ipynb")
    with pytest.raises(CourseError, match=r"link\.ipynb cannot be read"):
        read_file(folder / "link.ipynb")
    with pytest.raises(CourseError):
        read_file(folder)
    monkeypatch.setattr(files, "MOST_BYTES", 1)
    with pytest.raises(CourseError, match="larger than"):
        read_file(folder / "small.ipynb")


def noted(attempts, earlier=False):
    """An output of a check; of one of an earlier version of the course."""
    here = {NOTED: attempts}
    if earlier:
        return {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "", MIME_TYPE: attempts}}
    return {"output_type": "display_data", "metadata": here, "data": {"text/plain": ""}}


@pytest.mark.parametrize("earlier", [False, True], ids=["this version's", "an earlier version's"])
def test_the_attempts_that_a_check_has_noted_are_counted(handed_in, earlier):
    check = handed_in.cells[3]
    assert mended(handed_in)["metadata"][METADATA]["attempts"] == {}
    check.outputs = [
        {"output_type": "stream", "name": "stdout", "text": ""},
        noted({"attempts": [0.0, 1.0, 2.0]}, earlier),
    ]
    notebook = mended(handed_in)
    assert notebook["metadata"][METADATA]["attempts"] == {"answer-check": 3}
    assert by_name(notebook)["answer-check"]["outputs"] == []


@pytest.mark.parametrize(
    "output",
    [5, {}, {"data": 5}, {"data": []}, noted(5), noted("attempts"), noted({}), noted({"attempts": 5}), noted([1])],
    ids=str,
)
def test_attempts_that_make_no_sense_are_not_known(handed_in, output):
    handed_in.cells[3]["outputs"] = [output]
    assert mended(handed_in)["metadata"][METADATA]["attempts"] == {}
    handed_in.cells[3]["outputs"] = output
    assert mended(handed_in)["metadata"][METADATA]["attempts"] == {}


@pytest.mark.parametrize(
    ("hints", "known"), [(3, {"answer-check": 3}), (10**9, {"answer-check": MOST_ATTEMPTS}), (-1, {}), ("3", {})]
)
def test_the_hints_that_a_check_has_noted_are_counted_where_they_make_sense(handed_in, hints, known):
    handed_in.cells[3]["outputs"] = [noted({"attempts": [0.0], "hints": hints})]
    notebook = mended(handed_in)
    assert notebook["metadata"][METADATA]["hints"] == known
    assert notebook["metadata"][METADATA]["attempts"] == {"answer-check": 1}


def test_no_more_attempts_are_believed_than_are_kept(handed_in):
    handed_in.cells[3]["outputs"] = [noted({"attempts": [0.0] * 5000})]
    assert mended(handed_in)["metadata"][METADATA]["attempts"] == {"answer-check": MOST_ATTEMPTS}


def test_more_bytes_than_an_honest_submission_has_are_refused_before_any_is_copied(folder):
    with (folder / "big.png").open("wb") as file:
        os.truncate(file.fileno(), 20 * 2**30)  # which takes no room on the disk until it is copied
    with pytest.raises(CourseError, match=r"refused: its files have more than 100 MB, with big\.png\."):
        inspect(folder)


def test_many_files_are_refused_by_what_they_have_together(folder):
    for number in range(11):
        with (folder / f"{number}.png").open("wb") as file:
            os.truncate(file.fileno(), 10 * 2**20)
    with pytest.raises(CourseError, match="more than 100 MB"):
        inspect(folder)


@pytest.mark.parametrize(("name", "said"), [(b"two\nlines.png", "two?lines.png"), (b"\xff.png", "?.png")])
def test_a_name_that_cannot_be_shown_is_flagged_and_the_file_not_kept(folder, tmp_path, name, said):
    try:
        os.close(os.open(os.path.join(os.fsencode(folder), name), os.O_CREAT))
    except OSError:
        pytest.skip("no such names here")
    assert [flag.message for flag in inspect(folder)] == [f"{said} has a name that cannot be shown; it was not used."]
    build(tmp_path / "graded", {}, folder, tmp_path / "none", 0o644)
    put_in_place(tmp_path / "graded")
    assert not [path for path in (tmp_path / "graded").iterdir() if path.suffix == ".png"]


def test_a_folder_that_is_called_like_a_picture_is_left_where_it_is(folder, tmp_path):
    (folder / "x.png").mkdir()
    (folder / "timestamp.txt").unlink(missing_ok=True)
    (folder / "photo.png").write_bytes(b"1")
    assert inspect(folder) == ()
    build(tmp_path / "graded", {"small": "{}"}, folder, tmp_path / "none", 0o644)
    put_in_place(tmp_path / "graded")
    assert {path.name for path in (tmp_path / "graded").iterdir()} == {"photo.png", "small.ipynb"}
