"""What several test modules need: a browser, and folders for IPython's and JupyterLab's own things."""

import os

import browser
import pytest


@pytest.fixture(scope="session", autouse=True)
def nobodys_ipython(tmp_path_factory):
    """A folder for IPython that is nobody's own: checks keep attempts there."""
    os.environ["IPYTHONDIR"] = str(tmp_path_factory.mktemp("ipython"))


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")
