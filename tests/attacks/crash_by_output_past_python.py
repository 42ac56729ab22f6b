"""Writes without end to the descriptors below Python's streams: it goes nowhere."""

EARNS = "all"

import ctypes
import os

libc = ctypes.CDLL(None)
for number in (0, 1, 2):
    try:
        for _ in range(1000):
            os.write(number, b"x" * 10_000)
    except OSError:
        pass
libc.puts(b"from C")
libc.perror(b"from C")
libc.fflush(None)
