"""Changes modules, classes and C's own memory for whoever is forked next: a note is never found."""

import ctypes
import os
import sys

import numpy as np

names = [name for name in ("np_note", "sys_note") if hasattr(np, name) or hasattr(sys, name)]
if names or os.environ.get("NOTE") or type(()).__doc__.startswith("note"):
    print("a note was found")
np.np_note = sys.sys_note = os.environ["NOTE"] = "hello"
np.random.seed(0)
document = ctypes.create_string_buffer(b"note of the next one")
ctypes.c_void_p.from_address(id(tuple) + 176).value = ctypes.addressof(document)
