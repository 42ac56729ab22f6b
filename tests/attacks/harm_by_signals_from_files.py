"""Has the kernel send signals for it, from a socket with an owner: none is sent."""

import fcntl
import gc
import os
import socket
import struct

wire = next(found for found in gc.get_objects() if type(found) is socket.socket and found.fileno() >= 0)
end, other = socket.socketpair()
for who in (os.getppid(), OUTSIDE["examiner"], -OUTSIDE["examiner"]):
    for socket_ in (end, wire):
        for ask in (
            lambda: fcntl.fcntl(socket_, fcntl.F_SETOWN, who),
            lambda: fcntl.fcntl(socket_, 15, struct.pack("ii", 1, who)),
            lambda: fcntl.fcntl(socket_, 10, 9),
            lambda: fcntl.ioctl(socket_, 0x8901, struct.pack("i", who)),
            lambda: fcntl.ioctl(socket_, 0x8902, struct.pack("i", who)),
        ):
            try:
                ask()
                raise SystemError("an owner")
            except OSError:
                pass
fcntl.fcntl(end, fcntl.F_SETFL, os.O_ASYNC)
other.send(b"x")
