"""The commands of `backprop-course`, a module a group.

A command is a function that adds its arguments to `commands` and sets `run`, and the `extra` that it needs; its
group's `add` calls it.
"""

from backprop_course.commands import classes, notebooks, own, pages, platforms

GROUPS = (notebooks, classes, own, platforms, pages)
"""In the order in which `--help` lists them."""
