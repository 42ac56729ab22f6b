"""A real PostgreSQL server of one's own, from Debian's package: nothing but a socket in a folder leads to it."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=Path("initdb")).parent
PASSWORD = "not/to:be@printed"


def is_installed():
    """Whether there is a server to start."""
    return (PROGRAMS / "initdb").exists()


class Server:
    """`with Server() as server`; one database more for each `url(name)`."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
        self.user = None
        if os.geteuid() == 0:  # which PostgreSQL refuses
            self.user = "nobody"
            shutil.chown(self.folder, self.user)

    def __enter__(self):
        (self.folder / "password").write_text(PASSWORD)
        (self.folder / "password").chmod(0o644)
        who = ["--username=teacher", f"--pwfile={self.folder}/password", "--auth=scram-sha-256"]
        self._start("initdb", *who, "--no-locale", "--encoding=UTF8", "--no-sync").communicate()
        settings = ("listen_addresses=", f"unix_socket_directories={self.folder}", "fsync=off", "shared_buffers=8MB")
        self._process = self._start("postgres", *(f"-c{setting}" for setting in settings))
        self._run("SELECT 1", tries=600)
        return self

    def __exit__(self, *exception):
        self._process.send_signal(signal.SIGINT)  # which ends those who are connected
        self._process.communicate()
        shutil.rmtree(self.folder)

    def url(self, database, password="not%2Fto%3Abe%40printed"):
        """The address of a database, as nbgrader and SQLAlchemy take it."""
        return f"postgresql+psycopg://teacher:{password}@/{database}?host={self.folder}"

    def create(self, database):
        """Makes a database; its address."""
        self._run(f"CREATE DATABASE {database}")
        return self.url(database)

    def _start(self, program, *arguments):
        return subprocess.Popen(
            [PROGRAMS / program, "-D", self.folder / "data", *arguments],
            cwd=self.folder,
            user=self.user,
            extra_groups=None if self.user is None else [],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _run(self, command, tries=1):
        import psycopg

        while True:
            try:
                with psycopg.connect(
                    host=str(self.folder), user="teacher", password=PASSWORD, dbname="postgres", autocommit=True
                ) as database:
                    database.execute(command)
                return
            except psycopg.OperationalError:
                tries -= 1
                if not tries:
                    raise
                time.sleep(0.05)
