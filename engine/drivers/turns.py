"""Connections, or whatever else is scarce, handed out first come, first served."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from engine.deadlines import Deadlines
from engine.errors import Unavailable

C = TypeVar("C")


class Turns(Generic[C]):
    """The free connections, and the callers who wait for one.

    At most `room` callers wait, each for at most `patience` seconds; the others are refused by the error that `refusal`
    makes, and counted.
    """

    def __init__(self, room: int, patience: float, refusal: Callable[[], Exception] = Unavailable):
        self._room, self._refusal = room, refusal
        self._free: deque[C] = deque()
        self._waiting: deque[asyncio.Future[C]] = deque()
        self._patience: Deadlines[asyncio.Future[C]] = Deadlines(patience, self._refuse)
        self._closed = False
        self.refused = 0

    @property
    def free(self) -> int:
        return len(self._free)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def take(self) -> C:
        """A connection. The taker owes it, or a new one in its place, to `give`."""
        if self._free and not self._closed:
            return self._free.popleft()
        if self._closed or len(self._waiting) >= self._room:
            self.refused += 1
            raise self._refusal()
        turn: asyncio.Future[C] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._patience.begin(turn)
        try:
            return await turn
        except BaseException:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.give(turn.result())  # handed to a caller who had just left
            elif turn in self._waiting:
                self._waiting.remove(turn)
            raise
        finally:
            self._patience.end(turn)

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
            self._refuse(self._waiting.popleft())

    def _refuse(self, turn: asyncio.Future[C]) -> None:
        if not turn.done():
            self.refused += 1
            turn.set_exception(self._refusal())
