"""Says that passes with names full of commands for browsers and terminals were called: flags hold none of them."""

EARNS = None
CELL = "chain-forward"

import gc

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
me.connection.send(["done", [], ["<script>alert(1)</script>\x1b[2J\x07\n", {"a": []}, None, "x" * 10**6]])
