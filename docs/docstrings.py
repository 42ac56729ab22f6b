"""The package's docstrings as Markdown: each argument a line of its own, what is typed at a prompt as code."""

from __future__ import annotations

import re
from typing import Any

import griffe

ARGUMENT = re.compile(r"([a-zA-Z_]\w*(?:, [a-zA-Z_]\w*)*): (?=\S)")


class Docstrings(griffe.Extension):
    """Rewrites every docstring as it is read."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            obj.docstring.value = as_markdown(obj.docstring.value)


def as_markdown(docstring: str) -> str:
    """The same with `name: what it is` as items of a list, and with code between fences."""
    summary, *blocks = docstring.split("\n\n")
    return "\n\n".join([summary, *(_block(block.split("\n")) for block in blocks)])


def _block(lines: list[str]) -> str:
    if lines[0].startswith((">>> ", "    ")):
        return "\n".join(["```python", *lines, "```"])
    if not ARGUMENT.match(lines[0]) or lines[0].startswith("Raises"):
        return "\n".join(lines)
    items = [ARGUMENT.sub(r"- **\1**: ", line, count=1) if ARGUMENT.match(line) else line for line in lines]
    # What comes after the arguments, such as what is returned, is no argument's.
    return "\n".join(f"\n{line}" if re.match("(Returns|Raises) ", line) else line for line in items)
