"""A scratch folder without a size of its own is looked through, whatever a program does to hide what it holds."""

import os

import pytest

from backprop_course.sandbox.between.task import SCRATCH_FILES
from backprop_course.sandbox.outside.scratch import excess


def in_one_file(folder):
    (folder / "file").write_bytes(bytes(300_000))


def in_many_files(folder):
    for k in range(30):
        (folder / f"file{k}").write_bytes(bytes(10_000))


def in_hidden_folders(folder):
    (folder / ".a" / ".b").mkdir(parents=True)
    (folder / ".a" / ".b" / ".c").write_bytes(bytes(300_000))


def in_two_places(folder):
    for name in "a", "b":
        (folder / name).mkdir()
        (folder / name / "file").write_bytes(bytes(150_000))


@pytest.mark.parametrize("fill", [in_one_file, in_many_files, in_hidden_folders, in_two_places])
def test_what_takes_too_many_bytes_is_found_wherever_it_is(tmp_path, fill):
    fill(tmp_path)
    assert excess(str(tmp_path), 2**18) == "it wrote more than 0.25 MB into its scratch folder"
    assert excess(str(tmp_path), 2**20) == ""


def test_what_takes_no_room_does_not_count(tmp_path):
    os.truncate(os.open(tmp_path / "sparse", os.O_CREAT | os.O_RDWR), 2**30)
    (tmp_path / "large").symlink_to(os.__file__)
    (tmp_path / "elsewhere").symlink_to(os.path.dirname(os.__file__))
    assert excess(str(tmp_path), 2**18) == ""


def test_too_many_files_are_too_much(tmp_path):
    for k in range(SCRATCH_FILES // 64 + 1):
        (tmp_path / f"{k}").mkdir()
        for j in range(63):
            (tmp_path / f"{k}" / f"{j}").symlink_to("x")
    assert excess(str(tmp_path), 2**30) == f"it made more than {SCRATCH_FILES} files in its scratch folder"


def test_a_folder_that_nobody_can_reach_is_too_much(tmp_path):
    here = os.getcwd()
    os.chdir(tmp_path)
    for _ in range(50):
        os.mkdir("x" * 200)
        os.chdir("x" * 200)
    os.chdir(here)
    assert excess(str(tmp_path), 2**30) == "its scratch folder cannot be looked through (File name too long)"


def test_a_folder_that_is_gone_holds_nothing(tmp_path):
    assert excess(str(tmp_path / "gone"), 0) == ""
