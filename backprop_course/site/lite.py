"""JupyterLite with the Pyodide kernel: Jupyter in a page, cut down to what opens one notebook."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from backprop_course.errors import CourseError
from backprop_course.extras import missing, said
from backprop_course.site.wheels import COURSE, Wheel, unpacked, wheels

KERNEL_EXTENSION = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = (KERNEL_EXTENSION, "@jupyter-widgets/jupyterlab-manager", "anywidget")
"""What is added to JupyterLite; whatever else is installed here, such as nbgrader's, needs a server."""

PRELOADED = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
"""What the kernel would fetch from a package index if it were not said to be there."""

NEEDED = ("numpy", "matplotlib", "ipython", "ipywidgets", "anywidget", "comm")
PYODIDES = frozenset({"numpy", "matplotlib", "micropip"})
WITHOUT = frozenset({"jedi", "jupyterlab-widgets"})
"""jedi completes code that has not run, and costs seconds at each start; the other one is a front end."""

DISABLED = (
    "@jupyterlite/application-extension:service-worker-manager",  # for files and input(), which nobody uses here
    "@jupyterlite/notebook-application-extension:logo",  # leads nowhere: there is one way back, in notebook.js
    "@jupyter-notebook/application-extension:logo",
    "@jupyter-notebook/help-extension:launch-classic-notebook-about",
)
SETTINGS = {
    "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 5},  # seconds
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},  # light or dark, as the system is
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
LEAST = ("build/**/*.map", "extensions/**/*.map", "package.json", "rspack.config*.js")
"""Files that no visitor needs."""


def build_lite(site: Path, contents: Path, work: Path, pyodide: Path | None, more: Sequence[Wheel] = ()) -> None:
    """Builds JupyterLite into the folder `site`, which must not be there, with the files of `contents`.

    work: a folder for what is in between. pyodide: a folder with Pyodide to be copied; its CDN without. more: packages
    that every kernel has besides.
    Raises CourseError where JupyterLite is not installed, or cannot be built.
    """
    constants = _constants()
    config = {
        "LiteBuildConfig": {
            "apps": ["notebooks"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [str(_extension(name)) for name in EXTENSIONS],
            "contents": [str(contents)],
            "output_dir": str(site),
        }
    }
    (work / "jupyter_lite_config.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "jupyterlite_core", "build", f"--lite-dir={work}"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CourseError(f"JupyterLite cannot be built: {(done.stdout + done.stderr)[-1000:]}")
    for pattern in LEAST:
        for path in site.glob(pattern):
            path.unlink()
    if pyodide:
        shutil.copytree(pyodide, site / "pyodide", copy_function=shutil.copyfile)
    source = "../pyodide/" if pyodide else f"{constants.PYODIDE_CDN_URL}/"
    version = _put_python(site, source, constants.PYODIDE_PYTHON_VERSION, more)
    loaded = [*PRELOADED, COURSE, *(wheel.name for wheel in more)]
    _configure(site / "jupyter-lite.json", f"./python/python.mjs?{version}", loaded, offline=pyodide is not None)


def _put_python(site: Path, pyodide: str, python: str, more: Sequence[Wheel]) -> str:
    """Writes the browser's Python and its packages into the site; returns a fingerprint of both.

    pyodide: where Pyodide lies, an address or relative to the file that loads it.
    """
    folder = site / "python"
    folder.mkdir()
    locked = {}
    for wheel in [*_packages(site, python), *more]:
        # A browser keeps files for a while: other content is another address.
        file = f"{wheel.sha256[:12]}/{wheel.file_name}"
        (folder / file).parent.mkdir()
        (folder / file).write_bytes(wheel.content)
        locked[wheel.name] = wheel.locked | {"file": file}
    loader = (Path(__file__).parent / "python.mjs").read_text()
    loader = loader.replace("%PYODIDE%", pyodide).replace("{}; // packages", f"{json.dumps(locked)};")
    (folder / "python.mjs").write_text(loader)
    return Wheel("python", "", "", loader.encode(), (), ()).sha256[:12]


def _packages(site: Path, python: str) -> list[Wheel]:
    """The course, what it needs, and the kernel's own packages; NumPy and Matplotlib are Pyodide's."""
    ours = [unpacked(path) for path in (site / "extensions" / KERNEL_EXTENSION / "static" / "pypi").glob("*.whl")]
    kernel = {wheel.name: wheel for wheel in sorted(ours, key=lambda wheel: wheel.version)}
    return [*wheels(NEEDED, python, PYODIDES | frozenset(kernel), WITHOUT), *kernel.values()]


def _configure(path: Path, python: str, loaded: Sequence[str], offline: bool) -> None:
    lite = json.loads(path.read_text())
    data: dict[str, Any] = lite["jupyter-config-data"]
    data["appName"] = "Backpropagation"
    data["exposeAppInBrowser"] = True  # for notebook.js
    data["disabledExtensions"] = [*data.get("disabledExtensions", ()), *DISABLED]
    data["settingsOverrides"] = {**data.get("settingsOverrides", {}), **SETTINGS}
    data.setdefault("litePluginSettings", {})[f"{KERNEL_EXTENSION}:kernel"] = {
        "pyodideUrl": python,
        "disablePyPIFallback": offline,
        "loadPyodideOptions": {"packages": list(loaded)},
    }
    path.write_text(json.dumps(lite, indent=2))


def _extension(name: str) -> Path:
    """Where a JupyterLab extension is installed."""
    for folder in import_module("jupyter_core.paths").jupyter_path("labextensions"):
        if (path := Path(folder) / name / "package.json").is_file():
            return path.parent
    raise missing(f"JupyterLab's extension {name}", "site")


def _constants() -> Any:
    with said("site"):
        import_module("jupyterlite_core")
        return import_module("jupyterlite_pyodide_kernel.constants")
