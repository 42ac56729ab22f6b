"""Writes bytes to the wire that are no message: the notebook ends there."""

EARNS = 0

import gc
import os

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
me.connection.socket.sendall(os.urandom(100_000))
