"""The locks on a candidate, each one function; a lock that this machine does not have is left out, and said so.

`prepare` is called once, in the warm process; `around` in a candidate's keeper, before the candidate is forked;
`within` in the candidate, before it reads a byte of the submission.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backprop_course.sandbox.between.task import PRIVATE_SCRATCH, SCRATCH_FILES
from backprop_course.sandbox.inside import landlock, seccomp

NOBODY = 65534
_NAMESPACES = {
    "mount": 0x00020000,
    "PID": 0x20000000,
    "network": 0x40000000,
    "IPC": 0x08000000,
    "UTS": 0x04000000,
    "cgroup": 0x02000000,
}
_USER = 0x10000000
_NO_NEW_PRIVILEGES, _DUMPABLE, _DEATH_SIGNAL, _SUBREAPER = 38, 4, 1, 36
_PRIVATE, _TMPFS_FLAGS = 0x4000 | 0x40000, 2 | 4 | 8
_OPEN_FILES = 64


@dataclass
class Prepared:
    """What is the same for all candidates. rules: Landlock's, as a descriptor, or -1."""

    rules: int = -1
    version: int = 0
    user: int | None = None


@dataclass
class Layers:
    """The layers that hold, by name."""

    names: list[str] = field(default_factory=list)

    def hold(self, name: str, lock: Callable[[], object]) -> bool:
        """Tries a lock, and notes it where it holds."""
        try:
            lock()
        except (OSError, ValueError, KeyError, AttributeError):
            return False
        self.names.append(name)
        return True


def prepare(directory: str, newest_landlock: int) -> Prepared:
    """directory: where the scratch directories are made. newest_landlock: as in `landlock.ruleset`."""
    prepared = Prepared(user=NOBODY if _nobody_can_work() else None)
    with contextlib.suppress(OSError, AttributeError):
        prepared.rules, prepared.version = landlock.ruleset(directory, newest_landlock)
    return prepared


def around(prepared: Prepared) -> Layers:
    """Another user than root, and namespaces: what holds the keeper and its candidate."""
    layers = Layers()
    if not sys.platform.startswith("linux"):
        return layers
    _prctl(_SUBREAPER, 1)
    if prepared.user is not None:
        layers.hold("unprivileged user", lambda: _become(prepared.user or NOBODY))
    if layers.hold("user namespace", _user_namespace):
        for name, flag in _NAMESPACES.items():
            layers.hold(f"{name} namespace", lambda flag=flag: _unshare(flag))  # type: ignore[misc]
    return layers


def within(prepared: Prepared, settings: Mapping[str, Any], wire: int, layers: Layers) -> int:
    """Everything else; returns a descriptor on which new threads and processes are asked for, or 0."""
    scratch, gate = settings["scratch"], 0
    linux = sys.platform.startswith("linux")
    if "mount namespace" in layers.names:
        layers.hold(PRIVATE_SCRATCH, lambda: _private_scratch(scratch, settings["file_size"]))
    os.chdir(scratch)
    if "user namespace" in layers.names:
        _drop_capabilities()
    if linux:
        _prctl(_DEATH_SIGNAL, 9)
        _prctl(_DUMPABLE, 0)
        layers.hold("no new privileges", lambda: _prctl(_NO_NEW_PRIVILEGES, 1))
    if prepared.rules >= 0:
        version = prepared.version
        layers.hold(f"Landlock {version}", lambda: landlock.restrict(prepared.rules, version, scratch))
    _close_all_but(wire)
    layers.hold("resource limits", lambda: _limits(settings))
    layers.hold("memory limit", lambda: _limit(resource.RLIMIT_AS, settings["memory"]))
    if linux:

        def lock() -> None:
            nonlocal gate
            gate = seccomp.confine(ask=True)

        if layers.hold("seccomp", lock):
            layers.names.append("process gate")
        elif "user namespace" in layers.names:
            # Without the gate at least this number; elsewhere it would count the user's other processes too.
            layers.hold("process limit", lambda: _limit(resource.RLIMIT_NPROC, settings["processes"]))
            layers.hold("seccomp", lambda: seccomp.confine(ask=False))
        else:
            layers.hold("seccomp", lambda: seccomp.confine(ask=False))
    return gate


def pass_on(gate: int, end: socket.socket) -> None:
    """Sends the descriptor to the examiner, and lets go of it."""
    if gate:
        socket.send_fds(end, [b"g"], [gate])
        os.close(gate)
    else:
        end.sendall(b"n")


def _nobody_can_work() -> bool:
    """Whether this is root, and another user could read Python's files here too."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    child = os.fork()
    if child == 0:
        try:
            _become(NOBODY)
            files = [path for path, _ in landlock.readable()]
            os._exit(0 if all(os.access(path, os.R_OK) for path in files) else 1)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def _become(user: int) -> None:
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    _prctl(_DUMPABLE, 1)  # or its maps below could not be written


def _user_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    _unshare(_USER)
    for name, content in ("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1"):
        Path("/proc/self", name).write_text(content, encoding="ascii")


def _private_scratch(scratch: str, size: int) -> None:
    _mount(None, b"/", None, _PRIVATE, None)
    _mount(
        b"tmpfs",
        os.fsencode(scratch),
        b"tmpfs",
        _TMPFS_FLAGS,
        f"size={size},nr_inodes={SCRATCH_FILES},mode=0700".encode(),
    )


def _drop_capabilities() -> None:
    header = struct.pack("=Ii", 0x20080522, 0)
    _checked(_libc().capset(header, bytes(24)))


def _limits(settings: Mapping[str, Any]) -> None:
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, settings["file_size"])
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_CPU, int(settings["submission_seconds"]) + 5)


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _close_all_but(wire: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    os.closerange(3, wire)
    os.closerange(wire + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0] if sys.platform == "darwin" else 2**20)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _unshare(flags: int) -> None:
    _checked(_libc().unshare(flags))


def _mount(source: bytes | None, target: bytes, kind: bytes | None, flags: int, data: bytes | None) -> None:
    _checked(_libc().mount(source, target, kind, ctypes.c_ulong(flags), data))


def _prctl(option: int, value: int) -> None:
    _checked(_libc().prctl(option, ctypes.c_ulong(value), 0, 0, 0))
