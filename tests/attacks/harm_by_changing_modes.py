"""Makes the instructor's files readable for everybody, or for nobody: they stay as they are."""

import ctypes
import os

libc = ctypes.CDLL(None)
for path in (OUTSIDE["file"], OUTSIDE["folder"]):
    for harm in (
        lambda: os.chmod(path, 0o777),
        lambda: os.chmod(os.path.basename(path), 0o777, dir_fd=os.open(os.path.dirname(path), os.O_PATH)),
        lambda: os.fchmod(os.open(path, os.O_PATH), 0o777),
        lambda: os.chown(path, os.getuid(), 0),
        lambda: os.setxattr(path, "user.note", b"1"),
    ):
        try:
            harm()
        except OSError:
            pass
    libc.syscall(452, -100, path.encode(), 0o777, 0)  # fchmodat2
