"""Takes memory in large and small pieces, and from the kernel: the cell fails, and what comes after works."""

import mmap
import os

held = []
try:
    while True:
        held.append(bytearray(2**26))
except MemoryError:
    held.clear()
try:
    while True:
        held.append(mmap.mmap(-1, 2**28))
except (OSError, MemoryError, ValueError):
    held.clear()
try:
    while True:
        held.append(os.pipe())
except OSError:
    for ends in held:
        [os.close(end) for end in ends]
    held.clear()
"x" * 10**12
