"""Connections handed out first come, first served."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

from engine.errors import Unavailable

C = TypeVar("C")


class Turns(Generic[C]):
    """The free connections, and the callers who wait for one.

    At most `room` callers wait, each for at most `patience` seconds; the others are told UNAVAILABLE.
    """

    def __init__(self, room: int, patience: float):
        self._room, self._patience = room, patience
        self._free: deque[C] = deque()
        self._waiting: deque[asyncio.Future[C]] = deque()
        self._closed = False

    @property
    def free(self) -> int:
        return len(self._free)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def take(self) -> C:
        """A connection. The taker owes it, or a new one in its place, to `give`."""
        if self._closed:
            raise Unavailable
        if self._free:
            return self._free.popleft()
        if len(self._waiting) >= self._room:
            raise Unavailable
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[C] = loop.create_future()
        self._waiting.append(turn)
        timer = loop.call_later(self._patience, _refuse, turn)
        try:
            return await turn
        except BaseException:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.give(turn.result())  # handed to a caller who had just left
            elif turn in self._waiting:
                self._waiting.remove(turn)
            raise
        finally:
            timer.cancel()

    def give(self, connection: C) -> None:
        """Hand a connection to whoever has waited longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        self._free.append(connection)

    def close(self) -> None:
        """Refuse those who wait and those who come; what is out may still be given back."""
        self._closed = True
        self._free.clear()
        while self._waiting:
            _refuse(self._waiting.popleft())


def _refuse(turn: asyncio.Future[C]) -> None:
    if not turn.done():
        turn.set_exception(Unavailable())
