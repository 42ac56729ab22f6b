"""The pictures in pages are those that the library makes now."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from backprop_course.cli import main
from backprop_course.drawing.images import PICTURES

IMAGES = Path(__file__).parents[1] / "images"


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_fresh(name):
    stale = f"images/{name} is stale: run `backprop-course images`"
    assert (IMAGES / name).read_bytes().replace(b"\r\n", b"\n") == PICTURES[name](), stale


def test_nothing_else_lies_among_the_pictures():
    assert {path.name for path in IMAGES.iterdir()} == set(PICTURES)


def test_the_readme_shows_every_picture_and_no_other():
    readme = (IMAGES.parent / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"\((images/[^)]+)\)", readme)
    assert {f"images/{name}" for name in PICTURES} == set(shown), "a picture that nothing shows, or none to show"


def test_the_command_makes_them(tmp_path, capsys):
    assert main(["images", str(tmp_path / "new")]) == 0
    paths = list((tmp_path / "new").iterdir())
    assert {path.name for path in paths} == set(PICTURES)
    assert sorted(capsys.readouterr().out.split()) == sorted(str(path) for path in paths)
    for path in paths:
        ElementTree.parse(path)


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["images", str(tmp_path / "file")]) == 1
    assert "cannot be written" in capsys.readouterr().err
