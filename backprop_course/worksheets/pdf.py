"""A page as a PDF, by a browser of the Chromium family where one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_SECONDS, _A_PAGE = 60.0, 0.5


def browser() -> str | None:
    """A browser that prints pages, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def print_to_pdf(page: Path, pages: int) -> str:
    """Makes a PDF beside a page. Returns why there is none, in words; "" where there is."""
    program = browser()
    if program is None:
        return "no Chromium or Chrome is installed"
    output = page.with_suffix(".pdf")
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, "--headless", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={profile}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # as root Chromium does not start otherwise; the page is our own
        command += [f"--print-to-pdf={part.resolve()}", page.resolve().as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS + _A_PAGE * pages)
        except (OSError, subprocess.TimeoutExpired) as error:
            part.unlink(missing_ok=True)
            return f"{Path(program).name} did not print it: {error}"
    if done.returncode or not part.is_file():
        part.unlink(missing_ok=True)
        said = done.stderr.strip().splitlines()
        return f"{Path(program).name} did not print it{f': {said[-1]}' if said else ''}"
    part.replace(output)
    return ""
