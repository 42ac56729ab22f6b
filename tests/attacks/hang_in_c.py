"""Calls C code that looks at no signal and never ends: stopped, and the notebook with it."""

EARNS = 0

from collections import deque
from itertools import repeat

deque(repeat(None), maxlen=0)
