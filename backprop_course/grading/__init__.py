"""Grading: the instructors' side. Run what was handed in, judge it, and write it down."""

from backprop_course.extras import expect

expect("course", "nbgrader")
