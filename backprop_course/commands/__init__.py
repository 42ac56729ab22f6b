"""The commands of `backprop-course`, a module a group.

A command is a function that adds its arguments to `commands` and sets `run`, and the `extra` that it needs; its
group's `add` calls it.
"""

from backprop_course.commands import classes, notebooks, pages, platforms

GROUPS = (notebooks, classes, platforms, pages)
"""In the order in which `--help` lists them."""
