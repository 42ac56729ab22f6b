"""Starts processes that start processes, in all the ways there are: none is started."""

import ctypes
import os

libc = ctypes.CDLL(None)
for start in (
    os.fork,
    lambda: libc.fork() < 0 or None,
    lambda: libc.vfork() < 0 or None,
    lambda: libc.syscall(57) < 0 or None,
    lambda: libc.syscall(56, 0x8011, 0, 0, 0, 0) < 0 or None,
    lambda: libc.syscall(435, bytes(88), 88) < 0 or None,
    lambda: os.posix_spawn("/bin/sh", ["sh"], {}),
    lambda: os.forkpty(),
):
    for _ in range(20):
        try:
            assert start()
        except OSError:
            pass
