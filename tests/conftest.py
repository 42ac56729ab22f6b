"""What several test modules need: a browser, and a folder for JupyterLab's settings."""

import browser
import pytest


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")
