"""Aborts, and would leave an image of its memory: Python ends, no file is left."""

EARNS = 0

import os
import resource

assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
os.abort()
