"""What each person may spend in each tenant: a leaky bucket in memory, shared with the other processes once a second."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from math import ceil
from time import monotonic
from typing import NamedTuple

from engine.cost import Estimate, Share
from engine.documents import Latest
from engine.errors import EngineError
from models.spending import settle_up
from models.viewers import Viewer

log = logging.getLogger(__name__)

#: Seconds between two times that a process tells what it charged.
ROUND = 1.0
#: Seconds that the database gets for it.
PATIENCE = 5.0
#: Buckets that are kept; the least recently used goes first, and is known again a round after it is needed.
REMEMBERED = 50_000
#: How many of the dearest fields a refusal names.
NAMED = 3

#: Whose bucket: the person, or the API key, and the tenant in which they act.
Who = tuple[int | None, int | None, int]
SettleUp = Callable[[dict[str, float], float], Awaitable[dict[str, float]]]


class TooExpensive(EngineError):
    """The operation costs more than any may."""

    code = "QUERY_TOO_EXPENSIVE"

    def __init__(self, estimate: Estimate, maximum: int, shares: Sequence[Share]):
        most = [f"{share.path} {share.points:,}" for share in shares[:NAMED]]
        super().__init__(f"The operation costs {estimate.points:,} points; the most is {maximum:,}. Of them cost "
                         f"{', '.join(most)}. Ask for fewer rows there by `first`, or for less in each row, or split it.")
        self.more = {"dearest": [share._asdict() for share in shares[:NAMED]]}
        self.cost = Charge(*estimate, maximum).json


class RateLimited(EngineError):
    """Somebody has spent what they may for now; there is enough for this operation in `retry_after` seconds."""

    code = "RATE_LIMITED"

    def __init__(self, charge: Charge, retry_after: float):
        self.retry_after = max(1, ceil(retry_after))
        super().__init__(f"The operation costs {charge.requested:,} points, and of your {charge.limit:,} you have "
                         f"{charge.remaining:,} left; {charge.restore_rate:g} come back each second. Nothing was done. Ask again "
                         f"in {self.retry_after} s.")
        self.more = {"retryAfter": self.retry_after}
        self.cost = charge.json


class Charge(NamedTuple):
    """What one operation cost, and what is left of the allowance that it was charged to; nobody who is not signed in has
    one."""

    requested: int
    nodes: int
    maximum: int
    limit: int | None = None
    remaining: int = 0
    restore_rate: float = 0.0

    @property
    def json(self) -> bytes:
        """A member of an answer's `extensions`."""
        if self.limit is None:
            return b'"cost":{"requested":%d,"nodes":%d,"maximum":%d}' % self[:3]
        return b'"cost":{"requested":%d,"nodes":%d,"maximum":%d,"limit":%d,"remaining":%d,"restoreRate":%a}' % (
            self.requested, self.nodes, self.maximum, self.limit, self.remaining, self.restore_rate)

    @property
    def time_to_restore(self) -> dt.timedelta:
        """Until all of it has come back, if nothing more is spent."""
        return dt.timedelta(seconds=0 if self.limit is None else (self.limit - self.remaining) / self.restore_rate)


class Bucket:
    """How full it is was told at a moment; since then it leaks. `untold` is what the other processes do not know of."""

    __slots__ = ("at", "level", "untold")

    def __init__(self, at: float):
        self.level, self.at, self.untold = 0.0, at, 0.0


class Rates:
    """The allowances of everybody, as this process knows them.

    Each round it adds what it charged to the level that the database has, and learns what the others added. So what they
    charge beyond a limit is bounded (decision 27), and none of it is forgotten. Where the database does not answer, each
    process goes on by what it knows.
    """

    def __init__(self, maximum: int, limit: int, restore_rate: float, *, clock: Callable[[], float] = monotonic,
                 settle: SettleUp = settle_up):
        self.maximum, self.limit, self.restore_rate = maximum, limit, restore_rate
        self._clock, self._settle = clock, settle
        self._buckets: Latest[Who, Bucket] = Latest(REMEMBERED)
        self._untold: dict[Who, Bucket] = {}
        self._spent, self._closing = asyncio.Event(), asyncio.Event()
        #: Points charged, operations refused, and rounds in which the database could not be told, since the start.
        self.points = self.refused = self.failed = 0

    def charge(self, viewer: Viewer, estimate: Estimate) -> Charge:
        """Takes an operation's points from the viewer's allowance. Raises RateLimited, and then takes nothing."""
        points = estimate.points
        if viewer.current is None:
            return Charge(points, estimate.nodes, self.maximum)
        who, now = (viewer.user_id, viewer.key_id, viewer.current.tenant_id), self._clock()
        bucket = self._buckets.get(who)
        if bucket is None:
            bucket = self._buckets.put(who, self._untold.get(who) or Bucket(now))
        bucket.level = max(0.0, bucket.level - (now - bucket.at) * self.restore_rate)
        bucket.at = now
        over = bucket.level + points - self.limit
        if points and over > 0:
            self.refused += 1
            raise RateLimited(self._told(estimate, bucket), over / self.restore_rate)
        if points:
            self.points += points
            bucket.level += points
            bucket.untold += points
            self._untold[who] = bucket
            self._spent.set()
        return self._told(estimate, bucket)

    def _told(self, estimate: Estimate, bucket: Bucket) -> Charge:
        return Charge(estimate.points, estimate.nodes, self.maximum, self.limit, max(0, int(self.limit - bucket.level)),
                      self.restore_rate)

    async def run(self) -> None:
        """Rounds, where there is anything to tell, and one at the end."""
        while not self._closing.is_set():
            await self._spent.wait()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), ROUND)
            await self.round()

    def close(self) -> None:
        self._closing.set()
        self._spent.set()

    async def round(self) -> None:
        """Tells what was charged since the last one, and learns what the others did, in one statement."""
        telling, self._untold = self._untold, {}
        self._spent.clear()
        told = {who: min(bucket.untold, self._level(bucket)) for who, bucket in telling.items()}
        for bucket in telling.values():
            bucket.untold = 0.0
        try:
            async with asyncio.timeout(PATIENCE):
                levels = await self._settle({_name(who): points for who, points in told.items()}, self.restore_rate) \
                    if told else {}
        except Exception as error:
            self.failed += 1
            log.warning("What was charged could not be told to the other processes (%s); it is tried again",
                        type(error).__name__)
            for who, bucket in telling.items():
                bucket.untold += told[who]
                self._untold[who] = bucket
            self._spent.set()
            return
        now = self._clock()
        for who, bucket in telling.items():
            if (level := levels.get(_name(who))) is not None:
                bucket.level, bucket.at = level + bucket.untold, now

    def _level(self, bucket: Bucket) -> float:
        return max(0.0, bucket.level - (self._clock() - bucket.at) * self.restore_rate)


@asynccontextmanager
async def shared(rates: Rates) -> AsyncIterator[None]:
    """Rounds go on meanwhile; at the end what is untold is told."""
    rounds = asyncio.create_task(rates.run(), name="rates")
    try:
        yield
    finally:
        rates.close()
        await rounds


def _name(who: Who) -> str:
    user_id, key_id, tenant_id = who
    return f"{f'usr_{user_id}' if user_id else f'key_{key_id}'}/{tenant_id}"
