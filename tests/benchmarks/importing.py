"""`import backprop_course` against `import numpy`, each in a Python of its own.

    python tests/benchmarks/importing.py

Goal: at most 1.10 times as long.
"""

from __future__ import annotations

import subprocess
import sys

from turns import medians


def main() -> None:
    t = medians({module: importing(module) for module in ("numpy", "backprop_course")}, 40)
    print(*(f"import {module}: {seconds * 1e3:.1f} ms" for module, seconds in t.items()), sep=", ", end=", ")
    print(f"ratio {t['backprop_course'] / t['numpy']:.2f}")


def importing(module: str):
    return lambda: subprocess.run([sys.executable, "-c", f"import {module}"], check=True)


if __name__ == "__main__":
    main()
