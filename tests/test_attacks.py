"""What a malicious student hands in, one file each in `attacks/`: no point forged, nothing leaked, nobody disturbed.

An attack is the source of a cell, in a cell of the student's own at the top of a real notebook or, with `CELL`, in
the place of an answer. `forge_` and `file_` attacks come with no other answer, all others with right ones. A `file_`
attack has a function `damage(notebook, folder)` instead, which does to what is handed in whatever it likes; all of
them are graded in one class with honest students. What else must hold is said by these names in the file:

EARNS: the points in the end; (least, most) or None where they depend on time, "all", "refused" where the whole
    submission is. Without it none for `forge_`, all for `leak_` and `harm_`.
FLAG: the kind of flag that an instructor must find. NOTEBOOK: the notebook, if it is another one.
ENDED: why it is ended where there is no private scratch folder; then what comes after it earns nothing.
OPEN: a hole, and what is known of it; the attack succeeds, and the test says so.
"""

from __future__ import annotations

import ast
import ctypes
import json
import os
import re
import runpy
import secrets
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import submitted
from classroom import Classroom, once
from nbformat.v4 import new_code_cell

from backprop_course.grading.executor import Executor
from backprop_course.grading.failures import failures
from backprop_course.grading.submission import METADATA
from backprop_course.sandbox.between.task import PRIVATE_SCRATCH, Limits
from backprop_course.sandbox.between.tidying import remove
from backprop_course.students import STUBS, instructors_notebooks

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="candidates are locked in on Linux")

FOLDER = Path(__file__).parent / "attacks"
CHAIN = "02_chain_network/chain_network"
LIMITS = Limits(
    cell_seconds=0.6,
    check_seconds=1.0,
    submission_seconds=6.0,
    memory=2**30,
    file_size=2**20,
    output_size=20_000,
)
SUBREAPER = 36
_SAYS = ("EARNS", "CELL", "FLAG", "NOTEBOOK", "ENDED", "OPEN")


@dataclass(frozen=True)
class Attack:
    """An attack as its file describes it."""

    name: str
    source: str
    tries: str
    says: dict

    @property
    def kind(self):
        return self.name.split("_")[0]

    @property
    def earns(self):
        by_default = {"forge": 0, "leak": "all", "harm": "all"}
        return self.says.get("EARNS", by_default.get(self.kind))

    @property
    def answered(self):
        """Whether it comes with right answers."""
        return self.kind not in ("forge", "file") or self.earns == "all"


def read(path):
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    says = {
        step.targets[0].id: ast.literal_eval(step.value)
        for step in tree.body
        if isinstance(step, ast.Assign) and getattr(step.targets[0], "id", "") in _SAYS
    }
    return Attack(path.stem, source, ast.get_docstring(tree).splitlines()[0], says)


ATTACKS = {path.stem: read(path) for path in sorted(FOLDER.glob("*.py"))}


def those(*kinds, **more):
    """Parameters of a test: the attacks of these kinds, with their holes."""
    chosen = [attack for attack in ATTACKS.values() if attack.kind in kinds]
    return [
        pytest.param(
            attack,
            id=attack.name,
            marks=[pytest.mark.xfail(strict=True, reason=attack.says["OPEN"])] if "OPEN" in attack.says else [],
        )
        for attack in chosen
    ]


def test_there_are_attacks_of_every_kind():
    assert {attack.kind for attack in ATTACKS.values()} == {"forge", "leak", "harm", "hang", "crash", "file"}
    assert len(ATTACKS) == len({attack.tries for attack in ATTACKS.values()}) > 60
    assert [attack.name for attack in ATTACKS.values() if not re.search(r": .+\.$", attack.tries)] == []


# what is around


