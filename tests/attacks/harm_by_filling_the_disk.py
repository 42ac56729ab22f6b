"""Writes files until no more can be written, many and large ones: the cell fails, the disk stays free."""

import os
import shutil

ENDED = "it wrote more than 1 MB into its scratch folder"

written = 0
try:
    for number in range(10_000):
        with open(f"file{number}", "wb") as file:
            written += file.write(bytes(2**18))
except OSError:
    pass
assert written <= 2**21, written
try:
    os.posix_fallocate(os.open("sparse", os.O_CREAT | os.O_RDWR), 0, 10**12)
    raise SystemError("a large file")
except OSError:
    pass
try:
    for number in range(100_000):
        os.mkdir(f"folder{number}")
    raise SystemError("folders without end")
except OSError:
    pass
for place in ("/tmp", "/dev/shm", "/var/tmp"):
    assert not os.access(place, os.F_OK) or shutil.disk_usage(place).free >= 0
