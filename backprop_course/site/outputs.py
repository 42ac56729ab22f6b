"""What a notebook's cells put out, as HTML; its widgets show what they held when the notebook was run."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from backprop_course.errors import CourseError
from backprop_course.site.pages import asset

VIEW = "application/vnd.jupyter.widget-view+json"
STATES = "application/vnd.jupyter.widget-state+json"
EXPORT = "export default"


class Widgets:
    """The widgets of a notebook that was run: anywidgets, each with its own module and what it holds.

    A page that is opened as a file may load no modules: they stand in the page itself, each once.
    """

    def __init__(self, notebook: Any) -> None:
        self.states = notebook.metadata.get("widgets", {}).get(STATES, {}).get("state", {})
        self.modules: dict[str, dict[str, str]] = {}

    def html(self, model_id: str, otherwise: str) -> str:
        """The place of a widget. otherwise: what is there where no script runs."""
        state = self.states.get(model_id, {}).get("state", {})
        if "_esm" not in state:
            return otherwise
        name = state["_anywidget_id"]
        self.modules[name] = {"esm": state["_esm"], "css": state.get("_css", "")}
        held = {key: value for key, value in state.items() if not key.startswith("_")}
        data = json.dumps({"module": name, "state": held}).replace("<", "\\u003c")
        return f'<div class="widget"><script type="application/json">{data}</script>{otherwise}</div>'

    def styles(self) -> str:
        """The styles of those that were placed."""
        return "".join(f"<style>{module['css']}</style>" for module in self.modules.values())

    def scripts(self) -> str:
        """Their modules, and what brings them to life."""
        if not self.modules:
            return ""
        parts = ["<script>const WIDGETS = {}</script>"]
        for name, module in self.modules.items():
            if module["esm"].count(EXPORT) != 1:
                raise CourseError(f"The widget {name} cannot be put into a page: its module has no default export.")
            code = module["esm"].replace(EXPORT, f"WIDGETS[{json.dumps(name)}] =")
            parts.append(f'<script type="module">{code}</script>')
        return "\n".join([*parts, f'<script type="module">{asset("reading.js")}</script>'])


def output_html(output: Any, widgets: Widgets) -> str:
    """One output of a cell."""
    if output.output_type == "stream":
        shown = _text(output.text)
    elif output.output_type == "error":
        shown = _text(f"{output.ename}: {output.evalue}")
    else:
        shown = _bundle(output.data, output.get("metadata", {}), widgets)
    return f"<div class='output'>{shown}</div>"


def _bundle(data: Any, metadata: Any, widgets: Widgets) -> str:
    """The best of several forms of the same thing."""
    if "image/png" in data:
        alt = metadata.get("image/png", {}).get("alt", "The plot that the code above draws.")
        return f'<img class="paper" alt="{escape(alt)}" src="data:image/png;base64,{data["image/png"].strip()}">'
    otherwise: str = data.get("text/html") or data.get("image/svg+xml") or _text(data.get("text/plain", ""))
    return widgets.html(data[VIEW]["model_id"], otherwise) if VIEW in data else otherwise


def _text(text: str) -> str:
    return f"<pre tabindex='0'>{escape(text)}</pre>"
