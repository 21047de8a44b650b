"""A worker: looks for jobs that are due, does some at a time, and finishes what it has in hand when it is stopped."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from jobs.registry import JOBS, Registry
from jobs.running import Clock, Ended, ask_for_dates, run, take, wall_clock
from models.bells import listen
from models.jobs import BELL, Backlog, Claim, LeaseLost, NotYet, backlog, rescue

log = logging.getLogger(__name__)

#: Seconds between looks for work when nobody rings.
ROUND = 3.0
#: Jobs worked on at a time within units of work (on SQLite these take turns) and outside, where one may take long: the short
#: ones do not wait for it.
INSIDE, OUTSIDE = 2, 3
#: Seconds between looks at how much there is to do, for the figures.
LOOK = 10.0


@dataclass
class Tally:
    """What a worker did since it began, by the name of the job, and what was left to do when it looked last."""

    tries: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    backlog: Backlog | None = None

    def count(self, ended: Ended) -> None:
        outcome = ("done" if ended.error is None else "lost" if isinstance(ended.error, LeaseLost) else
                   "early" if isinstance(ended.error, NotYet) else "dead" if ended.dead else "failed")
        self.tries[ended.job.name, outcome] += 1
        self.seconds[ended.job.name] += ended.seconds


class Worker:
    """Any number of them may work on one PostgreSQL database, in any number of processes; one on a SQLite file.

    base_url  where people reach the server, for links in letters
    clock     the present moment, aware
    pause     seconds between looks for work when nobody rings; 3 unless told otherwise
    """

    def __init__(self, base_url: str, *, kinds: Registry = JOBS, clock: Clock = wall_clock, pause: float | None = None):
        self._base_url, self._kinds, self._clock, self._pause = base_url, kinds, clock, pause or ROUND
        self._bell = asyncio.Event()
        self._closed = asyncio.Event()
        self._in_hand: dict[asyncio.Task[Ended], Registry] = {}
        self._lanes = [(Registry({name: kind for name, kind in kinds.items() if kind.outside is outside}), room)
                       for outside, room in ((False, INSIDE), (True, OUTSIDE))]
        self._looked = -LOOK
        self.tally = Tally()
        #: By name, the newest due date that was asked for.
        self._asked: dict[str, dt.datetime] = {}

    async def work(self, patience: float) -> None:
        """Until `close`, and then for `patience` seconds at most, to finish. The rest is left to its leases."""
        looking = asyncio.create_task(self._look_for_jobs(), name="looking for jobs")
        left: set[asyncio.Task[Any]] = {looking}
        try:
            await self._closed.wait()
            async with asyncio.timeout(patience):
                while left := {task for task in (looking, *self._in_hand) if not task.done()}:
                    await asyncio.wait(left)
        except TimeoutError:
            log.warning("Not finished and left to their leases: %s", ", ".join(sorted(task.get_name() for task in left)))
        finally:
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _look_for_jobs(self) -> None:
        with listen(BELL, self._bell.set):
            while not self._closed.is_set():
                self._bell.clear()
                try:
                    await self._round()
                except Exception:
                    log.exception("Jobs could not be looked for; it is tried again in %g s", self._pause)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), self._pause)

    def close(self) -> None:
        """Takes nothing more."""
        self._closed.set()
        self._bell.set()

    async def _round(self) -> None:
        now = self._clock()
        if monotonic() - self._looked >= LOOK:
            self._looked, self.tally.backlog = monotonic(), await backlog(now)
        await self._ask_for_dates(now)
        if await rescue(now):
            log.warning("Jobs whose workers are gone are tried again")
        for lane, room in self._lanes:
            free = room - sum(taken is lane for taken in self._in_hand.values())
            for job in await take(now, free, self._base_url, lane, self._clock):
                self._begin(job, lane, now)

    async def _ask_for_dates(self, now: dt.datetime) -> None:
        for name, kind in self._kinds.items():
            if kind.schedule and self._asked.get(name) != kind.schedule.newest(now):
                self._asked[name] = await ask_for_dates(kind, now)

    def _begin(self, job: Claim, lane: Registry, now: dt.datetime) -> None:
        task = asyncio.create_task(run(job, self._kinds[job.name], now, self._clock), name=f"Job {job.key}")
        self._in_hand[task] = lane
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Ended]) -> None:
        del self._in_hand[task]
        if not task.cancelled():
            self.tally.count(task.result())
        self._bell.set()
