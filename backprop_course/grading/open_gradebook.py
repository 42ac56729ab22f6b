"""nbgrader's gradebook, open: written in whole transactions, and waited for while another program has it locked."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from backprop_course.errors import CourseError
from backprop_course.extras import said
from backprop_course.grading.nbgrader_imports import nbgrader_api

PATIENCE = 60.0
"""Seconds in all for which a gradebook is waited for that another program has locked."""
ONE_TRY = 5.0
"""Seconds of one try: then it is said that it is waited for."""

Found = TypeVar("Found")

_NO_ADDRESS = (
    "The gradebook cannot be opened: its address is not of the form postgresql+psycopg://user:password@host/name or "
    "sqlite:///path, with %40, %3A and %2F for @, : and / in a password."
)


class OpenGradebook:
    """nbgrader's gradebook, open. book: its own `Gradebook`. api: its tables, `nbgrader.api`."""

    def __init__(self, url: str, course_id: str) -> None:
        """Raises CourseError where there is none yet, or it cannot be opened."""
        self._patience = PATIENCE
        self.book: Any = None
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import SQLAlchemyError

        try:
            address = make_url(url)
        except (SQLAlchemyError, ValueError) as error:
            raise CourseError(_NO_ADDRESS) from error
        if "@" in (address.host or ""):  # it may be half of a password, which must not be shown
            raise CourseError(_NO_ADDRESS)
        try:
            file = address.database if address.get_backend_name() == "sqlite" else None
            if file and file != ":memory:" and not Path(file).exists():
                raise CourseError(f"There is no gradebook {file}; `nbgrader generate_assignment` makes one.")
            if address.get_backend_name() == "sqlite" and "timeout" not in address.query:
                url = address.update_query_dict({"timeout": str(ONE_TRY)}).render_as_string(hide_password=False)
            with said("postgresql" if address.get_backend_name() == "postgresql" else "course"):
                self.api = nbgrader_api()
                self.book = self.patiently(lambda: self.api.Gradebook(url, course_id))
        except SQLAlchemyError as error:
            raise CourseError(f"The gradebook cannot be opened: {_first_line(error)}") from error

    def written(self, write: Callable[[], Found], tries: int = 2) -> Found:
        """What `write` returns, its transaction committed. It is called again where another grader was faster.

        Two who grade different assignments at the same time both make the same student, say.
        """
        from sqlalchemy.exc import IntegrityError

        def committed() -> Found:
            written = write()
            self.book.db.commit()
            return written

        try:
            return self.patiently(committed)
        except Exception as error:
            self.book.db.rollback()
            if tries > 1 and isinstance(error, IntegrityError):
                return self.written(write, tries - 1)
            raise CourseError(f"the gradebook could not be written: {_first_line(error)}") from error

    def wait_in_queries(self) -> None:
        """Has SQLite itself wait for a locked gradebook in queries from now on; PostgreSQL always does."""
        self.patiently(lambda: wait_in_queries(self.book))

    def patiently(self, act: Callable[[], Found]) -> Found:
        """What `act` returns, which is called again while another program has the gradebook locked."""
        while True:
            started = time.monotonic()
            try:
                found = act()
            except Exception as error:
                if "database is locked" not in str(error) or self._patience <= 0:
                    raise
                if self.book:
                    self.book.db.rollback()
                if self._patience == PATIENCE:
                    print(
                        "The gradebook is locked by another program; waiting for it, a minute at most.", file=sys.stderr
                    )
                time.sleep(0.2)
                self._patience -= time.monotonic() - started
            else:
                self._patience = PATIENCE
                return found


def wait_in_queries(book: Any) -> None:
    """Has nbgrader's own gradebook wait a minute for a locked one: by itself it waits SQLite's 5 seconds."""
    if book.db.get_bind().dialect.name == "sqlite":
        from sqlalchemy import text

        book.db.execute(text(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}"))


def have_nbgrader_wait() -> None:
    """Has every gradebook that is opened in this process from now on wait a minute where it is locked.

    By itself SQLite waits 5 seconds. An address that says how long (`…?timeout=10`) is taken at its word.
    """
    with suppress(ImportError):  # the configuration can be read without nbgrader
        from sqlalchemy import Engine, event

        if not event.contains(Engine, "do_connect", _wait):
            event.listen(Engine, "do_connect", _wait)


def _wait(dialect: Any, _record: object, _arguments: object, options: dict[str, Any]) -> None:
    if dialect.name == "sqlite":
        options.setdefault("timeout", PATIENCE)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0] or type(error).__name__
