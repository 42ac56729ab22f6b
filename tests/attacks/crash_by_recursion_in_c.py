"""Raises Python's limit and recurses until C's stack is full: Python ends, and with it the notebook."""

EARNS = 0

import sys

sys.setrecursionlimit(10**9)
deep = lambda value: [*map(deep, [value])]
deep(1)
