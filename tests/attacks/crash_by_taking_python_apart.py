"""Empties `sys.modules`, `builtins` and IPython: Python ends or goes on, nobody else notices."""

EARNS = 0

import builtins
import gc
import sys

gc.disable()
get_ipython().outputs = None
get_ipython().events = None
sys.stdout = sys.stderr = sys.stdin = None
sys.settrace(lambda *values: 1 / 0)
sys.setprofile(lambda *values: None)
sys.modules.clear()
vars(builtins).clear()
