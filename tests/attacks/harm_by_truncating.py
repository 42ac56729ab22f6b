"""Empties the instructor's files by their paths, in every way there is: they stay as they are."""

import ctypes
import os

libc = ctypes.CDLL(None)
path = OUTSIDE["file"]
for harm in (
    lambda: os.truncate(path, 0),
    lambda: libc.truncate(path.encode(), 0),
    lambda: os.open(path, os.O_WRONLY | os.O_TRUNC),
    lambda: os.open(path, os.O_RDONLY | os.O_TRUNC),
    lambda: os.open(path, 3 | os.O_TRUNC),  # neither to be read nor to be written: Landlock is asked for no right
    lambda: open(path, "r+").truncate(0),
    lambda: os.ftruncate(os.open(path, os.O_PATH), 0),
    lambda: os.rename(path, f"{path}.old"),
    lambda: os.link(path, "linked"),
    lambda: os.link(path, f"{path}.linked"),
    lambda: os.replace(os.devnull, path),
    lambda: os.mknod(f"{path}.new"),
    lambda: os.utime(path, (0, 0)),
    lambda: os.mkdir(f"{path}.folder"),
    lambda: os.mkfifo(f"{path}.pipe"),
    lambda: os.symlink(path, f"{path}.symbolic"),
    lambda: os.open(os.path.dirname(path), os.O_TMPFILE | os.O_WRONLY),
    lambda: os.chmod(path, 0),
    lambda: os.setxattr(path, "user.note", b"1"),
    lambda: os.unlink(path),
):
    try:
        harm()
    except OSError:
        pass
for call in 76, 45:  # truncate, whatever machine this is
    libc.syscall(call, path.encode(), 0)
