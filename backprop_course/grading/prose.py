"""A text with formulas as HTML that is not alive, formulas as MathML: a page with it needs no script and no network.

The text may be a student's. What it brings along of HTML goes through `pages.harmless`; formulas are put in afterwards,
built as a tree, so that nothing in them can be a tag.
"""

from __future__ import annotations

import html
from typing import Any
from xml.etree import ElementTree

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from backprop_course.grading.pages import harmless

_MARK = "\ue000{}\ue001"
_KEPT = {"display", "mathvariant", "stretchy", "fence", "form", "accent", "columnalign", "linethickness", "width"}
"""MathML's attributes that say how a formula looks; what could lead somewhere is none of them."""


class _Renderer(IPythonRenderer):
    """Keeps formulas apart, and leaves a mark where each was."""

    def __init__(self, attachments: dict[str, Any]) -> None:
        super().__init__(escape=False, attachments=attachments)
        self.formulas: list[str] = []

    def inline_math(self, body: str) -> str:
        return self._kept(body, "inline")

    def block_math(self, body: str) -> str:
        return self._kept(body, "block")

    def latex_environment(self, name: str, body: str) -> str:
        return self._kept(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")

    def _kept(self, body: str, display: str) -> str:
        self.formulas.append(mathml(body, display))
        return _MARK.format(len(self.formulas) - 1)


def prose(text: str, attachments: dict[str, Any]) -> str:
    """Markdown as HTML."""
    renderer = _Renderer(attachments)
    plain = text.replace("\ue000", "").replace("\ue001", "")
    made = harmless(str(MarkdownWithMath(renderer=renderer).render(plain)))
    for number, formula in enumerate(renderer.formulas):
        made = made.replace(_MARK.format(number), formula)
    return made


def mathml(latex: str, display: str) -> str:
    """A formula of LaTeX as MathML; as it is written where it is none. display: "inline" or "block"."""
    try:
        from latex2mathml.converter import convert_to_element

        tree = convert_to_element(latex.strip(), display=display)
        for element in tree.iter():
            element.text = html.unescape(element.text) if element.text else element.text
            element.tail = html.unescape(element.tail) if element.tail else element.tail
            for name in set(element.attrib) - _KEPT:
                del element.attrib[name]
        return ElementTree.tostring(tree, encoding="unicode")
    except Exception:  # the library raises anything for what is no LaTeX; and where it is missing, so is MathML
        return f"<code>{html.escape(latex)}</code>"
