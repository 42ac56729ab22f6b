"""Closes every descriptor, the wire among them: Python ends, and with it the notebook."""

EARNS = 0

import os

os.closerange(0, 10_000)
