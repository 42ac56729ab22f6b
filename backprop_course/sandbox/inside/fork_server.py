"""The warm process: has loaded what a notebook's cells import, and forks a candidate for each submission.

It runs no student's code. It is a process of its own, with one thread and nothing of the examiner's in its memory.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_course.sandbox.between.loading import loading
from backprop_course.sandbox.between.tidying import remove
from backprop_course.sandbox.inside import isolation

if TYPE_CHECKING:
    from backprop_course.sandbox.inside.shell import Shell

ALWAYS_LOADED = (
    "IPython.display",
    "contourpy",
    "encodings.ascii",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "numpy.linalg",
    "numpy.random",
)
_WARM_UP = (
    "import numpy as np\nimport matplotlib.pyplot as plt\nplt.figure()\nplt.plot(np.arange(3))\nplt.close('all')",
    "1 / 0",
    "print('warm')\n{'warm': 1.0}",
)


def main(control: int, directory: str, newest_landlock: int, subject: str) -> None:
    """Loads everything, says so on a socket, and forks candidates for whoever asks on it, until it is closed.

    subject: the module that says what else is to be here: `LOADED` (modules), `WATCHED` (functions whose calls are
    noted), `set_up()`.
    """
    with loading():
        shell = _load(directory, import_module(subject))
        prepared = isolation.prepare(f"{directory}/scratch", newest_landlock)
        gc.collect()  # what is left over by now goes, before every candidate has it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who ends is nobody's zombie
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the examiner's business
    with socket.socket(fileno=control) as requests:
        _fork_for(requests, shell, prepared)
    remove(directory)  # the examiner's, who may have been killed


def _fork_for(requests: socket.socket, shell: Shell, prepared: isolation.Prepared) -> None:
    requests.sendall(b"r")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 2)
    while True:
        try:
            data, ends, _, _ = socket.recv_fds(requests, 65536, 2)
        except OSError:
            return
        if not data:
            return
        if os.fork() == 0:
            requests.close()
            _keep(shell, prepared, json.loads(data), *ends)
        for end in ends:
            os.close(end)


def _load(directory: str, subject: Any) -> Shell:
    from backprop_course.sandbox.inside import candidate, shell, watching  # noqa: F401  (loaded once, not in each)

    for name in (*ALWAYS_LOADED, *subject.LOADED):
        import_module(name)
    made = shell.make_shell(directory)
    for source in _WARM_UP:
        shell.run_cell(made, source, 2**16)
    made.reset(new_session=True)  # type: ignore[no-untyped-call]
    made.user_ns.pop("__builtin__", None)
    watching.note_calls(subject.WATCHED)
    subject.set_up()
    return made


def _keep(shell: Shell, prepared: isolation.Prepared, settings: dict[str, Any], wire: int, leash: int) -> None:
    """The keeper of one candidate: passes on signals, and when the leash is let go, ends all that runs.

    It runs no student's code either.
    """
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        layers = isolation.around(prepared)
        candidate = os.fork()
        if candidate == 0:
            os.close(leash)
            _become_candidate(shell, prepared, settings, wire, layers)
        os.close(wire)
        os.write(leash, candidate.to_bytes(4, "big"))  # as the examiner knows it, who looks at its time
        _follow(candidate, leash)
    finally:
        os._exit(0)


def _follow(candidate: int, leash: int) -> None:
    """Waits for orders: i interrupts the candidate, c ends its children; at the end ends everything."""
    with socket.socket(fileno=leash) as orders:
        ended = [os.pidfd_open(candidate)] if hasattr(os, "pidfd_open") else []
        while True:
            ready, _, _ = select.select([orders.fileno(), *ended], [], [], None if ended else 0.05)
            if not ready:
                if os.waitid(os.P_PID, candidate, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                    break
                continue
            order = orders.recv(1) if orders.fileno() in ready else b""
            if order == b"i":
                os.kill(candidate, signal.SIGINT)
            elif order == b"c":
                for child in _children(candidate):
                    _kill(child)
                orders.sendall(b"k")
            else:  # let go, or the candidate has ended
                break
        with contextlib.suppress(OSError):
            os.killpg(candidate, signal.SIGKILL)
        _kill(candidate)
        while _sweep():
            pass


def _sweep() -> bool:
    """Ends this process's children and forgets those that have ended; whether there were any."""
    for child in _children(os.getpid()):
        _kill(child)
    try:
        os.waitpid(-1, 0)
    except ChildProcessError:
        return False
    return True


def _children(process: int) -> list[int]:
    try:
        tasks = Path(f"/proc/{process}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _kill(process: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(process, signal.SIGKILL)


def _become_candidate(
    shell: Shell, prepared: isolation.Prepared, settings: dict[str, Any], wire: int, layers: isolation.Layers
) -> None:
    from backprop_course.sandbox.inside import candidate
    from backprop_course.sandbox.inside.shell import as_in_a_kernel

    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        gate = isolation.within(prepared, settings, wire, layers)
        with socket.socket(fileno=wire) as end:
            isolation.pass_on(gate, end)
            as_in_a_kernel(shell, settings["keep_figures"])
            candidate.serve(end, shell, layers.names)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
