"""What a candidate has put into its scratch folder, where no file system of its own bounds that (Docker, macOS)."""

from __future__ import annotations

import os
import stat

from backprop_course.sandbox.between.task import SCRATCH_FILES


def excess(folder: str, most: int) -> str:
    """Why a scratch folder holds too much, or "". most: bytes of all files together.

    What has been deleted and is still open does not show: the limits of a file's size and of open files bound that.
    """
    left, files, waiting = most, SCRATCH_FILES, [folder]
    while waiting:
        path = waiting.pop()
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    found = entry.stat(follow_symlinks=False)
                    files -= 1
                    if stat.S_ISDIR(found.st_mode):
                        waiting.append(entry.path)
                    else:
                        left -= 512 * found.st_blocks
                    if left < 0:
                        return f"it wrote more than {most / 2**20:.3g} MB into its scratch folder"
                    if files < 0:
                        return f"it made more than {SCRATCH_FILES} files in its scratch folder"
        except (FileNotFoundError, NotADirectoryError):
            continue  # it has just been removed
        except OSError as error:  # too deep, or closed: nobody can look
            return f"its scratch folder cannot be looked through ({error.strerror})"
    return ""
