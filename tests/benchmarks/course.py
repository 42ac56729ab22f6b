"""How long the course takes a computer: every notebook with its solutions, run from top to bottom.

CPU seconds of each notebook's kernel, its start and imports with it, and the cells that take most of it:

    python tests/benchmarks/course.py            # all of them; --cells: the dearest cells of each, too
    python tests/benchmarks/course.py mlp        # those whose name has it
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time

import nbformat
from nbclient import NotebookClient

from backprop_course.exercises import NOTEBOOKS
from backprop_course.students import instructors_notebooks


class Timed(NotebookClient):  # type: ignore[misc]  # nbclient is not typed
    """Runs a notebook, and keeps how long each of its cells took."""

    async def async_execute_cell(self, cell: nbformat.NotebookNode, index: int, **more: object) -> object:
        """Executes one cell, as its parent does, and notes the time."""
        start = time.perf_counter()
        try:
            return await super().async_execute_cell(cell, index, **more)
        finally:
            self.took[cell.id] = time.perf_counter() - start


def measured(name: str) -> tuple[float, float, dict[str, float]]:
    """CPU seconds, seconds on the clock, and each cell's seconds on the clock."""
    notebook = nbformat.read(instructors_notebooks() / f"{name}.ipynb", nbformat.NO_CONVERT)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        client = Timed(notebook, timeout=600, resources={"metadata": {"path": folder}})
        client.took = {}
        client.execute()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - start, client.took


def main() -> None:
    """Prints a line a notebook, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("part", nargs="?", default="", help="only notebooks whose name has this in it")
    parser.add_argument("--cells", action="store_true", help="the five dearest cells of each, in seconds on the clock")
    options = parser.parse_args()
    total = 0.0
    for name in NOTEBOOKS:
        if options.part in name:
            cpu, clock, took = measured(name)
            total += cpu
            print(f"{name:45} {cpu:6.1f} s CPU  {clock:6.1f} s")
            if options.cells:
                for id in sorted(took, key=took.get, reverse=True)[:5]:
                    print(f"    {id:40} {took[id]:6.2f} s")
    print(f"{'all':45} {total:6.1f} s CPU")


if __name__ == "__main__":
    main()
