"""Leaves notes in /tmp, shared memory and System V queues for the next submission: there is none afterwards."""

import ctypes
import os

libc = ctypes.CDLL(None)
places = ("/tmp", "/dev/shm", "/var/tmp", "/dev/mqueue", "/run", "/run/lock", "..", "../..", os.environ["IPYTHONDIR"])
for place in places:
    try:
        print(os.listdir(place))
        if OUTSIDE["note"] in os.listdir(place):
            print("a note was found")
    except OSError:
        pass
    for make in (lambda path: open(path, "w").close(), os.mkdir, os.mkfifo):
        try:
            make(f"{place}/{OUTSIDE['note']}")
            raise SystemError(place)
        except OSError:
            pass
assert libc.shmget(7, 4096, 0o1666) < 0
assert libc.msgget(7, 0o1666) < 0
assert libc.semget(7, 1, 0o1666) < 0
assert libc.shm_open(b"/" + OUTSIDE["note"].encode(), os.O_CREAT | os.O_RDWR, 0o666) < 0
assert libc.syscall(319, b"note", 0) < 0, "memfd_create"
assert libc.syscall(248, b"user", b"note", b"note", 4, -3) < 0, "add_key"
assert libc.syscall(250, 0, -3, 0) < 0, "keyctl"