class Outside:
    """What a candidate must neither read nor change: a file, a port, a socket, a secret in the environment.

    Everybody may change the file and its folder, as the kernel's permissions go: what protects them is the sandbox
    alone, also where root tests it, and candidates are nobody.
    """

    def __init__(self):
        self.secret, mark = f"secret{secrets.token_hex(8)}", f"mark{secrets.token_hex(8)}"
        self.folder = Path(tempfile.mkdtemp(prefix="instructor-"))
        self.file = self.folder / "solutions.ipynb"
        self.note = f"note-{mark}"
        self.folder.chmod(0o777)
        self.file.write_text(f"{self.secret} is in this file.")
        self.file.chmod(0o666)
        os.utime(self.file, (1e9, 1e9))
        self.listening = [
            socket.socket(),
            socket.socket(socket.AF_UNIX),
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        ]
        self.listening[0].bind(("127.0.0.1", 0))
        self.listening[1].bind(f"\0{self.note}")
        self.listening[2].bind(("127.0.0.1", 0))
        for listening in self.listening[:2]:
            listening.listen()

    def known(self):
        """What the student knows of it, as the source of a cell."""
        ports = self.listening[0].getsockname()[1], self.listening[2].getsockname()[1]
        known = {
            "file": str(self.file),
            "folder": str(self.folder),
            "ports": ports,
            "socket": f"\0{self.note}",
            "note": self.note,
            "examiner": os.getpid(),
            "notebooks": str(instructors_notebooks()),
        }
        return f"OUTSIDE = {known!r}"

    def state(self):
        """All that could have changed."""
        places = [
            Path(place) for place in ("/tmp", "/dev/shm", "/var/tmp", instructors_notebooks(), Path(os.__file__).parent)
        ]
        notes = [name for place in places if place.is_dir() for name in os.listdir(place)]
        return {
            "files": {
                str(path): (
                    *path.stat()[:6],
                    path.stat().st_mtime,
                    os.listxattr(path),
                    path.is_file() and path.read_bytes(),
                )
                for path in (self.folder, *self.folder.rglob("*"))
            },
            "visitors": len(select.select(self.listening, [], [], 0)[0]),
            "notes": [name for name in notes if self.note in name],
            "queues": [len(Path(f"/proc/sysvipc/{kind}").read_text().splitlines()) for kind in ("shm", "msg", "sem")],
            "group": os.getpgid(0),
        }

    def close(self):
        for listening in self.listening:
            listening.close()
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def outside():
    made = Outside()
    os.environ["BACKPROP_SECRET"] = made.secret
    yield made
    del os.environ["BACKPROP_SECRET"]
    made.close()


@contextmanager
def executor(**more):
    """An executor of this process, to whom all processes come whose parents have ended."""
    prctl = ctypes.CDLL(None).prctl
    prctl(SUBREAPER, 1, 0, 0, 0)
    with Executor(**more) as made:
        yield made
    prctl(SUBREAPER, 0, 0, 0, 0)


@pytest.fixture(scope="module")
def execute(outside):
    with executor() as made:
        yield made


def below(process):
    """All processes below one."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (path / "stat").read_text().rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue  # it has just ended
        if state not in "ZX":
            parents[int(path.name)] = int(parent)
    found, new = set(), {process}
    while new:
        found |= new
        new = {child for child, parent in parents.items() if parent in new} - found
    return found - {process}


def none_left(before):
    """The processes that are there and were not before, after a moment's patience."""
    until = time.monotonic() + 3
    while (left := below(os.getpid()) - before) and time.monotonic() < until:
        time.sleep(0.02)
    return left


# what is handed in


def notebook_of(attack):
    """The attack's notebook with right answers, or with none."""
    notebook = submitted.solved_notebook(attack.says.get("NOTEBOOK", CHAIN))
    for cell in notebook["cells"]:
        role = cell["metadata"].get("nbgrader", {})
        if role.get("solution") and not attack.answered:
            cell["source"] = "pass"
    return notebook


def handed_in(attack, known):
    """The notebook that an attack in a cell makes."""
    notebook = notebook_of(attack)
    place = attack.says.get("CELL", "")
    for cell in notebook["cells"]:
        if place and cell["metadata"].get("nbgrader", {}).get("grade_id") == place:
            cell["source"] = attack.source
    assert not place or attack.source in [cell["source"] for cell in notebook["cells"]]
    own = [new_code_cell(known), *([] if place else [new_code_cell(attack.source)])]
    notebook["cells"] = [*own, *notebook["cells"]]
    return notebook


def task_of(attack, known):
    """The task of such a notebook."""
    solved = submitted.solved(attack.says.get("NOTEBOOK", CHAIN))
    cells = submitted.code_cells(handed_in(attack, known)["cells"])
    return replace(solved, student="eve", cells=cells, limits=LIMITS)


# what must hold

MISTAKES = ("AssertionError", "SystemError", "NameError", "SyntaxError", "AttributeError", "ImportError", "TypeError")
"""What an attack raises when it has succeeded, and what it raises when it is none."""


