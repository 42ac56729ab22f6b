"""What a notebook's cells show, collected as a notebook holds it, as far as there is room."""

from __future__ import annotations

import base64
import io
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher

TYPES = ("text/plain", "image/png")
"""What is kept of what a cell shows: nothing that a browser would run."""
_CUT = "\n… the rest of the output is left out."


class Outputs:
    """The outputs of a cell, as a notebook holds them, as far as there is room."""

    def __init__(self) -> None:
        self.room = 0
        self.start(0)

    def start(self, room: int) -> None:
        """Forgets what is there; so many bytes fit in from now on."""
        self.found: list[dict[str, Any]] = []
        self.room = room

    def stream(self, name: str, text: str) -> None:
        """What was printed."""
        if self.room <= 0 or not text:
            return
        last = self.found[-1] if self.found else {}
        if last.get("name") != name:
            last = {"output_type": "stream", "name": name, "text": []}
            self.found.append(last)
        last["text"].append(text[: self.room] + (_CUT if len(text) >= self.room else ""))
        self.room -= len(text)

    def data(self, output_type: str, data: dict[str, Any], **more: Any) -> None:
        """What was displayed, or is the cell's result."""
        kept = {kind: _text(entry) for kind, entry in data.items() if kind in TYPES}
        size = sum(map(len, kept.values()))
        if kept and size < self.room:
            self.found.append({"output_type": output_type, "data": kept, **more})
            self.room -= size

    def finished(self) -> list[dict[str, Any]]:
        """The outputs, as a notebook holds them."""
        return [
            output | {"text": "".join(output["text"])} if output["output_type"] == "stream" else output
            for output in self.found
        ]

    def error(self, name: str, value: str, trace: list[str]) -> None:
        """What a cell raised; there is always room for one."""
        trace = [line[:4000] for line in trace[:60]]
        self.found.append({"output_type": "error", "ename": name[:200], "evalue": value[:4000], "traceback": trace})


def _text(entry: object) -> str:
    return base64.b64encode(entry).decode() if isinstance(entry, bytes) else str(entry)


class Stream(io.TextIOBase):
    """Python's stdout or stderr for a cell."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, outputs: Outputs, name: str) -> None:
        self.outputs, self.name = outputs, name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.outputs.stream(self.name, text)
        return len(text)

    def writable(self) -> bool:
        return True


def _outputs(shell: Any) -> Outputs:
    outputs: Outputs = shell.outputs
    return outputs


class LastLine(DisplayHook):
    """Collects the value of a cell's last line."""

    def quiet(self) -> bool:
        """Whether the cell ends with a semicolon. IPython takes it apart to know; most have none anywhere."""
        shell: Any = self.shell
        return ";" in shell.history_manager.input_hist_parsed[-1] and super().quiet()  # type: ignore[no-untyped-call]

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        _outputs(self.shell).data("execute_result", format_dict, execution_count=self.prompt_count)

    def log_output(self, format_dict: dict[str, Any]) -> None:
        pass

    def finish_displayhook(self) -> None:
        self._is_active = False


class Displays(DisplayPublisher):
    """Collects what a cell displays."""

    def publish(self, data: dict[str, Any], metadata: Any = None, *arguments: Any, **more: Any) -> None:
        self._validate_data(data, metadata)  # type: ignore[no-untyped-call]
        _outputs(self.shell).data("display_data", data)

    def clear_output(self, wait: bool = False) -> None:
        _outputs(self.shell).found.clear()
