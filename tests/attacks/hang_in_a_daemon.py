"""Starts a daemon with two forks and a session of its own: none is started, and none is left."""

EARNS = "all"

import ctypes
import os
import time

try:
    if os.fork() == 0:
        os.setsid()
        ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
        if os.fork() == 0:
            while True:
                time.sleep(1)
        os._exit(0)
except OSError:
    pass
