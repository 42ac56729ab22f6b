"""Raises its own limits and the examiner's, and its priority: they stay as they are."""

import ctypes
import resource

libc = ctypes.CDLL(None, use_errno=True)
for name in ("RLIMIT_CORE", "RLIMIT_AS", "RLIMIT_FSIZE", "RLIMIT_CPU", "RLIMIT_NOFILE", "RLIMIT_NPROC"):
    try:
        resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY,) * 2)
        raise SystemError(name)
    except (OSError, ValueError):
        pass
    try:
        resource.prlimit(OUTSIDE["examiner"], getattr(resource, name), (1, 1))
        raise SystemError(name)
    except (OSError, ValueError):
        pass
assert libc.setpriority(0, 0, -20) < 0
assert libc.setpriority(0, OUTSIDE["examiner"], 19) < 0
assert libc.sched_setaffinity(OUTSIDE["examiner"], 8, b"\1" + bytes(7)) < 0
assert libc.sched_setscheduler(0, 1, b"\1" + bytes(7)) < 0
