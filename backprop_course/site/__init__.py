"""The course in a browser: a site that runs it there, and pages for reading."""

from backprop_course.extras import expect

expect("site", "nbgrader", "latex2mathml", "packaging")
