"""Raises exceptions that raise when they are shown, have no end of causes, or are no exceptions: the cell fails."""

EARNS = "all"

import sys
import traceback


class Raising(Exception):
    def __str__(self):
        raise self

    __repr__ = __str__
    args = property(__str__)

    @property
    def __traceback__(self):
        raise self

    __cause__ = __context__ = __notes__ = __traceback__


one, two = Raising(), ValueError()
two.__context__ = KeyError()
two.__context__.__cause__ = two
two.__notes__ = 5
try:
    raise two
except ValueError:
    traceback.print_exc()
sys.excepthook = get_ipython().showtraceback = None
raise one
