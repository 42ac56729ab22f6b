"""Landlock: which files a candidate may read, and where it may write. The kernel holds it, for every user."""

from __future__ import annotations

import ctypes
import os
import stat
import struct
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_RUN, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_FILE, _MOVE = 1 << 4, 1 << 5, 1 << 7, 1 << 8, 1 << 13
_READ = _READ_FILE | _READ_DIR
_OWN = _READ | _WRITE_FILE | _TRUNCATE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_FILE | _MOVE
_OF_FILES = _WRITE_FILE | _READ_FILE | _TRUNCATE
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""By version of Landlock, how many of the rights to files it knows."""
NEWEST = 1000
"""Above every version: the kernel's own is taken."""

_SYSTEM = (
    *("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts"),
    *("/usr/share/zoneinfo", "/usr/share/fonts", "/usr/local/share/fonts", "/dev/urandom", "/dev/zero"),
)
PACKAGE_FOLDER = Path(__file__).resolve().parents[2]
"""Where this package is installed: it may be read, but for the notebooks with their solutions."""


def ruleset(scratches: str, newest: int = NEWEST) -> tuple[int, int]:
    """A set of rules, as a descriptor, and Landlock's version: Python is for reading, the rest is out of bounds.

    scratches: the folder of the scratch directories. No right to run a program is given to anyone.
    newest: the version to go up to; with a lower one the rules are those that an older kernel would keep.
    Raises OSError where there is no Landlock.
    """
    version = min(_call(_CREATE, None, 0, 1), newest)
    network, scopes = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    rules = _rules(version, _all(version), network, scopes)
    _allow(rules, Path(scratches), _OWN & _all(version))
    _allow(rules, Path(os.devnull), _OWN & _all(version))
    for path, rights in readable():
        _allow(rules, path, rights)
    return rules, version


def restrict(rules: int, version: int, scratch: str) -> None:
    """Holds this process to the rules, and its writing to its own scratch directory, for good. Raises OSError."""
    writing = _all(version) & ~(_READ | _RUN)
    own = _rules(version, writing, 0, 0)
    _allow(own, Path(scratch), _OWN & writing)
    _allow(own, Path(os.devnull), _OWN & writing)
    _call(_RESTRICT, rules, 0)
    _call(_RESTRICT, own, 0)
    os.close(own)


def _all(version: int) -> int:
    return (1 << _RIGHTS.get(version, 16)) - 1


def _rules(version: int, files: int, network: int, scopes: int) -> int:
    size = 8 if version < 4 else 16 if version < 6 else 24
    return _call(_CREATE, struct.pack("QQQ", files, network, scopes)[:size], size, 0)


def readable() -> Iterator[tuple[Path, int]]:
    """What a candidate may read, and how: Python, its packages and the system's libraries, without our notebooks."""
    installed = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    bases = {Path(base, "lib") for base in (sys.base_prefix, sys.prefix, sys.exec_prefix)}
    packages = {Path(entry) for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")}
    wanted = {*map(Path, installed), *bases, *packages, *map(Path, _SYSTEM), PACKAGE_FOLDER}
    done: set[Path] = set()
    for path in sorted({path.resolve() for path in wanted if path.exists()}):
        if not done.intersection(path.parents):
            done.add(path)
            yield from _without(path, PACKAGE_FOLDER / "notebooks")


def _without(path: Path, hidden: Path) -> Iterator[tuple[Path, int]]:
    if path == hidden:
        return
    if path not in hidden.parents or not hidden.exists():
        yield path, _READ
        return
    yield path, _READ_DIR
    for child in path.iterdir():
        yield from _without(child, hidden)


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        at = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(at).st_mode):
            rights &= _OF_FILES
        if rights:
            _call(_ADD, rules, 1, struct.pack("=Qi", rights, at), 0)
    finally:
        os.close(at)


def _call(number: int, *arguments: int | bytes | None) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    given = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    found = libc.syscall(ctypes.c_long(number), *given)
    if found < 0:
        raise OSError(ctypes.get_errno(), "landlock")
    return int(found)
