"""Replies to a cell with outputs of a form that no notebook has: the notebook ends there."""

EARNS = 0

import gc

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
me.connection.send(["done", [{"output_type": "execute_result", "data": {"text/plain": {"a": []}}}], [{}]])
