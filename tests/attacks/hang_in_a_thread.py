"""Leaves threads behind that never end, and are no daemons: the candidate ends without them."""

EARNS = "all"

import threading
import time


def work():
    while True:
        sum(range(1000))
        time.sleep(0.01)


for _ in range(5):
    threading.Thread(target=work, daemon=False).start()
