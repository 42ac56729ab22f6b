"""Where a verdict is shown: below the cell of a notebook, or as text; and how it is read back from an output."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from backprop_course.checks.verdict import Verdict

VERDICT_KEY = "backprop-course"
"""The key of an output's metadata under which the verdict stands as JSON: no reader of notebooks stumbles over it."""
MIME_TYPE = "application/vnd.backprop-course.verdict+json"
"""The type under which earlier versions of the course put it among the output's data."""


def ipython() -> Any:
    """The notebook's IPython, or None."""
    if "IPython" not in sys.modules:
        return None
    with suppress(Exception):
        return sys.modules["IPython"].get_ipython()
    return None


class Points(float):
    """The points of a check: a number for whoever computes with it, nothing to be shown below the verdict."""

    def _ipython_display_(self) -> None:
        """A notebook that ends a cell with it shows nothing."""


def output_of(verdict: Verdict, **noted: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is put out for a verdict: the data in each form, and the metadata. noted: what is to be kept beside it."""
    data = {"text/plain": str(verdict), "text/html": verdict._repr_html_()}
    return data, {VERDICT_KEY: verdict.to_json() | noted}


def verdict_in(output: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The verdict that a cell's output holds as plain data, from any version of the course; None where it has none."""
    for place, key in (("metadata", VERDICT_KEY), ("data", MIME_TYPE)):
        held = output.get(place)
        if isinstance(held, Mapping) and isinstance(held.get(key), Mapping):
            return held[key]  # type: ignore[no-any-return]
    return None


def show_verdict(verdict: Verdict, shell: Any, **noted: object) -> None:
    """Shows a verdict below the cell that runs; as text where there is no notebook, or it cannot show anything."""
    put_out(*output_of(verdict, **noted), shell)


def put_out(data: dict[str, Any], metadata: dict[str, Any], shell: Any) -> None:
    """Puts out data in several forms; its text where there is no notebook, or it cannot show anything."""
    if shell is not None:
        try:
            shell.display_pub.publish(data=data, metadata=metadata)
        except Exception:  # a notebook can have changed IPython itself
            pass
        else:
            return
    text = data["text/plain"]
    try:
        print(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        print(text.encode(encoding, "replace").decode(encoding))
