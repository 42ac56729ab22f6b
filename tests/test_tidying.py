"""What students' programs leave behind is removed, whoever else is at it."""

import os

from backprop_course.sandbox.between.tidying import remove


def test_somebody_else_may_take_things_away_meanwhile(tmp_path, monkeypatch):
    folder = tmp_path / "scratch"
    (folder / "inner").mkdir(parents=True)
    for name in ("one", "two", "inner/three"):
        (folder / name).write_text("")
    unlink, taken = os.unlink, []

    def too_late(path):
        unlink(path)
        if not taken:
            taken.append(path)
            unlink(path)  # is not there any more

    monkeypatch.setattr(os, "unlink", too_late)
    remove(str(folder))
    assert taken
    assert not folder.exists()


def test_somebody_else_may_put_things_there_meanwhile(tmp_path, monkeypatch):
    folder = tmp_path / "scratch"
    folder.mkdir()
    rmdir, put = os.rmdir, []

    def filled(path):
        if not put:
            put.append(folder / "late")
            put[0].write_text("")
        rmdir(path)

    monkeypatch.setattr(os, "rmdir", filled)
    remove(str(folder))
    assert put
    assert not folder.exists()


def test_what_is_not_there_costs_no_time(tmp_path, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: 1 / 0)
    remove(str(tmp_path / "nothing"))
