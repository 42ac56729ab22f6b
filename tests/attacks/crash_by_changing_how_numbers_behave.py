"""Changes NumPy's errors, warnings, printing and rounding for everybody: right answers stay right."""

EARNS = "all"

import decimal
import gc
import locale
import random
import sys
import warnings

import numpy as np

gc.disable()
np.seterr(all="raise")
np.set_printoptions(formatter={"float": lambda number: "7.0"})
np.random.seed(0)
warnings.simplefilter("error")
decimal.getcontext().prec = 1
random.seed(0)
sys.set_int_max_str_digits(640)
locale.setlocale(locale.LC_ALL, "")
