"""Never replies to a question for values: invalid answers, and the batch goes on."""

EARNS = 0

import gc
import time

from backprop_course.sandbox.inside.candidate import Candidate

me = next(found for found in gc.get_objects() if type(found) is Candidate)
me._do_values = lambda rest, data: time.sleep(1000)
