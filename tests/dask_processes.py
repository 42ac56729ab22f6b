"""A cluster of Dask on this machine: a scheduler and workers, each a process that can be killed."""

import json
import subprocess
import sys
import time
from pathlib import Path


class Dask:
    """`with Dask(folder) as dask`: nobody is there yet."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()

    def start(self, *arguments):
        with (self.folder / "said").open("a") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        self.processes.append(process)
        return process

    def scheduler(self):
        """Starts one; its address is `address`."""
        file = self.folder / f"scheduler-{len(self.processes)}.json"
        arguments = ["--host=127.0.0.1", "--port=0", "--no-dashboard"]
        process = self.start("scheduler", *arguments, f"--scheduler-file={file}")
        wait_for(file.exists)
        wait_for(lambda: file.read_text().endswith("}"))
        self.address = json.loads(file.read_text())["address"]
        return process

    def worker(self, *more):
        """Starts one, with a thread; `wait_for_workers` until it has come to the scheduler."""
        arguments = ["--host=127.0.0.1", "--nthreads=1", "--no-dashboard", f"--local-directory={self.folder}"]
        return self.start("worker", self.address, *arguments, *more)

    def wait_for_workers(self, count):
        """Until so many have come since the beginning."""
        said = self.folder / "said"
        wait_for(lambda: said.read_text(errors="replace").count("Register worker addr") >= count)


def children(process):
    """The processes that a process started, and theirs."""
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(child)]
    return found


def wait_for(ready):
    deadline = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)
