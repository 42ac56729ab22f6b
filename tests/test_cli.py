"""The command `backprop-course`, and JupyterLab as it opens it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from urllib.request import ProxyHandler, build_opener

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import backprop_course
from backprop_course import extras
from backprop_course.cli import main

NAME = "02_small/small.ipynb"
KIND = {"grade": False, "solution": True, "locked": False, "task": False, "schema_version": 3}


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone of the project with one small notebook in it, as far as `start` needs one."""
    root = tmp_path_factory.mktemp("clone")
    (root / "backprop_course").symlink_to(Path(backprop_course.__file__).parent)
    (root / "notebooks" / NAME).parent.mkdir(parents=True)
    answer = new_code_cell(
        "### BEGIN SOLUTION\nz = 6\n### END SOLUTION", id="z", metadata={"nbgrader": KIND | {"grade_id": "z"}}
    )
    nbformat.write(new_notebook(cells=[answer]), root / "notebooks" / NAME)
    return root


@pytest.fixture
def here(clone, tmp_path, monkeypatch):
    """An empty working directory, and that clone's notebooks to start from."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")  # `start` sets it: put back, so that it is no other test's
    monkeypatch.setattr("backprop_course.students.instructors_notebooks", lambda: clone / "notebooks")
    return tmp_path


@pytest.fixture
def lab(monkeypatch):
    """In place of JupyterLab, a list of the command lines that it was started with."""
    started = []
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", SimpleNamespace(main=started.append))
    return started


def test_help_says_what_there_is_and_shows_an_example(capsys):
    assert main([]) == 0
    without_a_command = capsys.readouterr().out
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    said = capsys.readouterr().out
    assert said == without_a_command
    assert "A course on backpropagation" in said
    assert re.search(r"start +put the notebooks into a folder and open them in JupyterLab", said)
    assert "backprop-course start my-notebooks" in said


def test_version_is_the_packages(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"backprop-course {backprop_course.__version__}\n"


def test_help_costs_no_heavy_imports():
    heavy = "{'nbgrader', 'nbconvert', 'nbformat', 'jupyterlab', 'IPython', 'matplotlib'}"
    code = f"import sys, backprop_course.cli, backprop_course.students; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_start_puts_the_notebooks_there_and_says_what_to_do(here, lab, capsys):
    assert main(["start"]) == 0
    said = capsys.readouterr().out
    assert f"Your notebooks are in backprop-course-notebooks.\nNew:\n  {NAME}\n" in said
    assert "Opening JupyterLab there" in said
    assert (here / "backprop-course-notebooks" / NAME).exists()


def test_started_again_it_says_what_it_kept(here, lab, capsys):
    main(["start", "mine"])
    path = here / "mine" / NAME
    path.write_text(path.read_text().replace("# Your code here.", "z = 5"))
    capsys.readouterr()
    assert main(["start", "mine"]) == 0
    assert f"Kept as you left them:\n  {NAME}\n" in capsys.readouterr().out
    assert "z = 5" in path.read_text()


def test_started_again_it_says_what_it_renewed_and_brought_back(here, lab, clone, capsys, monkeypatch):
    main(["start", "mine"])
    capsys.readouterr()
    (here / "mine" / NAME).unlink()
    main(["start", "mine"])
    assert f"Deleted, and back as new:\n  {NAME}\n" in capsys.readouterr().out
    newer = here / "newer" / NAME
    newer.parent.mkdir(parents=True)
    newer.write_text((clone / "notebooks" / NAME).read_text().replace("### BEGIN", "# z is 6.\\n\\n### BEGIN"))
    monkeypatch.setattr("backprop_course.students.instructors_notebooks", lambda: here / "newer")
    main(["start", "mine"])
    assert f"you had changed nothing:\n  {NAME}\n" in capsys.readouterr().out


def test_options_are_handed_on_to_jupyterlab(here, lab):
    main(["start", "mine", "--no-browser", "--port", "8899"])
    main(["start", "mine"])
    assert f"--ServerApp.root_dir={here / 'mine'}" in lab[0]
    assert {"--no-browser", "--ServerApp.port=8899"} <= set(lab[0])
    assert not [option for option in lab[1] if "browser" in option or "ServerApp.port" in option]


@pytest.mark.parametrize("port", ["-1", "65536", "eight", "8.5", "²"])
def test_a_port_that_is_none_is_refused(port, here, lab, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["start", f"--port={port}"])
    assert f"{port!r} is no port; a number from 0 to 65535 is expected" in capsys.readouterr().err
    assert not list(here.iterdir())


def test_what_goes_wrong_is_one_line_on_stderr(here, lab, capsys):
    (here / "mine").write_text("a letter")
    assert main(["start", "mine"]) == 1
    assert capsys.readouterr().err == (
        "backprop-course: mine is a file; give the name of a folder for the notebooks.\n"
    )
    assert not lab


def test_without_jupyterlab_it_says_how_to_install_it_and_keeps_the_notebooks(here, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    assert main(["start", "mine"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("backprop-course: jupyterlab is not installed")
    assert extras.command("course") in said
    assert (here / "mine" / NAME).exists()


def test_without_nbgrader_it_says_how_to_install_it(here, lab, capsys, monkeypatch):
    from backprop_course.students import _generate_assignment

    monkeypatch.setitem(sys.modules, "nbgrader.converters", None)
    _generate_assignment.cache_clear()
    assert main(["start", "mine"]) == 1
    assert extras.command("course") in capsys.readouterr().err


def test_ctrl_c_ends_it_without_a_traceback(here, capsys, monkeypatch):
    def interrupted(options):
        raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", SimpleNamespace(main=interrupted))
    assert main(["start"]) == 130
    assert capsys.readouterr().err == ""


def test_start_serves_the_notebooks_until_it_is_stopped(clone, tmp_path):
    home = {name: str(tmp_path / "home") for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    home |= {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"), "PYTHONPATH": str(clone)}
    command = [Path(sys.executable).with_name("backprop-course"), "start", "mine", "--no-browser", "--port", "0"]
    terminal, keyboard = os.openpty()  # JupyterLab listens to Ctrl-C where it has a terminal
    log = (tmp_path / "log").open("w")
    popen = subprocess.Popen(command, cwd=tmp_path, env=os.environ | home, stdin=keyboard, stdout=log, stderr=log)
    with log, popen as process:
        try:
            server = wait_for(lambda: answering(tmp_path / "runtime"), process)
            assert "JupyterLab" in get(server, "lab")
            served = json.loads(get(server, f"api/contents/{NAME}"))
            assert [cell["source"] for cell in served["content"]["cells"]] == ["# Your code here."]
            assert Path(server["root_dir"]) == tmp_path / "mine"
            page = get(server, "lab")
            for tool in ("menu", "formgrader", "assignment-list", "course-list", "create-assignment"):
                assert f"@jupyter/nbgrader:{tool}" in re.search(r'"disabledExtensions": \[(.*?)\]', page, re.DOTALL)[1]
            assert "validate" not in re.search(r'"disabledExtensions": \[(.*?)\]', page, re.DOTALL)[1]
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0, (tmp_path / "log").read_text()
        finally:
            process.kill()
            os.close(terminal)
            os.close(keyboard)
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert not re.search(r"^\[W|WARN|eavesdrop", log, re.MULTILINE)


def wait_for(ready, process):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return ready()
        except (OSError, ValueError):
            time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not answer; its status is {process.poll()}")


def answering(runtime):
    """The server's own description, once there is one and it answers."""
    for path in runtime.glob("jpserver-*.json"):
        server = json.loads(path.read_text())
        get(server, "api")
        return server
    raise FileNotFoundError(runtime)


def get(server, path):
    # No proxy: the environment's is not for this machine's own address.
    url = f"http://127.0.0.1:{server['port']}/{path}?token={server['token']}"
    with build_opener(ProxyHandler({})).open(url, timeout=10) as answer:
        return answer.read().decode()


def test_start_opens_the_map_of_the_course_first_where_there_is_one(here, lab):
    (here / "mine").mkdir()
    main(["start", "mine"])
    assert not any("default_url" in option for option in lab[-1])
    (here / "mine" / "welcome.ipynb").touch()
    main(["start", "mine"])
    assert "--LabApp.default_url=/lab/tree/welcome.ipynb" in lab[-1]


def test_start_keeps_the_configuration_that_a_student_has(here, lab, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "mine")
    main(["start", "mine"])
    first, *others = os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert (Path(first) / "labconfig" / "page_config.json").exists()
    assert others == ["mine"]
