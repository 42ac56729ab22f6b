"""Types a command into the terminal of whoever grades, with TIOCSTI and /dev/tty: there is none."""

import fcntl
import os

for path in ("/dev/tty", "/dev/console", "/dev/pts/0", "/dev/pts/1", "/dev/ptmx", "/dev/tty0", "/dev/mem", "/dev/sda"):
    for mode in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR):
        try:
            os.open(path, mode)
            raise SystemError(path)
        except OSError:
            pass
for number in range(10):
    for request in (0x5412, 0x540E, 0x5414, 0x541C):
        try:
            fcntl.ioctl(number, request, b"i")
            raise SystemError(number)
        except OSError:
            pass
