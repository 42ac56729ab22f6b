"""What a student's function does to its copies of a test's arguments, and how it is done to those."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop_course.sandbox.outside.conversation import Conversation


def differ(line: Conversation, argument: Any, changed: Any) -> bool:
    """Whether a function has changed an argument."""
    if argument is changed or type(argument) is not type(changed):
        return False
    before, after = line.packer(), line.packer()
    return (before.pack(argument), before.blobs) != (after.pack(changed), after.blobs)


def put_into(argument: Any, changed: Any) -> None:
    """Does to a test's own array, list, dict or set what the student's function has done to its copy."""
    if argument is changed or type(argument) is not type(changed):
        return
    if isinstance(argument, np.ndarray):
        if argument.shape == changed.shape and argument.dtype == changed.dtype:
            argument[...] = changed
    elif isinstance(argument, list):
        argument[:] = changed
    elif isinstance(argument, dict | set):
        argument.clear()
        argument.update(changed)