def check_that_it_failed(attack, notebook):
    """An attack says itself, in its cell, when something worked that must not."""
    for cell in notebook["cells"]:
        if "".join(cell["source"]) == attack.source:
            raised = [output for output in cell["outputs"] if output["output_type"] == "error"]
            assert [output for output in raised if output["ename"] in MISTAKES] == []
            assert "a note was found" not in json.dumps(cell["outputs"])


def check_points(attack, scores, most):
    earned = sum(scores.values())
    if attack.earns == "all":
        assert scores == most
    elif isinstance(attack.earns, tuple):
        least, highest = attack.earns
        assert least <= earned <= highest, scores
    elif attack.earns is not None:
        assert earned == attack.earns, scores
    assert all(0 <= scores[name] <= most[name] for name in scores)


class Live(HTMLParser):
    """Finds what a browser would run."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "iframe", "object", "embed", "link", "meta", "base", "form", "svg", "style"):
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or "javascript:" in (value or "").lower():
                self.found.append(f"{tag} {name}")


class Alerting(HTMLParser):
    """Finds what a browser would run of what attackers write, in a page with scripts of its own."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found += [(tag, name) for name, value in attrs if "alert(1)" in (value or "")]

    def handle_data(self, data):
        if "alert(1)" in data and self.cdata_elem:
            self.found.append(self.cdata_elem)


def check_what_is_shown(notebook):
    """No secret, no value that was asked for, nothing alive in what came out of an execution."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert set(data) <= {"text/plain", "image/png", "text/html"}
            assert Live("".join(data.get("text/html", ""))).found == []
            if "text/html" in data:
                assert "check" in "".join(cell["source"])  # a verdict's, which is not the student's
    nbformat.validate(nbformat.reads(json.dumps(notebook), 4))


def shown(notebook):
    """All that a notebook's outputs say."""
    return json.dumps([cell.get("outputs", []) for cell in notebook["cells"]])


IN_A_CELL = "test_an_attack_in_a_cell_gains_nothing_and_disturbs_nobody"


@pytest.mark.parametrize("attack", those("forge", "leak", "harm", "hang", "crash"))
def test_an_attack_in_a_cell_gains_nothing_and_disturbs_nobody(execute, outside, attack):
    check_an_attack_in_a_cell(execute, outside, attack)


def check_an_attack_in_a_cell(execute, outside, attack):
    before, state = below(os.getpid()), outside.state()
    task = task_of(attack, outside.known())
    started = time.monotonic()
    outcome = execute(task)
    took = time.monotonic() - started
    if "to_the_next_one" in attack.name:
        outcome = execute(task)
    notebook = submitted.executed_notebook(task, outcome)

    assert none_left(before) == set()
    assert outside.state() == state
    assert outside.secret not in json.dumps(notebook)
    check_that_it_failed(attack, notebook)
    check_what_is_shown(notebook)
    if "ENDED" in attack.says and PRIVATE_SCRATCH not in outcome.layers:
        assert [flag.kind for flag in outcome.flags] == ["stopped"]
        assert attack.says["ENDED"] in outcome.error
    else:
        check_points(attack, outcome.scores, task.points)
    if "FLAG" in attack.says:
        assert attack.says["FLAG"] in {flag.kind for flag in outcome.flags}
    assert took < LIMITS.submission_seconds + 15  # what is stopped is stopped, whatever it does
    after = execute(submitted.task(submitted.answer("x = 1"), submitted.graded("assert x == 1")))
    assert after.scores == {"test": 2.0}


@pytest.mark.parametrize("deep", [1, 3000])
def test_folders_are_removed_however_deep_and_closed_they_are(tmp_path, deep):
    (tmp_path / "scratch").mkdir()
    here = os.getcwd()
    os.chdir(tmp_path / "scratch")
    for _ in range(deep):
        os.mkdir("deeper")
        os.chdir("deeper")
    os.mkdir("closed")
    Path("closed/file").touch()
    os.chmod("closed", 0)
    os.chdir(here)
    remove(str(tmp_path / "scratch"))
    assert not (tmp_path / "scratch").exists()


# on older kernels

CHANGING_FILES = (
    *("harm_by_truncating", "harm_by_deleting_everything", "harm_by_changing_modes", "harm_by_changing_times"),
    *("leak_by_links", "leak_by_descriptors_of_paths"),
)


