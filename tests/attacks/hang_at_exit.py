"""Hangs when Python ends, in `atexit`, in `__del__` and in threads that wait for each other: it ends all the same."""

EARNS = "all"

import atexit
import time
import weakref


class Clinging:
    def __del__(self):
        while True:
            time.sleep(1)


clinging = Clinging()
weakref.finalize(clinging, time.sleep, 1000)
atexit.register(time.sleep, 1000)
get_ipython().atexit_operations = lambda: time.sleep(1000)
