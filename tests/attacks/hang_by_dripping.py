"""Replies a byte at a time, and never comes to the end: it ends at the limit."""

EARNS = 0

import gc
import time

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)


def drip(rest, data):
    me.connection.socket.send((1000).to_bytes(4, "big") + bytes(4))
    while True:
        me.connection.socket.send(b" ")
        time.sleep(0.05)


me._do_values = drip
