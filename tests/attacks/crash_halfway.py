"""Ends Python in the fourth answer: what was judged before counts, what comes after says why it does not."""

EARNS = 13
CELL = "chain-deltas"

import os

os._exit(3)
