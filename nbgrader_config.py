"""The course for nbgrader. Run its commands in this folder, such as `nbgrader generate_assignment 03_split_network`."""

from backprop_course.grading.configuration import configure

c = get_config()  # noqa: F821  (nbgrader's, where it reads this file)
configure(c)
