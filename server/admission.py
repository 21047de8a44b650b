"""How many requests are worked on at a time, how many wait for that, and for how long; the others are told at once."""

from __future__ import annotations

import asyncio
from functools import partial

from engine.drivers.turns import Turns
from engine.errors import EngineError
from server.settings import Settings

#: Seconds in which a connection that was refused is not listened to.
REST = 1.0


class Overloaded(EngineError):
    """Too many wait already, or this one has waited for too long. Those who wait now are through in `retry_after` seconds."""

    code = "OVERLOADED"
    message = "The server has more to do than it can, and did nothing of this. Ask again after the seconds in Retry-After."

    def __init__(self, retry_after: float, message: str | None = None):
        super().__init__(message)
        self.retry_after = retry_after


class Admission:
    """Two lanes, each first come, first served: signing in takes long on purpose, and must not keep those who read waiting."""

    def __init__(self, settings: Settings):
        self.size = {"read": settings.reads_under_way, "change": settings.changes_under_way}
        self.lanes = {kind: _lane(size, settings) for kind, size in self.size.items()}
        self._reads, self._changes = self.lanes["read"], self.lanes["change"]

    def lane(self, document: str) -> Turns[None]:
        """Where a document has to take its turn, told from its text alone: no change can be asked for without the word."""
        return self._changes if "mutation" in document else self._reads


def _lane(under_way: int, settings: Settings) -> Turns[None]:
    lane: Turns[None] = Turns(settings.requests_waiting, settings.waiting_seconds,
                              partial(Overloaded, settings.waiting_seconds))
    for _ in range(under_way):
        lane.give(None)
    return lane


def rest(connection: asyncio.Transport | None) -> None:
    """Who asks again at once, against Retry-After, is heard a little later: to refuse the same people over and over takes
    the time of those who were let in, two thirds of it as measured."""
    if connection is not None and connection.is_reading():
        connection.pause_reading()
        asyncio.get_running_loop().call_later(REST, _listen, connection)


def _listen(connection: asyncio.Transport) -> None:
    if not connection.is_closing() and not connection.is_reading():
        connection.resume_reading()
