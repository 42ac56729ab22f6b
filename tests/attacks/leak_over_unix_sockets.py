"""Reaches abstract sockets and D-Bus, with sockets of its own and with the wire it already has: nobody is reached."""

import gc
import socket

ends = [found for found in gc.get_objects() if type(found) is socket.socket and found.fileno() >= 0]
ends += socket.socketpair()
for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
    try:
        ends += socket.socketpair(socket.AF_UNIX, kind)
        raise SystemError("a pair of datagrams")
    except OSError:
        pass
for end in ends:
    for address in (
        OUTSIDE["socket"],
        "/run/dbus/system_bus_socket",
        "/var/run/docker.sock",
        ("127.0.0.1", OUTSIDE["ports"][1]),
    ):
        for reach in (
            lambda: end.connect(address),
            lambda: end.bind(address),
            lambda: end.listen(),
        ):
            try:
                reach()
                raise SystemError(str(address))
            except (OSError, TypeError):
                pass
