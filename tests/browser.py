"""A real browser and a real JupyterLab, for the tests that look at a page."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ARGUMENTS = [
    "--no-sandbox",  # as root, Chromium has none
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PACKAGES = {"axe-core": "4.10.3", "@jupyter-widgets/html-manager": "1.0.14", "requirejs": "2.3.7"}
"""From npm, for pages that must load nothing from elsewhere."""

WIDGETS_ARE_THERE = """
() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const outputs = content.widgets.flatMap((cell) => cell.model.outputs?.toJSON() ?? []);
    const due = outputs.filter((output) => output.data?.["application/vnd.jupyter.widget-view+json"]);
    const drawn = content.node.querySelectorAll(".backprop-steps, .backprop-explorer, .backprop-practice");
    return drawn.length === due.length;
}
"""
"""They are drawn some time after their cells have run, and not always in their order."""

found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def missing():
    """Why no page can be looked at here, or an empty string."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "Playwright is not installed"
    return "" if found else "there is no Chromium"


@contextmanager
def chromium():
    """Chromium, from the first page to the last."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def expect(shown):
    """Playwright's assertions, which wait: what a kernel sends comes when it comes, a message at a time."""
    import playwright.sync_api

    return playwright.sync_api.expect(shown)


def npm(directory):
    """The packages' folder, installed into a directory that is kept; skips where npm can't."""
    wanted = Path(directory) / "package.json"
    manifest = json.dumps({"private": True, "dependencies": PACKAGES})
    modules = Path(directory) / "node_modules"
    if not (modules.is_dir() and wanted.exists() and wanted.read_text() == manifest):
        if not shutil.which("npm"):
            pytest.skip("npm is not installed")
        wanted.write_text(manifest)
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True)
        if done.returncode:
            shutil.rmtree(modules, ignore_errors=True)
            pytest.skip(f"npm could not install {', '.join(PACKAGES)}: {done.stderr[-300:]}")
    return modules


def export(notebook, directory, modules):
    """Runs a notebook and writes it as `page.html`, which loads what it needs from the directory."""
    import nbconvert
    from nbclient import NotebookClient

    NotebookClient(notebook, store_widget_state=True).execute()
    exporter = nbconvert.HTMLExporter(
        require_js_url="node_modules/requirejs/require.js",
        widget_renderer_url="node_modules/@jupyter-widgets/html-manager/dist/embed-amd.js",
        mathjax_url="",
    )
    html, _ = exporter.from_notebook_node(notebook)
    # anywidget's own part comes from its Python package, instead of from a CDN.
    anywidget = Path(sys.prefix) / "share" / "jupyter" / "nbextensions" / "anywidget" / "index.js"
    shutil.copy(anywidget, directory / "anywidget.js")
    there = '<script>require.config({paths: {anywidget: "anywidget"}})</script></head>'
    (directory / "page.html").write_text(html.replace("</head>", there, 1), encoding="utf-8")
    (directory / "node_modules").symlink_to(modules)


@contextmanager
def served(directory):
    """The address of a server for the files in a directory."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(directory)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def jupyterlab(directory, home):
    """A JupyterLab of its own, whose settings are in `home`: the address of a notebook, with `{}` for its path."""
    home = Path(home)
    runtime = tempfile.mkdtemp(dir=home)  # another server may have the same home
    places = {"JUPYTER_RUNTIME_DIR": runtime, "JUPYTER_CONFIG_DIR": "config", "IPYTHONDIR": "ipython"}
    places |= {"JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}
    options = ["--no-browser", "--allow-root", "--ServerApp.port=0", "--IdentityProvider.token=", "--log-level=ERROR"]
    options.append("--LabApp.expose_app_in_browser=True")
    log = home / "jupyterlab.log"
    set_setting(home, "notification", {"fetchNews": "false", "checkForUpdates": False})
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={directory}"],
            env=os.environ | {name: str(home / place) for name, place in places.items()},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _address(Path(runtime), process, log) + "doc/tree/{}?reset"
        finally:
            process.terminate()
            process.wait(20)


def set_setting(home, plugin, settings):
    """Settings of JupyterLab's own application, read when a page is opened."""
    path = Path(home) / "settings" / "@jupyterlab" / "apputils-extension" / f"{plugin}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings))


def _address(runtime, process, log):
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            with suppress(ValueError):  # half written
                return json.loads(path.read_text())["url"]
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start: {log.read_text()[-2000:]}")


def run_notebook(page, address):
    """Opens a notebook in JupyterLab and runs it from top to bottom."""
    page.goto(address, wait_until="domcontentloaded")
    page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.sessionContext", timeout=60_000)
    page.evaluate(
        """async () => {
            const { sessionContext } = window.jupyterapp.shell.currentWidget;
            await sessionContext.ready;
            await sessionContext.session.kernel.info;
            await window.jupyterapp.commands.execute("notebook:run-all-cells");
        }"""
    )
    page.wait_for_function(WIDGETS_ARE_THERE)
