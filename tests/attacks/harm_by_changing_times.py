"""Sets the times of the instructor's files, by which the newer of two is known: they stay as they are."""

import ctypes
import os

for path in (OUTSIDE["file"], OUTSIDE["folder"]):
    for harm in (
        lambda: os.utime(path, (5, 5)),
        lambda: os.utime(path),
        lambda: os.utime(os.path.basename(path), (5, 5), dir_fd=os.open(os.path.dirname(path), os.O_PATH)),
        lambda: ctypes.CDLL(None).utimes(path.encode(), None),
    ):
        try:
            harm()
        except OSError:
            pass
