"""Removes a folder in which a student's program could do what it liked."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import time

PAUSES = 0.01, 0.05, 0.2, 1.0
"""Seconds between the tries, where somebody else takes things away or puts them there meanwhile."""


def remove(folder: str) -> None:
    """Removes a folder and all in it, as far as that is allowed.

    However deep the folders in it are: those within another are brought up first, for `shutil.rmtree` calls itself
    for each, and Python has an end to that.
    """
    for pause in (*PAUSES, 0):
        try:
            _remove(folder)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTEMPTY):
                return
        if not os.path.lexists(folder):
            return
        time.sleep(pause)  # a program that was killed has not ended yet, or its own tidying up has not


def _remove(folder: str) -> None:
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
