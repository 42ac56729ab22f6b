"""Where only NumPy is installed, whatever needs more says so in one sentence, with the command that installs it."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import backprop_course
from backprop_course import CourseError, extras

TRACE = "networks.chain.forward({'w_in': 2, 'w_j': 5, 'w_k': 3}, 1, 3)"
IMPORTS = f"from backprop_course import networks; from backprop_course.drawing import animation; t = {TRACE}; "


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Runs Python where the course and NumPy are, and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    package = Path(backprop_course.__file__).parent
    for path in (package, package.parent / "notebooks"):
        (folder / path.name).symlink_to(path)
    for path in Path(np.__file__).parents[1].glob("numpy*"):
        (folder / path.name).symlink_to(path)

    def run(*arguments):
        command = [sys.executable, "-S", *arguments]
        environment = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("start mine", "course"),
        ("new-class mine", "course"),
        ("grade 03_split_network", "course"),
        ("grade 03_split_network --demo", "course"),
        ("report 03_split_network", "course"),
        ("site mine", "site"),
        ("export mine", "site"),
    ],
)
def test_a_command_says_which_extra_it_needs(bare, command, extra):
    done = bare("-m", "backprop_course", *command.split())
    assert done.returncode == 1
    assert re.fullmatch(rf'.* is not installed.*: pip install "\.\[{extra}\]", in a clone of the course\n', done.stderr)
    assert not done.stdout


@pytest.mark.parametrize(
    ("code", "extra"),
    [
        ("from backprop_course.lms.exporters import CanvasExporter", "course"),
        ("import backprop_course.site.build", "site"),
        (f"{IMPORTS}animation(networks.chain, t).gif", "notebook"),
        (f"{IMPORTS}animation(networks.chain, t).save('x.gif')", "notebook"),
        (f"{IMPORTS}from backprop_course.drawing import figure; figure(networks.chain).save('x.png')", "notebook"),
        (f"{IMPORTS}from backprop_course.widgets import StepThrough; StepThrough(networks.chain, t).view", "notebook"),
        ("from backprop_course.widgets import explore; explore(lambda a: None, a=[1, 2])", "notebook"),
    ],
)
def test_what_is_used_in_python_says_which_extra_it_needs(bare, code, extra):
    last = bare("-c", code).stderr.splitlines()[-1]
    assert last.startswith("backprop_course.extras.MissingPackage: ")
    assert f'pip install ".[{extra}]"' in last


def test_a_missing_package_can_be_caught_as_either():
    assert issubclass(extras.MissingPackage, CourseError)
    assert issubclass(extras.MissingPackage, ImportError)


def test_a_mistake_of_the_courses_own_is_not_called_a_missing_package():
    with pytest.raises(ModuleNotFoundError, match=r"backprop_course\.nowhere") as error, extras.said("course"):
        import backprop_course.nowhere  # noqa: F401
    assert not isinstance(error.value, CourseError)
    with pytest.raises(ModuleNotFoundError, match="fcntl") as error, extras.said("course"):
        raise ModuleNotFoundError("No module named 'fcntl'", name="fcntl")  # as on Windows
    assert not isinstance(error.value, CourseError)


@pytest.mark.parametrize(
    ("origin", "command"),
    [
        (None, 'pip install "backprop-course[site]"'),
        ({"url": "file://HERE", "dir_info": {}}, 'pip install "HERE[site]"'),
        ({"url": "file://HERE", "dir_info": {"editable": True}}, 'pip install -e "HERE[site]"'),
        ({"url": "file:///gone/course.whl", "archive_info": {}}, 'pip install ".[site]", in a clone of the course'),
        (
            {"url": "https://example.org/course.git", "vcs_info": {"vcs": "git", "commit_id": "0"}},
            'pip install "backprop-course[site] @ git+https://example.org/course.git"',
        ),
        ({"url": "https://example.org/c.whl"}, 'pip install "backprop-course[site] @ https://example.org/c.whl"'),
    ],
)
def test_the_command_installs_from_where_this_copy_came(origin, command, monkeypatch, tmp_path):
    text = origin and json.dumps(origin).replace("HERE", str(tmp_path))
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: SimpleNamespace(read_text=lambda file: text))
    assert extras.command("site") == command.replace("HERE", str(tmp_path))


def test_a_copy_that_was_not_installed_is_installed_from_a_clone(monkeypatch):
    def nowhere(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", nowhere)
    assert extras.command("site") == 'pip install ".[site]", in a clone of the course'
