"""The files of the site: what is in them, what is not, and that nobody's folder is lost to them."""

import base64
import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile

import nbformat
import pytest
from own_networks import FILES

from backprop_course import cli
from backprop_course.authoring.notebook import make_notebook
from backprop_course.errors import CourseError
from backprop_course.exercises import NOTEBOOKS
from backprop_course.site import lite
from backprop_course.site.build import build_site
from backprop_course.site.catalogue import NOTEBOOK_PICTURES, catalogue
from backprop_course.site.wheels import course_wheel, wheels

NAMES = [name.split("/")[1] for name in NOTEBOOKS]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site as most people make it: Pyodide comes from its CDN."""
    folder, exam = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("exam")
    file = exam / "10_exam" / "exercises.py"
    file.parent.mkdir()
    file.write_text(FILES["two_skips"])
    make_notebook(file, file.parent / "exam.ipynb")
    assert cli.main(["site", str(folder / "site"), "--exercises", str(file)]) == 0
    return folder / "site"


@pytest.fixture(scope="module")
def wheel():
    return course_wheel()


def test_exercises_of_ones_own_are_in_the_site_with_their_notebook(site):
    notebook = nbformat.read(site / "files" / "10_exam" / "exam.ipynb", 4)
    assert "SOLUTION" not in "\n".join(cell.source for cell in notebook.cells)
    assert "notebooks/index.html?path=10_exam/exam.ipynb" in (site / "index.html").read_text()
    assert packages(site)["backprop-course-exercises"]["imports"] == ["exercises"]
    wheel = site / "python" / packages(site)["backprop-course-exercises"]["file"]
    assert zipfile.ZipFile(wheel).read("exercises.py").decode() == FILES["two_skips"]
    loaded = settings(site)["litePluginSettings"][f"{lite.KERNEL_EXTENSION}:kernel"]["loadPyodideOptions"]
    assert "backprop-course-exercises" in loaded["packages"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("exam.py", FILES["two_skips"], "rename exam.py"),
        ("exercises.py", FILES["two_skips"], "No notebook is beside"),
        ("exercises.py", "x = 1", "registers no exercise"),
    ],
)
def test_a_file_of_exercises_that_cannot_be_shown_makes_no_site(tmp_path, capsys, name, text, said):
    (tmp_path / name).write_text(text)
    assert cli.main(["site", str(tmp_path / "site"), "--exercises", str(tmp_path / name)]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def settings(site):
    return json.loads((site / "jupyter-lite.json").read_text())["jupyter-config-data"]


def packages(site):
    """What the browser's Python finds beside Pyodide's own packages."""
    (line,) = re.findall(r"^const PACKAGES = (.*);", (site / "python" / "python.mjs").read_text(), re.M)
    return json.loads(line)


def test_it_is_small_and_has_only_what_a_notebook_needs(site):
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < 30e6
    assert not list(site.rglob("*.map"))
    assert not (site / "pyodide").exists()
    installed = {
        path.parent.relative_to(site / "extensions").as_posix() for path in site.rglob("extensions/**/package.json")
    }
    assert installed == set(lite.EXTENSIONS)


def test_every_notebook_is_the_students_version_with_all_that_nbgrader_needs(site):
    for name in NOTEBOOKS:
        notebook = nbformat.read(site / "files" / f"{name}.ipynb", 4)
        nbformat.validate(notebook)
        sources = "\n".join(cell.source for cell in notebook.cells)
        assert "# Your code here." in sources
        assert "SOLUTION" not in sources
        assert any(cell.metadata.get("nbgrader", {}).get("grade") for cell in notebook.cells)


def test_no_solution_is_in_any_file_of_it(site):
    assert "SOLUTION" not in "".join(path.read_text() for path in (site / "files").rglob("*.ipynb"))
    for path in (site / "python").rglob("backprop_course*.whl"):
        assert not [name for name in zipfile.ZipFile(path).namelist() if name.endswith(".ipynb")]


def test_the_start_page_tells_of_every_notebook(site):
    html = (site / "index.html").read_text()
    for entry in catalogue():
        assert entry.title in html
        assert entry.aims
        assert entry.time.startswith("about")
        assert f"It takes {entry.time}." in html
        assert all(f">{exercise}<" in html for exercise in entry.exercises)
        assert f"notebooks/index.html?path={entry.path}" in html
    assert set(NOTEBOOK_PICTURES) == set(NAMES)
    assert html.count('<div class="picture"><svg') == len(NAMES) + 1  # that of one's own shows its network
    assert html.count("Afterwards you can") == html.count("It takes about") == html.count("It takes") == len(NAMES)
    assert {exercise for entry in catalogue() for exercise in entry.exercises} == {
        exercise.id for exercises in NOTEBOOKS.values() for exercise in exercises
    }


def test_it_works_in_any_folder_of_a_server(site):
    pages = ("index.html", "tree/index.html", "lab/index.html", "notebooks/index.html")
    found = [re.findall(r'<(?:a|link|script)[^>]* (?:href|src)="([^"]*)"', (site / page).read_text()) for page in pages]
    assert all(found)
    assert not [address for addresses in found for address in addresses if address.startswith(("/", "http"))]
    kernel = settings(site)["litePluginSettings"][f"{lite.KERNEL_EXTENSION}:kernel"]
    assert kernel["pyodideUrl"].startswith("./")


def test_what_the_kernel_needs_is_in_the_site_and_has_the_right_fingerprint(site):
    found = packages(site)
    assert {"backprop-course", "ipywidgets", "anywidget", "ipython", "pyodide-kernel", "piplite"} <= set(found)
    for name, package in found.items():
        content = (site / "python" / package["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == package["sha256"], name
        assert set(package["depends"]) <= set(found) | lite.PYODIDES, name


def test_a_wheel_is_one(wheel):
    with zipfile.ZipFile(io.BytesIO(wheel.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert wheel.file_name == f"backprop_course-{wheel.version}-py3-none-any.whl"
    info = f"backprop_course-{wheel.version}.dist-info"
    assert f"Version: {wheel.version}" in files[f"{info}/METADATA"].decode()
    assert "Root-Is-Purelib: true" in files[f"{info}/WHEEL"].decode()
    recorded = {row[0]: row[1:] for row in csv.reader(files[f"{info}/RECORD"].decode().splitlines())}
    assert set(recorded) == set(files)
    for name, (digest, size) in recorded.items():
        if digest:
            found = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=").decode()
            assert (digest, size) == (f"sha256={found}", str(len(files[name])))


def test_the_courses_wheel_can_be_imported_and_holds_no_instructors_room(wheel, tmp_path):
    path = tmp_path / wheel.file_name
    path.write_bytes(wheel.content)
    names = zipfile.ZipFile(path).namelist()
    assert not [name for name in names if re.match(r"backprop_course/(grading|site|notebooks)/", name)]
    assert "backprop_course/widgets/step_through.js" in names
    program = "import backprop_course; from backprop_course.checks import judge; print(backprop_course.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(path)!r}); {program}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert str(path) in done.stdout


def test_the_same_files_make_the_same_wheel_and_the_same_notebooks(wheel):
    assert course_wheel() == wheel
    assert [entry.release for entry in catalogue()] == [entry.release for entry in catalogue()]


def test_a_package_that_is_not_installed_is_named():
    with pytest.raises(CourseError, match="no-such-package is not installed: pip install"):
        wheels(("no-such-package",), "3.14", frozenset(), frozenset())


def test_a_second_site_replaces_the_first_and_leaves_nothing_beside_it(site, capsys):
    (site / "from-before.txt").write_text("")
    build_site(site)
    assert capsys.readouterr().err.startswith("The students' notebooks are being made.\nJupyterLite is being built")
    assert not (site / "from-before.txt").exists()
    assert [path.name for path in site.parent.iterdir()] == [site.name]


@pytest.mark.parametrize("where", ["folder", "file"])
def test_what_is_not_ours_stays(where, tmp_path, capsys):
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    directory = tmp_path if where == "folder" else mine
    assert cli.main(["site", str(directory)]) == 1
    assert re.search("holds other files|is a file", capsys.readouterr().err)
    assert mine.read_text() == "mine"


def test_a_folder_without_pyodide_is_refused(tmp_path, capsys):
    assert cli.main(["site", str(tmp_path / "site"), "--pyodide", str(tmp_path)]) == 1
    assert "holds no Pyodide" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_where_jupyterlite_is_missing_it_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterlite_core", None)
    assert cli.main(["site", str(tmp_path / "site")]) == 1
    assert "jupyterlite_core is not installed" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