@pytest.fixture(scope="module", params=[1, 2])
def execute_on_an_older_kernel(request, outside):
    """An executor that asks Landlock for no more than its first or second version has."""
    with executor(newest_landlock=request.param) as made:
        held = [layer for layer in made.layers if layer.startswith("Landlock")]
        if not held:
            pytest.skip("this kernel has no Landlock")
        assert held == [f"Landlock {request.param}"]
        yield made


@pytest.mark.parametrize("name", CHANGING_FILES)
def test_files_are_safe_where_landlock_is_of_an_older_version(execute_on_an_older_kernel, outside, name):
    check_an_attack_in_a_cell(execute_on_an_older_kernel, outside, ATTACKS[name])


# without namespaces, as under Docker

NO_MORE_NAMESPACES = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" "$@"'
FEWER = (
    *("forge_with_false_outputs", "leak_files", "leak_over_the_network", "leak_over_unix_sockets"),
    *("leak_to_the_next_one_by_notes", "leak_the_examiners_memory", "harm_by_deleting_everything", "harm_by_signals"),
    *("harm_by_changing_modes", "harm_by_a_fork_bomb", "harm_by_a_deep_folder", "harm_by_mounts_and_namespaces"),
    *("harm_by_folders_that_cannot_be_deleted", "hang_in_python", "hang_in_a_daemon", "crash_by_closing_descriptors"),
    *("hang_in_a_process_started_when_judged", "harm_by_filling_the_disk"),
)


def test_attacks_gain_nothing_without_namespaces_either():
    """The same tests again, in a namespace that allows no others; Landlock, the filter and limits must do."""
    command = ["unshare", "-Ur", "sh", "-c", NO_MORE_NAMESPACES, sys.executable]
    layers = "from test_attacks import Executor\nwith Executor() as executor: print(*executor.layers, sep=',')"
    here = {"cwd": Path(__file__).parent, "text": True, "capture_output": True}
    try:
        held = subprocess.run([*command, "-c", layers], **here)
    except FileNotFoundError:
        pytest.skip("there is no unshare here")
    if held.returncode:
        pytest.skip(f"no user namespaces here: {held.stderr.strip()[-200:]}")
    assert "namespace" not in held.stdout
    if "Landlock" not in held.stdout or "seccomp" not in held.stdout:
        pytest.skip(f"what holds is {held.stdout.strip()}")
    names = [f"{Path(__file__).name}::{IN_A_CELL}[{name}]" for name in FEWER]
    done = subprocess.run([*command, "-m", "pytest", "-p", "no:cacheprovider", "-n", "0", *names], **here)
    assert done.returncode == 0, done.stdout[-3000:]
    assert f"{len(FEWER)} passed" in done.stdout or "100%" in done.stdout


# a whole class

CLASSMATES = ("abel", "mary", "zoe")
IN_THE_CLASS = (
    "forge_with_false_outputs",
    "forge_with_the_reference",
    "leak_files",
    "harm_by_living_output",
    "harm_by_living_functions",
    "harm_by_living_flags",
    "hang_in_python",
    "crash_in_c",
)
TO_BE_READ = "*_[lo]*"
"""Whose feedback is looked at: those that are living, and have outputs and one id of their own."""
ASSIGNMENT, NAME = CHAIN.split("/")
CONFIG = f"""
c = get_config()
c.CourseDirectory.source_directory = "notebooks"
c.ClearSolutions.update({STUBS!r})
c.Application.log_level = "ERROR"
from backprop_course.grading.configuration import configure
configure(c)
c.Grading.cell_seconds = c.Grading.check_seconds = 1.0
c.Grading.submission_seconds = 10.0
"""


