"""Tries all open descriptors, and sends some to the examiner: there is one, which is its own end of the wire."""

import array
import gc
import os
import socket

sockets = []
for number in range(1024):
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        continue
    for look in (lambda: os.lseek(number, 0, 0), lambda: os.pread(number, 10, 0), lambda: os.listdir(number)):
        try:
            if look():
                raise SystemError(f"{number} {mode:o}")
        except OSError:
            pass
    if mode & 0o170000 == 0o140000:
        sockets.append(number)
assert len(sockets) == 1, sockets
assert [os.get_blocking(number) for number in sockets]
wire = next(found for found in gc.get_objects() if type(found) is socket.socket and found.fileno() >= 0)
rights = array.array("i", [os.open("mine", os.O_CREAT | os.O_RDWR)])
wire.sendmsg([b""], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
