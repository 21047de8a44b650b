"""One of several processes that answer at one port, and what it knows of the others."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson

from server.app import answering, stop_signal
from server.crew import LINE
from server.metrics import Metrics, Samples, text_of
from server.opening import connected
from server.settings import Settings

#: Seconds between two looks at what a worker has counted.
ROUND = 1.0


async def work_along(settings: Settings, number: int, door: socket.socket, leash: socket.socket) -> None:
    """Serve at an open socket until SIGTERM, SIGINT, or the end of the process at the other end of the leash."""
    stop = stop_signal()
    async with connected(settings, upgrade=False), answering(settings, door) as site, held(leash, stop) as others:
        others.number, site.told = number, lambda: others.text(site.metrics)
        while not stop.is_set():
            others.tell(site.metrics)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), ROUND)


class Others:
    """The figures of the other workers, as each told them last, a second ago at most."""

    number = 0

    def __init__(self, writer: asyncio.StreamWriter):
        self._writer = writer
        self._figures: dict[int, Samples] = {}

    def tell(self, metrics: Metrics) -> None:
        self._writer.write(orjson.dumps(metrics.samples()) + b"\n")

    def hear(self, line: bytes) -> None:
        number, _, figures = line.partition(b" ")
        found: Any = orjson.loads(figures)
        if found is None:
            self._figures.pop(int(number), None)
        else:
            self._figures[int(number)] = found

    def text(self, metrics: Metrics) -> bytes:
        """The figures of all, each labelled with its worker's number."""
        return text_of({**self._figures, self.number: metrics.samples()})


@asynccontextmanager
async def held(leash: socket.socket, stop: asyncio.Event) -> AsyncIterator[Others]:
    """Hears of the others meanwhile, and sets `stop` when the leash is let go."""
    reader, writer = await asyncio.open_unix_connection(sock=leash, limit=LINE)
    others = Others(writer)

    async def listen() -> None:
        with suppress(ConnectionError):
            async for line in reader:
                others.hear(line)
        stop.set()
    listening = asyncio.create_task(listen())
    try:
        yield others
    finally:
        listening.cancel()
        writer.close()
