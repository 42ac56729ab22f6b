"""A file that is written is there whole, or as it was."""

from pathlib import Path

import pytest

from backprop_course.errors import CourseError
from backprop_course.whole_files import write_whole


def test_a_file_is_put_where_there_is_no_folder_yet_and_in_the_place_of_an_older_one(tmp_path):
    path = tmp_path / "reports" / "one.html"
    for text in "before", "−1 after":
        write_whole(path, text)
        assert path.read_text(encoding="utf-8") == text
    assert list(path.parent.iterdir()) == [path]


def test_where_the_disk_is_full_the_older_file_stays_and_no_half_of_the_new_one(tmp_path, monkeypatch):
    def full(part, text, encoding):
        part.write_bytes(text.encode(encoding)[:3])
        raise OSError(28, "No space left on device")

    (tmp_path / "one.html").write_text("before")
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(CourseError, match=r"one\.html cannot be written: No space left on device\."):
        write_whole(tmp_path / "one.html", "afterwards")
    monkeypatch.undo()
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("one.html", "before")]


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(CourseError, match="cannot be written"):
        write_whole(tmp_path / "taken" / "one.html", "text")
