"""`python -m server …` in a process forked from one that has imported it already, which spares each start two seconds."""

import asyncio
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

WARM = multiprocessing.get_context("forkserver")
#: Whether all reads on PostgreSQL are under row-level security: `make guarded`.
GUARDED = os.environ.get("TENANTRY_TEST_GUARDED") == "true"
WARM.set_forkserver_preload(["server.__main__", "tests.warm", "tests.forked"])


def environment(**settings: str) -> dict[str, str]:
    """That of the run without its own settings, and with these, TENANTRY_… in full."""
    # a statement for a hundred ids of every kind, which no portal sends, has a policy for each of its thousands of look-ups
    guarded = {"TENANTRY_GUARDED_READS": "true", "TENANTRY_STATEMENT_SECONDS": "12"} if GUARDED else {}
    return {name: value for name, value in os.environ.items() if not name.startswith("TENANTRY_")} | guarded | settings


class Forked:
    """The process, with what asyncio's own have: pid, returncode, wait and signals.

    It runs the `commands` of the module `program`, and writes to `output`, errors as well where there is no file for them.
    """

    def __init__(self, arguments: Sequence[str], environment: dict[str, str], output: Path, *, errors: Path | None = None,
                 program: str = "server.__main__"):
        output.unlink(missing_ok=True)
        self._process = WARM.Process(target=run, daemon=True, args=(
            program, list(arguments), environment, str(output), str(errors or output)))
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
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@dataclass(frozen=True)
class Ended:
    """A command that has come to its end."""

    returncode: int
    stdout: str
    stderr: str


async def command(*arguments: str, **settings: str) -> Ended:
    """One command of `python -m server` with these settings, to its end."""
    with tempfile.TemporaryDirectory(prefix="tenantry-command-") as folder:
        told, wrong = Path(folder) / "told", Path(folder) / "wrong"
        process = Forked(arguments, environment(**settings), told, errors=wrong)
        try:
            async with asyncio.timeout(60):
                code = await process.wait()
        finally:
            process.kill()
        return Ended(code, told.read_text(), wrong.read_text())


def run(program: str, arguments: list[str], environment: dict[str, str], output: str, errors: str) -> None:
    """What the new process does: it takes on environment, output and command line, and is the server."""
    os.environ.clear()
    os.environ.update(environment)
    for number, path in ((1, output), (2, errors)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    sys.stdout.reconfigure(write_through=True)
    sys.argv = ["server", *arguments]
    import_module(program).commands()
