"""Removes a folder in which a student's program could do what it liked."""

from __future__ import annotations

import contextlib
import os
import secrets


def remove(folder: str) -> None:
    """Removes a folder and all in it, as far as that is allowed.

    However deep the folders in it are: those within another are brought up first, for `shutil.rmtree` calls itself
    for each, and Python has an end to that.
    """
    with contextlib.suppress(OSError):
        _open(folder)
        while inner := _emptied(folder):
            for path in inner:
                _open(path)
                for deeper in _emptied(path):
                    with contextlib.suppress(OSError):
                        _open(deeper)  # to be moved it has to be one's own to write in
                        os.rename(deeper, f"{folder}/{secrets.token_hex(16)}")  # which is not there yet
                os.rmdir(path)
        os.rmdir(folder)


def _open(folder: str) -> None:
    """Its owner may look and write into it again."""
    with contextlib.suppress(OSError):
        os.chmod(folder, 0o700)


def _emptied(folder: str) -> list[str]:
    """The folders in a folder, whose files are removed."""
    inner = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                inner.append(entry.path)
            else:
                os.unlink(entry.path)
    return inner
