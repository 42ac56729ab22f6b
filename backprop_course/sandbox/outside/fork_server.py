"""The warm process from outside: started once, it gives a fresh candidate for each submission."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile

from backprop_course.errors import CourseError
from backprop_course.sandbox.between.messages import WireError
from backprop_course.sandbox.between.task import Task
from backprop_course.sandbox.between.tidying import remove
from backprop_course.sandbox.inside.landlock import NEWEST
from backprop_course.sandbox.outside.session import Session

_START_SECONDS = 60.0


class Warm:
    """The warm process, from outside.

    subject: the name of the module that says what is to be loaded and watched in it (`inside/fork_server`).
    newest_landlock: the version of Landlock to go up to, as if the kernel were that old.
    """

    def __init__(self, subject: str, newest_landlock: int = NEWEST) -> None:
        self.directory = directory = tempfile.mkdtemp(prefix="backprop-course-")
        os.mkdir(f"{directory}/scratch", 0o711)
        if os.geteuid() == 0:
            os.chmod(directory, 0o711)  # a candidate is not root there, and has to get to its scratch
        self.control, end = socket.socketpair()
        command = [
            sys.executable,
            "-I",
            "-m",
            "backprop_course.sandbox.inside.fork_server",
            str(end.fileno()),
            directory,
            str(newest_landlock),
            subject,
        ]
        self.process = subprocess.Popen(
            command,
            env=_environment(directory),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[end.fileno()],
            cwd=directory,
            start_new_session=True,
        )
        end.close()
        self.control.settimeout(_START_SECONDS)
        try:
            ready = self.control.recv(1)
        except OSError:
            ready = b""
        if not ready:
            self.control.close()
            self.process.kill()
            said = self.process.communicate()[1].decode(errors="replace").strip().splitlines()[-1:]
            shutil.rmtree(directory, ignore_errors=True)
            raise CourseError(f"The process that runs submissions did not start: {' '.join(said) or 'it is silent'}.")
        assert self.process.stderr
        self.process.stderr.close()

    def session(self, task: Task) -> Session:
        """A fresh candidate for a task."""
        scratch = tempfile.mkdtemp(dir=f"{self.directory}/scratch")
        if os.geteuid() == 0:
            os.chmod(scratch, 0o777)
        wire, wire_end = socket.socketpair()
        leash, leash_end = socket.socketpair()
        settings = vars(task.limits) | {"keep_figures": task.keep_figures, "scratch": scratch}
        ends = [wire_end.fileno(), leash_end.fileno()]
        try:
            socket.send_fds(self.control, [json.dumps(settings).encode()], ends)
        except OSError as error:
            wire.close()
            leash.close()
            raise WireError(f"the warm process is gone: {error}") from error
        finally:
            wire_end.close()
            leash_end.close()
        return Session(wire, leash, scratch, task.limits)

    def close(self) -> None:
        """Ends it."""
        self.control.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        remove(self.directory)


def _environment(directory: str) -> dict[str, str]:
    """What the warm process may know of this one's environment."""
    kept = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **dict.fromkeys(threads, "1"),
        "IPYTHONDIR": directory,
        "MPLBACKEND": "template",
        "NBGRADER_EXECUTION": "autograde",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
