"""The documentation: its site builds and loads nothing from elsewhere, and its examples run as they stand."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.metadata import metadata
from pathlib import Path

import conftest
import pytest

ROOT = Path(__file__).parents[1]
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "link": "href"}
ELSEWHERE = re.compile(r"^\s*(https?:)?//")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("mkdocs")
    folder = tmp_path_factory.mktemp("docs") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


class Loaded(HTMLParser):
    """What a page loads by itself, links to follow left out."""

    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attrs):
        if tag in LOADING and (address := dict(attrs).get(LOADING[tag])):
            self.addresses.append(address)


def test_the_site_loads_nothing_from_another_host(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 6
    for page in pages:
        loaded = Loaded()
        loaded.feed(page.read_text(encoding="utf-8"))
        assert loaded.addresses
        assert not [address for address in loaded.addresses if ELSEWHERE.match(address)], page
    for style in site.rglob("*.css"):
        found = re.findall(r"url\(\s*['\"]?([^)'\"]+)|@import\s+['\"]([^'\"]+)", style.read_text(encoding="utf-8"))
        assert not [address for pair in found for address in pair if ELSEWHERE.match(address)], style


def test_the_reference_shows_what_the_docstrings_say(site):
    page = (site / "reference" / "networks" / "index.html").read_text(encoding="utf-8")
    assert "What is connected to what: units in order, each with its incoming weights, and the loss." in page
    assert "<li><strong>input_width</strong>: how many numbers one input has" in page
    assert re.search(r"<code[^>]*>&gt;&gt;&gt; chain = Network", page)
    assert [path.name for path in site.rglob("*.py")] == ["grade.py"]  # a recipe, to be downloaded


@pytest.mark.parametrize("name", ["docs/own.md", "docs/instructors.md", "CONTRIBUTING.md", "README.md"])
def test_the_files_that_it_names_are_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    named = re.findall(r"\b((?:backprop_course|tests|docs|notebooks)/[\w/.]*\w)", text)
    assert [path for path in named if not re.search("08_name|10_exam", path) and not (ROOT / path).exists()] == []


def test_the_modules_that_the_quick_tests_leave_out_are_there():
    assert [name for name in (*conftest.SLOW, *conftest.ROOMS) if not (ROOT / "tests" / f"{name}.py").exists()] == []


@pytest.mark.parametrize("name", ["docs/own.md", "CONTRIBUTING.md", "README.md"])
def test_the_examples_run_as_they_stand(name, tmp_path):
    text = (ROOT / name).read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    assert code
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_an_exercise_of_ones_own_names_the_mistake_as_the_documentation_says(tmp_path):
    text = (ROOT / "docs/own.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "✗ softplus: the 1 is left out." in done.stdout
    assert "What is added inside the logarithm?" in done.stdout
    assert "1 mistake was made, in 1 way: it is named." in done.stdout
    assert "exam-estimate: 1 of 1 point" in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"two-skips.svg", "two-skips.gif"}


def test_a_package_index_shows_a_readme_without_what_it_cannot_find():
    shown = metadata("backprop-course")["Description"] or metadata("backprop-course").get_payload()
    assert shown.lstrip().startswith("# backprop-course")
    assert not re.findall(r"\]\((?!https://)", shown)
    assert "![" not in shown
