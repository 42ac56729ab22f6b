"""Reads memory that is not there: Python ends, and with it the notebook."""

EARNS = 0

import ctypes

ctypes.string_at(0)
