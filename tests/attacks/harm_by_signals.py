"""Sends signals to itself, its group, its parent, the examiner and everybody: all live on."""

import ctypes
import os
import signal

libc = ctypes.CDLL(None)
for process in (0, -1, os.getppid(), -os.getpgid(0), OUTSIDE["examiner"], -OUTSIDE["examiner"], 1, 2):
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGINT, signal.SIGTERM):
        assert libc.kill(process, int(number)) < 0
        assert libc.sigqueue(process, int(number), None) < 0
assert libc.syscall(234, OUTSIDE["examiner"], OUTSIDE["examiner"], 9) < 0, "tgkill"
assert libc.syscall(200, OUTSIDE["examiner"], 9) < 0, "tkill"
assert libc.syscall(424, 3, 9, None, 0) < 0, "pidfd_send_signal"
