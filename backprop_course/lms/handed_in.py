"""What a path in a download says: which platform made it, whose the file is, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class HandedIn:
    """A file that somebody handed in.

    lms: "moodle", "canvas" or "folder". number: the platform's for the person. name: the person's, as it is written
    there. inner: the file's path without what the platform put before it; prefix: what it put there, which a feedback
    file has to have, too. attachment: the file's own number, the greater the newer, or 0. late: whether it says so.
    """

    lms: str
    number: str
    name: str
    inner: PurePosixPath
    prefix: str = ""
    attachment: int = 0
    late: bool = False

    @property
    def who(self) -> tuple[str, str]:
        """What tells one person from another in a download."""
        return (self.number, "") if self.number else ("", self.name)
