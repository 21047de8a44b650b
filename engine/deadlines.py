"""How long each of many may take, watched by one timer for all of them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Deadlines(Generic[T]):
    """Limits of one length in seconds: whoever begins first is due first, and `late` is told of them.

    A timer for each would be started and stopped with every request, and take as long as reading the request does.
    """

    def __init__(self, seconds: float, late: Callable[[T], None]):
        self._seconds, self._late = seconds, late
        self._due: OrderedDict[T, float] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, one: T) -> None:
        loop = asyncio.get_running_loop()
        self._due[one] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._look)

    def end(self, one: T) -> None:
        """Whether or not it was late."""
        self._due.pop(one, None)

    def _look(self) -> None:
        loop, self._timer = asyncio.get_running_loop(), None
        while self._due:
            one, due = next(iter(self._due.items()))
            if due > loop.time():
                self._timer = loop.call_at(due, self._look)
                return
            del self._due[one]
            self._late(one)
