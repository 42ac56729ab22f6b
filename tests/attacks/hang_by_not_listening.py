"""Never reads what the examiner sends, so that it waits for room: it ends at the limit."""

EARNS = 0
NOTEBOOK = "01_chain_rule/chain_rule"

import gc
import socket
import time

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
me.connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
me.connection.receive = lambda *values: time.sleep(1000)
me._do_cell = me._do_values = me._do_fork = lambda *values: time.sleep(1000)
