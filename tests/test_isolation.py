"""Each lock holds by itself, where this machine has it, and is left out where not."""

import os
import platform
import re
import resource
import socket
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import backprop_course

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux's own locks")
if sys.platform.startswith("linux"):
    from backprop_course.sandbox.inside import isolation, landlock, seccomp


def in_a_child(function):
    """What a function returns, as text, in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, str(function()).encode())
        except BaseException as error:
            os.write(writing, repr(error).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


def tried(function):
    """0 where a function succeeds, the error's number where not."""
    try:
        function()
    except OSError as error:
        return error.errno
    return 0


@pytest.fixture
def landlocked(tmp_path):
    """Runs a function under Landlock, with a scratch directory of its own."""
    scratch = tmp_path / "scratches" / "own"
    scratch.mkdir(parents=True)
    try:
        rules, version = landlock.ruleset(str(scratch.parent))
    except OSError:
        pytest.skip("this kernel has no Landlock")

    def run(function):
        def locked():
            isolation._prctl(38, 1)
            landlock.restrict(rules, version, str(scratch))
            return function(scratch)

        return in_a_child(locked)

    yield run
    os.close(rules)


@linux
@pytest.mark.parametrize("path", [np.__file__, os.__file__, landlock.__file__ if sys.platform == "linux" else ""])
def test_python_can_be_read(landlocked, path):
    assert landlocked(lambda scratch: len(Path(path).read_bytes())) == str(len(Path(path).read_bytes()))


@linux
@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", __file__, "/root", "/home", "/"])
def test_nothing_else_can_be_read(landlocked, path):
    assert landlocked(lambda scratch: tried(lambda: os.close(os.open(path, os.O_RDONLY)))) == "13"


@linux
def test_only_the_own_scratch_can_be_written(landlocked):
    def write(scratch):
        own = scratch / "x"
        own.write_text("x")
        own.rename(scratch / "y")
        (scratch / "folder").mkdir()
        (scratch / "y").rename(scratch / "folder" / "y")
        return [
            tried(lambda path=path: (path / "x").write_text("x")) for path in (scratch, scratch.parent, Path("/var"))
        ]

    assert landlocked(write) == "[0, 13, 13]"


@linux
@pytest.mark.parametrize("version", [1, 2, 3, landlock.NEWEST if sys.platform == "linux" else 0])
@pytest.mark.parametrize("mode", [os.O_RDONLY, os.O_WRONLY, os.O_RDWR, 3])
def test_no_file_is_emptied_by_opening_it_whatever_landlock_watches(tmp_path, version, mode):
    """A file that may be read, which older versions of Landlock let anybody empty by opening it so."""
    own, readable = tmp_path / "scratches" / "own", tmp_path / "scratches" / "file"
    own.mkdir(parents=True)
    readable.write_text("the instructor's")
    try:
        rules, found = landlock.ruleset(str(own.parent), version)
    except OSError:
        pytest.skip("this kernel has no Landlock")

    def emptied():
        isolation._prctl(38, 1)
        landlock.restrict(rules, found, str(own))
        seccomp.confine(ask=False)
        (own / "x").write_text("x")  # its own is emptied and written as ever
        (own / "x").write_text("y")
        return tried(lambda: os.open(readable, mode | os.O_TRUNC)) in (1, 13)

    assert in_a_child(emptied) == "True"
    os.close(rules)
    assert readable.read_text() == "the instructor's"
    assert (own / "x").read_text() == "y"


@linux
def test_no_program_can_be_run(landlocked):
    assert landlocked(lambda scratch: tried(lambda: os.execv("/bin/true", ["true"]))) == "13"


@linux
def test_the_notebooks_with_solutions_are_left_out_wherever_the_course_is_installed(tmp_path):
    for name in "numpy/a.py", "course/b.py", "course/checks/c.py", "course/notebooks/solution.ipynb":
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = dict(landlock._without(tmp_path, tmp_path / "course" / "notebooks"))
    names = {path.relative_to(tmp_path).as_posix() for path, rights in found.items() if rights & landlock._READ_FILE}
    assert names == {"numpy", "course/b.py", "course/checks"}
    assert not any(path.name == "notebooks" for path in found)


@linux
def test_the_course_in_a_clone_is_readable_without_its_notebooks():
    paths = [path for path, _ in landlock.readable()]
    root = landlock.PACKAGE_FOLDER.parent
    assert not any(path in ((root / "notebooks"), root, *root.parents) for path in paths)


@pytest.fixture
def filtered():
    """Runs a function under the seccomp filter."""

    def run(function):
        def locked():
            isolation._prctl(38, 1)
            seccomp.confine(ask=False)
            return function()

        return in_a_child(locked)

    if platform.machine() not in ("x86_64", "aarch64") or not sys.platform.startswith("linux"):
        pytest.skip("no filter for this machine")
    return run


@linux
@pytest.mark.parametrize(
    "call",
    [
        lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM),
        lambda: os.kill(os.getpid(), 0),
        lambda: os.kill(1, 9),
        lambda: os.execv("/bin/true", ["true"]),
        lambda: os.setuid(os.getuid()),
        lambda: os.setsid(),
        lambda: os.memfd_create("x"),
        lambda: os.pidfd_open(os.getpid()),
        lambda: os.mkfifo("/tmp/x"),
        lambda: os.chown("/tmp", -1, -1),
        lambda: os.sched_setaffinity(0, {0}),
        lambda: isolation._unshare(0x10000000),
        lambda: isolation._mount(None, b"/", None, 0, None),
        lambda: isolation._prctl(1, 0),
        lambda: isolation._prctl(4, 1),
    ],
)
def test_what_reaches_beyond_the_process_is_not_permitted(filtered, call):
    assert filtered(lambda: tried(call)) == "1"