def make_class(folder):
    """A course directory with everybody's submissions, graded; `grading.json` has what the command said."""
    room = Classroom(folder)
    shutil.copytree(instructors_notebooks() / ASSIGNMENT, folder / "notebooks" / ASSIGNMENT)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    room.run("nbgrader", "generate_assignment", ASSIGNMENT)
    (folder / "secret.txt").write_text("the instructor's secret")
    solved = submitted.solved_notebook(CHAIN)
    for classmate in CLASSMATES:
        hand_in(folder, classmate, solved)
    for attack in ATTACKS.values():
        notebook = notebook_of(attack)
        if attack.kind == "file":
            at = folder / "submitted" / attack.name / ASSIGNMENT
            at.mkdir(parents=True)
            runpy.run_path(str(FOLDER / f"{attack.name}.py"))["damage"](notebook, at)
            if not os.path.lexists(at / f"{NAME}.ipynb"):
                hand_in(folder, attack.name, notebook)
        elif attack.name in IN_THE_CLASS:
            known = f"OUTSIDE = {{'file': {str(folder / 'secret.txt')!r}, 'note': 'note'}}"
            hand_in(folder, attack.name, handed_in(attack, known))
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    before = below(os.getpid())
    grading = room.start("backprop_course.cli", "grade", ASSIGNMENT, "--workers=2")
    said, progress = grading.communicate()
    left = len(none_left(before))
    ctypes.CDLL(None).prctl(SUBREAPER, 0, 0, 0, 0)
    feedback = room.start("nbgrader", "generate_feedback", ASSIGNMENT, f"--student={TO_BE_READ}").communicate()
    with room.gradebook() as gradebook:
        scores = {
            submission.student.id: {
                grade.name: grade.auto_score
                for one in submission.notebooks
                for grade in one.grades
                if grade.cell.max_score
            }
            for submission in gradebook.assignment_submissions(ASSIGNMENT)
        }
    result = {"status": grading.returncode, "said": said, "progress": progress, "left": left, "scores": scores}
    (folder / "grading.json").write_text(json.dumps(result | {"feedback": feedback}))


def hand_in(folder, student, notebook):
    at = folder / "submitted" / student / ASSIGNMENT
    at.mkdir(parents=True, exist_ok=True)
    (at / f"{NAME}.ipynb").write_text(json.dumps(notebook))


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class, graded once: its folder and what came of it."""
    folder = once(tmp_path_factory.getbasetemp(), "attacked", make_class)
    return SimpleNamespace(folder=folder, **json.loads((folder / "grading.json").read_text()))


def autograded(graded, student):
    path = graded.folder / "autograded" / student / ASSIGNMENT / f"{NAME}.ipynb"
    return json.loads(path.read_text()) if path.exists() else None


@pytest.mark.parametrize("attack", those("file"))
def test_an_attack_with_files_gains_nothing(graded, attack):
    most = submitted.solved(CHAIN).points
    notebook = autograded(graded, attack.name)
    scores = graded.scores.get(attack.name, {})
    if attack.earns == "refused":
        assert notebook is None
        assert not any(scores.values())
        assert failures(graded.folder, ASSIGNMENT)[attack.name]
        return
    assert set(most) <= set(scores)
    check_points(attack, {name: scores[name] for name in most}, most)
    check_what_is_shown(notebook)
    flags = {flag["kind"] for flag in notebook["metadata"][METADATA]["flags"]}
    assert attack.says.get("FLAG") in {None, *flags}


@pytest.mark.parametrize("name", IN_THE_CLASS)
def test_an_attack_in_a_cell_gains_nothing_in_a_class_either(graded, name):
    attack, most = ATTACKS[name], submitted.solved(CHAIN).points
    check_points(attack, {name: graded.scores[attack.name][name] for name in most}, most)
    check_what_is_shown(autograded(graded, name))
    assert "the instructor's secret" not in json.dumps(autograded(graded, name))


@pytest.mark.parametrize("student", CLASSMATES)
def test_classmates_of_attackers_get_all_their_points(graded, student):
    most = submitted.solved(CHAIN).points
    assert {name: graded.scores[student][name] for name in most} == most
    assert autograded(graded, student)["metadata"][METADATA]["flags"] == []


def test_a_class_of_attackers_is_graded_to_its_end(graded):
    expected = len(CLASSMATES) + len(IN_THE_CLASS) + len(those("file"))
    refused = sum(attack.earns == "refused" for attack in ATTACKS.values())
    assert f"{expected} submissions" in graded.said
    assert re.search(r"(\d+)  failed", graded.said)[1] == str(refused)
    assert graded.status == 1
    assert graded.left == 0
    assert "Traceback" not in graded.said + graded.progress
    assert list(graded.folder.rglob("*.run")) == []
    assert (graded.folder / "secret.txt").read_text() == "the instructor's secret"


def test_what_attackers_hand_in_commands_no_terminal(graded):
    assert [letter for letter in graded.said if not letter.isprintable() and letter != "\n"] == []


def test_there_is_feedback_where_a_picture_is_lost(graded):
    assert list((graded.folder / "feedback" / "file_with_a_lost_picture").rglob("*.html"))


def test_feedback_on_attacks_is_not_alive(graded):
    pages = list((graded.folder / "feedback").rglob("*.html"))
    assert len(pages) > 5
    assert [page for page in pages if Alerting(page.read_text()).found] == []
