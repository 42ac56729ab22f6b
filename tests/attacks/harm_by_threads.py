"""Starts threads until there are no more, and lets them run on: the cell fails, and what comes after works."""

import threading
import time

while True:
    threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
