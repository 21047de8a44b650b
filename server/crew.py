"""Several processes that answer at one port: started together, replaced when one dies or hangs, stopped together."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from contextlib import suppress
from time import monotonic

from server.app import stop_signal, welcome
from server.opening import CannotServe, address, bound, connected
from server.settings import Settings

log = logging.getLogger(__name__)

#: Seconds before a worker that died is replaced: the first when it dies for the first time, doubled each further time.
SOONEST, LATEST = 0.1, 10.0
#: Seconds after which a worker counts as having worked.
STEADY = 60.0
#: Seconds beyond the setting for the end of what is under way, after which a worker is killed.
GRACE = 5.0
#: Longest line in which a worker tells its figures.
LINE = 1 << 20


async def serve_together(settings: Settings, size: int) -> None:
    """Serve by `size` processes until SIGTERM or SIGINT. Prints "Listening on …" once all of them answer.

    Raises CannotServe on SQLite, whose file belongs to one process, and where a worker does not start.
    """
    if not settings.on_postgres:
        raise CannotServe("Several workers need PostgreSQL, since a SQLite file belongs to one process: set "
                          "TENANTRY_DATABASE_URL to a postgres:// address, or leave --workers out.")
    stop = stop_signal()
    with bound(settings) as door:
        async with connected(settings):
            await welcome(settings, settings.base_url or address(door))
        await Crew(size, door, settings.shutdown_seconds + GRACE).serve(stop)


class Crew:
    """The workers, in numbered places. They share the one socket, so that none of its connections dies with one of them."""

    def __init__(self, size: int, door: socket.socket, patience: float):
        self._size, self._door, self._patience = size, door, patience
        self._processes: dict[int, asyncio.subprocess.Process] = {}
        self._lines: dict[int, asyncio.StreamWriter] = {}
        self._answering: set[int] = set()
        self._all_answer = asyncio.Event()
        self._stop = asyncio.Event()

    async def serve(self, stop: asyncio.Event) -> None:
        """Until `stop`. Raises CannotServe where a worker ends before all have once answered."""
        self._stop = stop
        places = [asyncio.create_task(self._filled(number)) for number in range(1, self._size + 1)]
        told = asyncio.create_task(self._tell())
        try:
            await asyncio.wait([*places, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.set()
            self._door.close()  # nobody new is let in by those who are still at work
            for process in self._processes.values():
                process.terminate()
            _, late = await asyncio.wait(places, timeout=self._patience)
            for number in list(self._processes) if late else ():
                log.error("Worker %d did not stop in time and is killed", number)
                self._processes[number].kill()
            told.cancel()
            ends = await asyncio.gather(*places, return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    async def _tell(self) -> None:
        await self._all_answer.wait()
        print(f"Listening on {address(self._door)}", flush=True)

    async def _filled(self, number: int) -> None:
        """One worker after another, until the end."""
        pause = SOONEST
        while not self._stop.is_set():
            begun = monotonic()
            code = await self._worked(number)
            if self._stop.is_set():
                return
            if not self._all_answer.is_set():
                raise CannotServe(f"Worker {number} ended with {code} before it answered; what it wrote says why.")
            pause = SOONEST if monotonic() - begun > STEADY else pause
            log.error("Worker %d ended with %d and is replaced in %g s", number, code, pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)
            pause = min(pause * 2, LATEST)

    async def _worked(self, number: int) -> int:
        """One worker from its start to its end; how it ended."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "server", "worker", str(number), str(self._door.fileno()), str(theirs.fileno()),
                pass_fds=(self._door.fileno(), theirs.fileno()))
        self._processes[number] = process
        reader, self._lines[number] = await asyncio.open_unix_connection(sock=ours, limit=LINE)
        if self._stop.is_set():
            process.terminate()
        try:
            await self._relay(number, reader)
            return await process.wait()
        finally:
            self._answering.discard(number)
            self._lines.pop(number).close()
            del self._processes[number]
            self._pass_on(number, b"null\n")

    async def _relay(self, number: int, reader: asyncio.StreamReader) -> None:
        """Passes on what a worker tells of its figures. The first time, it has begun to answer."""
        with suppress(ConnectionError):
            while line := await self._line(number, reader):
                self._answering.add(number)
                if len(self._answering) == self._size:
                    self._all_answer.set()
                self._pass_on(number, line)

    async def _line(self, number: int, reader: asyncio.StreamReader) -> bytes:
        """What a worker says next, which it does every second; nothing at its end. One that has said something and then is silent
        for longer than even its end may take hangs, and clients wait for it: it is killed."""
        try:
            async with asyncio.timeout(self._patience if number in self._answering else None):
                return await reader.readline()
        except TimeoutError:
            log.error("Worker %d has said nothing for %g s and is killed", number, self._patience)
            self._processes[number].kill()
            return b""

    def _pass_on(self, number: int, figures: bytes) -> None:
        for other, writer in self._lines.items():
            if other != number and not writer.is_closing():
                writer.write(b"%d %b" % (number, figures))
