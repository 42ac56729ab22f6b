"""A gradebook as plain rows that can be compared: names instead of ids, and no times but those of the students."""

import sqlite3
from contextlib import closing

LABELS = {  # what a row is called, wherever its id stands
    "assignment": "SELECT id, name FROM assignment",
    "notebook": "SELECT n.id, a.name || '/' || n.name FROM notebook n JOIN assignment a ON a.id = n.assignment_id",
    "base_cell": "SELECT id, type || ' ' || name || ' of ' || notebook_id FROM base_cell",
    "submitted_assignment": "SELECT id, student_id || ' ' || assignment_id FROM submitted_assignment",
    "submitted_notebook": "SELECT id, assignment_id || ' ' || notebook_id FROM submitted_notebook",
    "others": "SELECT id, '' FROM source_cell UNION SELECT id, '' FROM grade UNION SELECT id, '' FROM comment",
}


def tables(path):
    """Every table's rows, sorted."""
    with closing(sqlite3.connect(path)) as db:
        labels = {}
        for query in LABELS.values():
            for id, label in db.execute(query).fetchall():
                labels[id] = " ".join(labels.get(part, part) for part in label.split(" "))
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(_row(row, labels) for row in db.execute(f"SELECT * FROM {name}")) for name in names}


def _row(row, labels):
    return tuple(repr(labels.get(value, value)) for value in row)
