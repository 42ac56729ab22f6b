"""Prints and raises half characters, null bytes and bytes that are no UTF-8: shown as well as can be."""

EARNS = "all"

import sys

half = "\ud800\udfff\x00\x1b[31m\u202e\ufeff\U0010ffff"
print(half)
print(half, file=sys.stderr)
sys.stdout.write(half * 1000)
try:
    sys.stdout.buffer.write(b"\xff\xfe")
except AttributeError:
    pass
raise type("E\udcff", (Exception,), {})(half)
