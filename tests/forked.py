"""`python -m server …` in a process forked from one that has imported it already, which spares each start a second."""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

WARM = multiprocessing.get_context("forkserver")
WARM.set_forkserver_preload(["server.__main__", "tests.forked"])


class Forked:
    """The process, with what asyncio's own have: pid, returncode, wait and signals."""

    def __init__(self, arguments: Sequence[str], environment: dict[str, str], output: Path):
        self._process = WARM.Process(target=run, args=(list(arguments), environment, str(output)), daemon=True)
        self._process.start()
        self.pid: int = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    async def wait(self) -> int:
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def run(arguments: list[str], environment: dict[str, str], output: str) -> None:
    """What the new process does: it takes on environment, output and command line, and is the server."""
    from server.__main__ import commands  # noqa: PLC0415 - in the process that forks, not in the one that tests

    os.environ.clear()
    os.environ.update(environment)
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number in (1, 2):
        os.dup2(written, number)
    sys.stdout.reconfigure(write_through=True)
    sys.argv = ["server", *arguments]
    commands()
