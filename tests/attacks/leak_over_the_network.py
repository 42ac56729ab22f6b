"""Connects to this machine and to others, over TCP, UDP, IPv6 and raw sockets: nobody is reached."""

import ctypes
import socket
import urllib.request

libc = ctypes.CDLL(None)
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, 17, 38, 40):
        assert libc.socket(int(family), int(kind), 0) < 0
for host, port in [("127.0.0.1", OUTSIDE["ports"][0]), ("localhost", OUTSIDE["ports"][1]), ("1.1.1.1", 53)]:
    try:
        socket.create_connection((host, port), timeout=0.1).sendall(b"hello")
        raise SystemError(host)
    except OSError:
        pass
try:
    urllib.request.urlopen(f"http://127.0.0.1:{OUTSIDE['ports'][0]}", timeout=0.1)
    raise SystemError("a page")
except OSError:
    pass
