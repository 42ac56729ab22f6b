"""The pictures in pages are those that the library makes now."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from backprop_course.cli import main
from backprop_course.drawing.images import ANIMATIONS, PICTURES

IMAGES = Path(__file__).parents[1] / "images"


@pytest.mark.parametrize("name", [name for name in PICTURES if name.endswith(".svg")])
def test_a_picture_is_fresh(name):
    stale = f"images/{name} is stale: run `backprop-course images`"
    assert (IMAGES / name).read_bytes().replace(b"\r\n", b"\n") == PICTURES[name](), stale


@pytest.mark.parametrize("name", ANIMATIONS)
def test_a_gif_is_fresh(name):
    """Its comment tells what it was drawn from; its pixels depend on the versions of libraries and fonts."""
    made = ANIMATIONS[name]()
    with Image.open(IMAGES / f"{name}.gif") as gif:
        assert gif.info["comment"].decode() == made.digest, f"{name}.gif is stale: run `backprop-course images`"
        durations = []
        for k in range(gif.n_frames):
            gif.seek(k)
            durations.append(gif.info["duration"])
        assert durations == [1200] * (1 + len(made.score.frames)) + [4000]
        assert gif.info["loop"] == 0
    assert (IMAGES / f"{name}.gif").stat().st_size < 300_000


def test_nothing_else_lies_among_the_pictures():
    assert {path.name for path in IMAGES.iterdir()} == set(PICTURES)


def test_the_readme_shows_pictures_that_are_there():
    readme = (IMAGES.parent / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"\((images/[^)]+)\)", readme)
    assert shown
    assert all((IMAGES.parent / path).exists() for path in shown)


def test_the_command_makes_them(tmp_path, capsys):
    assert main(["images", str(tmp_path / "new")]) == 0
    paths = list((tmp_path / "new").iterdir())
    assert {path.name for path in paths} == set(PICTURES)
    assert sorted(capsys.readouterr().out.split()) == sorted(str(path) for path in paths)
    for path in paths:
        if path.suffix == ".svg":
            ElementTree.parse(path)
        else:
            assert path.read_bytes().startswith(b"GIF89a")


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["images", str(tmp_path / "file")]) == 1
    assert "cannot be written" in capsys.readouterr().err
