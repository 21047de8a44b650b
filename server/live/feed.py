"""The feed: every event of the database, once, soon after its commit, to all who listen in this process."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic

from engine.drivers import Database
from engine.errors import EngineError
from models.events import Happened, Topic
from resolvers.live import REFERENCE

log = logging.getLogger(__name__)

#: Events that one listener may still have to hear. With more it is told LAGGING.
ROOM = 100
#: And so many of which it is not known yet whether they are within its reach.
UNSURE = 2_000
BATCH = 500
#: Seconds for which a number that was passed over may still turn up: longer than any transaction lasts.
HORIZON = 60.0
#: Seconds between two looks, should no bell ring: while a number was passed over in the last second, while one is still
#: remembered, and otherwise.
SOON, LATER, SELDOM = 0.05, 0.5, 2.0
#: Seconds after a look that failed.
REST = 1.0

EVENTS = f"""select {', '.join(f"e.{name}" for name in Happened._fields[:-3])},
  (select t.path from tenant t where t.id = coalesce(n.tenant_id, e.tenant_id)), coalesce(n.kind, e.kind), n.for_admins
  from event e left join notification n
    on n.id = case when e.topic = '{Topic.NOTIFICATION.name}' then cast(substr(e.about, 5) as bigint) end"""
NEXT = {
    "postgres": f"{EVENTS} where e.id > $1 or e.id = any($2::bigint[]) order by e.id limit {BATCH}",
    # one writer at a time: numbers and commits have the same order
    "sqlite": f"{EVENTS} where e.id > ?1 order by e.id limit {BATCH}",
}
RECENT = f"select id from event order by id desc limit {BATCH}"


class Lagging(EngineError):
    """The client does not keep up with its events, and was told the ones before."""

    code = "LAGGING"
    message = ("Events came faster than they were taken, and those after `last` were left out. Read what you show anew, "
               "and subscribe again; ask for fewer customers, kinds or fields if it happens often.")

    def __init__(self, last: Happened | None):
        super().__init__()
        self.more = {"last": f"{REFERENCE}_{last.reference}" if last else None}


Wants = Callable[[Happened], bool]


class Listener:
    """What one subscription has still to hear."""

    def __init__(self, wants: Wants, unsettles: Wants = lambda _: False, reaches: Wants | None = None):
        self.wants, self._unsettles, self._reaches = wants, unsettles, reaches or (lambda _: True)
        #: Reasons to find out what is within reach, that have not been heard yet; the first is that it has just begun.
        self._unsure = 0 if reaches is None else 1
        self._waiting: deque[Happened] = deque()
        #: What its subscriber was told of last: not merely read, for there may have been nothing to be seen of it.
        self.last: Happened | None = None
        self._bell = asyncio.Event()
        self.lagging = self.closed = False

    def put(self, event: Happened) -> None:
        """What is out of reach takes no room, where it would show how much of it there is."""
        self._unsure += self._unsettles(event)
        if not self._unsure and not self._reaches(event):
            return
        if len(self._waiting) >= (UNSURE if self._unsure else ROOM):
            self.lagging = True
        elif not self.lagging:
            self._waiting.append(event)
        self._bell.set()

    def sure(self) -> None:
        """A reason to find out anew what is within reach has been heard, and it is known."""
        self._unsure = max(0, self._unsure - 1)
        if not self._unsure:
            within = [event for event in self._waiting if self._reaches(event)]
            self._waiting, self.lagging = deque(within[:ROOM]), self.lagging or len(within) > ROOM

    def close(self) -> None:
        """Nothing more is to be heard."""
        self.closed = True
        self._bell.set()

    async def next(self, patience: float) -> Happened | None:
        """The next event; None after so many seconds without one, or when closed. Raises Lagging."""
        if not self._waiting and not self.lagging and not self.closed:
            self._bell.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._bell.wait()
        if self.closed:
            return None
        if self._waiting:
            return self._waiting.popleft()
        if self.lagging:
            raise Lagging(self.last)
        return None


class Feed:
    """Reads the event table of one database. `run` it for as long as somebody may listen."""

    def __init__(self, database: Database, horizon: float = HORIZON):
        self._database, self._horizon = database, horizon
        self._next = NEXT[database.dialect_name]
        self._last: int | None = None
        #: Numbers that were passed over, and since when: of transactions that are still open, or were undone.
        self.passed_over: dict[int, float] = {}
        self._listeners: set[Listener] = set()
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """Something was committed."""
        self._bell.set()

    @contextmanager
    def listening(self, wants: Wants, *more: Wants) -> Iterator[Listener]:
        """Events from now on, as far as they are wanted."""
        listener = Listener(wants, *more)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def run(self) -> None:
        """Reads until it is cancelled, whatever becomes of the database meanwhile."""
        while True:
            try:
                more = await self.read()
            except Exception:
                log.warning("The feed of events could not be read and is tried again in %g s", REST, exc_info=True)
                await asyncio.sleep(REST)
                continue
            if not more:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._pause()):
                        await self._bell.wait()

    async def read(self) -> bool:
        """Hands on what is new; whether there may be more. The first time it only finds out where the table ends."""
        self._bell.clear()
        if self._last is None:
            await self._begin()
        assert self._last is not None
        given = [self._last] if self._database.dialect_name == "sqlite" else [self._last, list(self.passed_over)]
        rows = await self._database.rows(self._next, given)
        now = monotonic()
        for row in rows:
            event = Happened._make(row)
            if event.id <= self._last:
                self.passed_over.pop(event.id, None)  # its commit was late
            else:
                self.passed_over.update((passed, now) for passed in range(max(self._last + 1, event.id - BATCH), event.id))
                self._last = event.id
            self._hand_on(event)
        self.passed_over = {number: since for number, since in self.passed_over.items() if now - since < self._horizon}
        return len(rows) == BATCH

    async def _begin(self) -> None:
        numbers = [number for number, in await self._database.rows(RECENT, [])]
        last, now = max(numbers, default=0), monotonic()
        self.passed_over = dict.fromkeys(set(range(min(numbers, default=0), last)) - set(numbers), now)
        self._last = last

    def _hand_on(self, event: Happened) -> None:
        for listener in [each for each in self._listeners if each.wants(event)]:
            listener.put(event)
            if listener.lagging:
                self._listeners.discard(listener)

    def _pause(self) -> float:
        newest = max(self.passed_over.values(), default=None)
        if newest is None:
            return SELDOM
        return SOON if monotonic() - newest < 1 else LATER
