"""Downloads as learning platforms make them: Moodle's zip and grading worksheet, Canvas's zip."""

import csv
import io
import zipfile
from datetime import datetime, timedelta

WORKSHEET = (
    "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade", "Grade can be changed",
    "Last modified (submission)", "Last modified (grade)", "Feedback comments",
)  # fmt: skip
AT = datetime(2026, 11, 19, 8)

ROSTER = """\
id,first_name,last_name,email,lms_user_id
ada,Ada,Lovelace,ada@example.org,101
emmy,Emmy,Noether,emmy@example.org,102
jose,José,Läst Fürst,jose@example.org,103
sam1,Sam,Smith,sam1@example.org,104
sam2,Sam,Smith,sam2@example.org,105
"""
"""A class whose downloads these are."""


def zipped(path, files, when=AT, step=timedelta(0)):
    """A zip with these contents by name; each a `step` later than the one before."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, when.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
            when += step
    return path


def moodle_name(name, number, file, folders=True):
    """As `mod_assign\\downloader` names it."""
    return f"{name}_{number}_assignsubmission_file{'/' if folders else '_'}{file}"


def canvas_name(sortable, user, attachment, file, late=False):
    """As `ContentZipper` names it."""
    name = "".join(letter for letter in sortable.lower() if letter.isalnum() or letter == "_")
    return "_".join([*([name] if name else []), *(["LATE"] if late else []), str(user), str(attachment), file])


def worksheet(path, people, maximum=20, when="Thursday, 19 November 2026, 8:05 AM"):
    """people: number, full name and e-mail of each."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(WORKSHEET)
    for number, name, email in people:
        table.writerow(
            [f"Participant {number}", name, email, "Submitted for grading", "", f"{maximum:.2f}", "Yes", when, "-", ""]
        )
    path.write_text(out.getvalue(), encoding="utf-8-sig")
    return path
