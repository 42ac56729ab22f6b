"""A notebook's text and code as HTML; formulas become MathML, which needs no script."""

from __future__ import annotations

from importlib import import_module

from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath


class _Renderer(IPythonRenderer):
    def inline_math(self, body: str) -> str:
        return formula(body, "inline")

    def block_math(self, body: str) -> str:
        return f"<div class='formula' tabindex='0'>{formula(body, 'block')}</div>"


def prose_html(markdown: str) -> str:
    """A cell of Markdown."""
    rendered: str = MarkdownWithMath(renderer=_Renderer(escape=False)).render(markdown)
    rendered = rendered.replace("<th></th>", "<td></td>")  # an empty corner heads nothing
    return f"<div class='prose'>{rendered}</div>"


def formula(latex: str, display: str) -> str:
    """A formula of LaTeX as MathML. display: "inline" or "block"."""
    mathml: str = convert(latex.strip(), display=display)
    return mathml


def code_html(source: str) -> str:
    """A cell of Python, its words told apart by their weight, not by colours."""
    lexer = import_module("pygments.lexers").PythonLexer()
    formatter = import_module("pygments.formatters").HtmlFormatter(nowrap=True)
    shown: str = import_module("pygments").highlight(source, lexer, formatter)
    return f"<pre class='code' tabindex='0'><code>{shown}</code></pre>"
