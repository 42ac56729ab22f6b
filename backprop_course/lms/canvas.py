"""Canvas's words: how a download names what was handed in.

Sources: lib/content_zipper.rb (names), app/models/abstract_assignment.rb, `infer_comment_context_from_filename` (files
that are uploaded again). A name is the sortable one in small letters without spaces; the first number is the user's,
the second the file's, and a later file has a greater one.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from backprop_course.lms.handed_in import HandedIn

_FILE = re.compile(r"((?P<name>.*?)_)??(?P<late>LATE_)?(?P<user>\d+)_(?P<file>\d+)_(?P<inner>.+)")
_TEXT = re.compile(r"(?P<name>.*?)_(?P<late>LATE_)?(?P<user>\d+)_(?P<inner>(text|link)\.html)")
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<user>anon_[A-Za-z0-9]+)_(?P<file>\d+)_(?P<inner>.+)")
_AGAIN = re.compile(r"(?P<stem>.*?)(-\d+| ?\(\d+\))(?P<suffix>\.[^.]*)")


def handed_in(path: PurePosixPath) -> HandedIn | None:
    """Whose a file is, by its name; None where Canvas has not named it."""
    for form in (_ANONYMOUS, _FILE, _TEXT):
        if match := form.fullmatch(path.name):
            named = match.groupdict()
            inner = PurePosixPath(named["inner"].lstrip("."))
            prefix = path.name.removesuffix(named["inner"])
            attachment = int(named.get("file") or 0)
            return HandedIn(
                "canvas", named["user"], named.get("name") or "", inner, prefix, attachment, bool(named["late"])
            )
    return None


def first_name_of(name: str) -> str:
    """What a file was called before Canvas, or a browser, counted it: `x-1.ipynb` and `x (1).ipynb` were `x.ipynb`."""
    match = _AGAIN.fullmatch(name)
    return f"{match['stem']}{match['suffix']}" if match else name
