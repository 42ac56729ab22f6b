"""Announces more bytes than a message may have, and nests lists deeper than Python can: the notebook ends there."""

EARNS = 0

import gc
import struct

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
deep = b"[" * 4_000_000
me.connection.socket.sendall(struct.pack("!II", len(deep), 0) + deep)
me.connection.socket.sendall(struct.pack("!II", 2**32 - 1, 2**32 - 1))