@linux
def test_limits_cannot_be_set_again(filtered):
    said = filtered(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
    assert "not allowed" in said or "Operation not permitted" in said


@linux
@pytest.mark.parametrize(
    "call",
    [
        lambda: np.linalg.eigh(np.random.default_rng().normal(size=(50, 50)))[0].shape,
        lambda: os.read(os.open(os.devnull, os.O_RDONLY), 1) == b"",
        lambda: [end.close() for end in socket.socketpair()] and "x",
        lambda: subprocess.list2cmdline(["x"]),
        lambda: [thread.start() or thread.join() for thread in [threading.Thread(target=print)]],
        lambda: __import__("asyncio").run(__import__("asyncio").sleep(0.001, "x")),
        lambda: __import__("time").sleep(0.001) or resource.getrusage(0).ru_maxrss > 0,
        lambda: __import__("tempfile").TemporaryFile().write(b"x"),
        lambda: sorted(os.listdir("/usr"))[:0],
    ],
)
def test_what_python_needs_for_arithmetic_goes_on_working(filtered, call):
    said = filtered(call)
    assert said  # it lived to say something
    assert "Error" not in said


@linux
def test_the_numbers_of_system_calls_are_the_kernels_own():
    headers = [Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm/unistd_64.h")]
    header = next((path for path in headers if path.exists()), None)
    if not header:
        pytest.skip("no kernel headers here")
    numbers = dict(re.findall(r"#define __NR_(\w+) (\d+)", header.read_text()))
    table = [re.split("[=/]", entry) for entry in seccomp._ALLOWED.split()]
    assert [(name, here) for name, here, _ in table if here != numbers[name]] == []
    special = {
        "open": seccomp._OPEN,
        "openat": seccomp._OPENAT,
        "clone": seccomp._CLONE,
        "clone3": seccomp._CLONE3,
        "prctl": seccomp._PRCTL,
        "ioctl": seccomp._IOCTL,
    }
    assert {name: str(number) for name, (number, _) in special.items()} == {name: numbers[name] for name in special}
    arm = [arm for _, _, arm in table if arm != "-"]
    assert len(set(arm)) == len(arm)


@linux
def test_a_process_of_its_own_has_to_be_granted(filtered):
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        isolation._prctl(38, 1)
        try:
            gate = seccomp.confine(ask=True)
        except OSError:
            theirs.send(b"no")
            os._exit(0)
        socket.send_fds(theirs, [b"ok"], [gate])
        os.close(gate)
        results = []
        for _ in range(2):
            try:
                if os.fork() == 0:
                    os._exit(0)
                results.append("granted")
            except OSError:
                results.append("refused")
        try:
            threading.Thread(target=print).start()
            results.append("granted")
        except RuntimeError:
            results.append("refused")
        theirs.send(" ".join(results).encode())
        os._exit(0)
    said, descriptors, _, _ = socket.recv_fds(ours, 2, 1)
    if said != b"ok":
        pytest.skip("this kernel has nobody asked")
    gate = seccomp.Gate(descriptors[0], threads=4)
    gate.forks = 1
    for _ in range(3):
        assert gate.answer()
    assert ours.recv(100) == b"granted refused granted"
    os.waitpid(child, 0)
    assert not gate.answer()
    gate.close()
    ours.close()
    theirs.close()


@linux
def test_a_lock_that_is_not_there_is_left_out():
    layers = isolation.Layers()

    def missing():
        raise OSError("no such lock")

    assert not layers.hold("missing", missing)
    assert layers.hold("there", lambda: None)
    assert layers.names == ["there"]


@linux
def test_namespaces_hide_other_processes_and_leave_no_capability():
    def locked():
        layers = isolation.around(isolation.Prepared())
        if not {"user namespace", "PID namespace"} <= set(layers.names):
            return "none"
        isolation._drop_capabilities()
        capabilities = re.search(r"CapEff:\s*(\w+)", Path("/proc/self/status").read_text()).group(1)
        child = os.fork()
        if child == 0:
            os._exit(os.getpid())
        return int(capabilities, 16), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    said = in_a_child(locked)
    if said == "none":
        pytest.skip("this machine allows no user namespaces")
    assert said == "(0, 1)"


def test_the_executor_can_be_imported_where_there_are_none_of_these_locks():
    blocked = (
        "import sys; sys.modules['fcntl'] = sys.modules['resource'] = None; import backprop_course.grading.executor"
    )
    subprocess.run([sys.executable, "-c", blocked], check=True)


@linux
def test_the_package_may_be_read_without_the_notebooks_that_are_installed_with_it(monkeypatch, tmp_path):
    installed = Path(backprop_course.__file__).resolve().parent
    assert installed == landlock.PACKAGE_FOLDER
    assert any(installed == path or path in installed.parents for path, _ in landlock.readable())
    package = tmp_path / "package"
    (package / "notebooks").mkdir(parents=True)
    (package / "code.py").write_text("")
    monkeypatch.setattr(landlock, "PACKAGE_FOLDER", package)
    found = dict(landlock.readable())
    assert package / "code.py" in found
    assert package / "notebooks" not in found
    assert found[package] == landlock._READ_DIR
