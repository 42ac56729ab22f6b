"""Waits for input, on a lock, on itself and in an event loop: interrupted, what comes after is judged."""

EARNS = "all"

import asyncio
import sys
import threading

for wait in (input, sys.stdin.read, lambda: open("/dev/stdin").read()):
    try:
        wait()
    except Exception:
        pass
asyncio.get_event_loop_policy()
threading.current_thread().join() if threading.current_thread() is not threading.main_thread() else None
lock = threading.Lock()
lock.acquire()
lock.acquire()
