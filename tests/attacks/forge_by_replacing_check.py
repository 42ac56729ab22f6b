"""Puts a `check` of its own wherever one could be looked up: 0 points."""

import builtins

import backprop_course
import backprop_course.checks


def check(exercise):
    return 100.0


builtins.check = backprop_course.check = backprop_course.checks.check = check
backprop_course.__getattr__ = lambda name: check
get_ipython().user_ns["check"] = get_ipython().user_global_ns["check"] = check
