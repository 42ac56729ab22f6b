"""The start page, and what all pages have around them."""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files

from backprop_course.site.catalogue import Entry

JUPYTER_CONFIG = '<script id="jupyter-config-data" type="application/json" data-jupyter-lite-root=".">{}</script>'
"""JupyterLite looks for this in the start page."""

SITE_LEAD = (
    "You compute every gradient yourself, and the course says which mistake makes an answer wrong. "
    "The notebooks run here, in your browser: there is nothing to install."
)
KEPT_IN_BROWSER = (
    "What you do stays in this browser, and is sent nowhere. Clearing the browser's data deletes it: "
    "download what you want to keep. Notebooks are saved while you work."
)
LOCAL = (
    "<p class='notice' id='local'>This page was opened as a file. "
    "A browser runs the notebooks only from a web server; <code>python -m http.server</code> in its folder is one.</p>"
    "<script>document.getElementById('local').hidden = location.protocol !== 'file:'</script>"
)


def html_page(title: str, body: str, css: str, head: str = "") -> str:
    """An HTML page. css: the address of its style sheet."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="stylesheet" href="{css}">\n{head}\n</head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def start_page(entries: list[Entry]) -> str:
    """The page that a site opens with: every notebook, and how far one has come in it."""
    items = "\n".join(_entry(entry) for entry in entries)
    body = (
        f"<main>\n<h1>Backpropagation</h1>\n<p class='lead'>{SITE_LEAD}</p>\n"
        f"<p class='quiet'>{KEPT_IN_BROWSER}</p>\n{LOCAL}\n"
        f"<ol class='entries'>\n{items}\n</ol>\n</main>"
    )
    icon = '<link rel="icon" href="notebooks/favicon.ico">'
    scripts = f'{JUPYTER_CONFIG}\n{icon}\n<script type="module" src="start.js"></script>'
    return html_page("Backpropagation", body, "start.css", scripts)


def about(entry: Entry, number: bool = True) -> str:
    """A notebook's title, what it is about and what one learns, beside its picture."""
    before = f'<span class="number">{entry.number}</span> ' if number else ""
    aims = "".join(f"<li>{aim}</li>" for aim in entry.aims)
    after = f"<p>Afterwards you can</p><ul class='aims'>{aims}</ul>\n" if aims else ""
    time = f"<p class='quiet'>It takes {escape(entry.time)}.</p>\n" if entry.time else ""
    return (
        f'<div class="picture">{_unscaled(entry.picture)}</div>\n<div>\n'
        f'<h2 data-title="{escape(entry.title)}">{before}{escape(entry.title)}</h2>\n'
        f"<p>{entry.about}</p>\n{after}{time}"
    )


def _entry(entry: Entry) -> str:
    exercises = "".join(
        f'<li data-exercise="{escape(name)}">{escape(name)}<span class="state"></span></li>' for name in entry.exercises
    )
    return (
        f'<li class="entry" data-path="{escape(entry.path)}" data-release="{entry.release}">\n{about(entry)}'
        f"<p class='quiet count' role='status'>{len(entry.exercises)} exercises</p>\n"
        f"<ul class='exercises'>{exercises}</ul>\n"
        "<p class='notice' hidden>The course has a newer version of this notebook; yours is kept as you left it. "
        "“Fresh copy” gets the new one, and keeps yours beside it.</p>\n"
        f"<div class='actions'><a class='open' href=\"notebooks/index.html?path={escape(entry.path)}\">Start"
        f"<span class='state'></span></a><span class='mine actions'></span></div>\n"
        "<div class='aside' hidden><p class='quiet'>Put aside:</p><ul></ul></div>\n</div>\n</li>"
    )


def _unscaled(svg: str) -> str:
    """The picture without a size of its own: the page gives it one."""
    return re.sub(r' (width|height)="\d+"', "", svg, count=2)


def away(to: str) -> str:
    """A page that leads to another one at once."""
    head = f'<meta http-equiv="refresh" content="0; url={to}">'
    return html_page("Backpropagation", f'<p><a href="{to}">All notebooks</a></p>', "../start.css", head)


def asset(name: str) -> str:
    """A file of this room, such as a style sheet."""
    return files("backprop_course.site").joinpath(name).read_text(encoding="utf-8")
