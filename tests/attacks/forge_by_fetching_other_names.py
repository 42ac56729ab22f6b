"""Replies with more names than were asked for, the judge's own among them: 0 points."""

CELL = "chain-forward"

import gc

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
more = dict.fromkeys(("check", "judge", "points", "passed", "__builtins__", "__class__", "np", "EXERCISES"), 7.0)
me._do_values = lambda rest, data: me.connection.send(["values", more])
