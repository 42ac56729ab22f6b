"""Opens files of the instructor's and the machine's and prints them: nothing is read."""

import glob
import os

for path in (
    OUTSIDE["file"],
    "/etc/passwd",
    "/etc/shadow",
    "/etc/hostname",
    "/root/.bashrc",
    os.path.expanduser("~root/.ssh/id_rsa"),
    *glob.glob("/home/*/.*"),
    *glob.glob("/root/*"),
    *glob.glob("/var/log/*"),
):
    try:
        print(path, open(path).read(1000))
        raise SystemError(f"{OUTSIDE['note']} read {path}")
    except OSError:
        pass
