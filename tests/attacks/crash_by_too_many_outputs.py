"""Replies to a cell with more outputs, larger ones and deeper ones than there may be: the notebook ends there."""

EARNS = 0

import gc

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
evil = "<script>alert(1)</script>"
large = {"output_type": "stream", "name": evil, "text": "x" * 7_000_000}
me.connection.send(["done", [large], []])
