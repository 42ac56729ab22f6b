"""The order of tests, and what several modules need: a browser, a class, folders that are nobody's own."""

import atexit
import os
import sys

import browser
import pytest

SLOW = (
    "test_own_notebook",
    "test_own_exercises",
    "test_personal_class",
    "test_grade",
    "test_step_through_in_browser",
    "test_nbgrader_course",
    "test_site_in_browser",
    "test_attacks",
    "test_pyodide",
    "test_exercises",
    "test_search",
    "test_grade_command",
    "test_explorer_in_browser",
    "test_export",
    "test_cluster",
    "test_situations",
    "test_report",
    "test_grade_files",
    "test_return",
    "test_nbgrader",
    "test_interruptions",
    "test_postgresql",
    "test_students",
)
"""Modules that take many seconds: they come last, the longest first, so that two processes end at the same time."""

ROOMS = (
    "test_animation_in_browser",
    "test_attempts",
    "test_by_hand",
    "test_candidate",
    "test_cli",
    "test_collect",
    "test_executor",
    "test_isolation",
    "test_kinds",
    "test_messages",
    "test_moved_cells",
    "test_notebooks",
    "test_what_notebooks_say",
    "test_worksheets",
    "test_own_tests",
    "test_where_own_tests_run",
    "test_pages",
    "test_platform_tables",
    "test_plots",
    "test_runs",
    "test_shell",
    "test_site",
    "test_submission",
    "test_stalls",
    "test_tidying",
    "test_uses",
    "test_workers",
)
"""Further modules that need a browser, a server, or what grading and the site need. `--quick` leaves both lists out."""


def pytest_addoption(parser):
    parser.addoption(
        "--quick", action="store_true", help="the maths, exercises, checks and pictures, for another Python or NumPy"
    )


def pytest_ignore_collect(collection_path, config):
    if config.getoption("quick") and collection_path.stem in (*SLOW, *ROOMS):
        return True
    return None


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: SLOW.index(item.module.__name__) if item.module.__name__ in SLOW else -1)


@pytest.fixture(scope="session", autouse=True)
def nobodys_ipython(tmp_path_factory):
    """A folder for IPython that is nobody's own: checks keep attempts there."""
    os.environ["IPYTHONDIR"] = str(tmp_path_factory.mktemp("ipython"))


@pytest.fixture(scope="module", autouse=True)
def the_same_main():
    """After a module `__main__` is what it was: a shell of IPython's takes its place, and processes start from it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """A class whose assignment is released, and nothing handed in; who changes it takes a copy."""
    from classroom import Classroom, once, release

    return Classroom(once(tmp_path_factory.getbasetemp(), "released", release))


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def shell(tmp_path):
    """The shell that runs a submission's cells."""
    from matplotlib import pyplot
    from traitlets.config import Config

    from backprop_course.sandbox.inside.shell import Shell

    config = Config()
    config.HistoryManager.enabled = config.InteractiveShell.warn_venv = False
    made = Shell(config=config, ipython_dir=str(tmp_path))
    yield made
    atexit.unregister(made.atexit_operations)
    pyplot.close("all")
