"""A worker: looks for jobs that are due, does some at a time, and finishes what it has in hand when it is stopped."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

from jobs.registry import JOBS, Registry
from jobs.running import Clock, Ended, ask_for_dates, run, take, wall_clock
from models.bells import listen
from models.jobs import BELL, Backlog, Claim, LeaseLost, backlog, rescue

log = logging.getLogger(__name__)

#: Seconds between looks for work when nobody rings.
ROUND = 3.0
#: Jobs worked on at a time. Those within a unit of work take turns on SQLite.
AT_ONCE = 4
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
                   "dead" if ended.dead else "failed")
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
        self._open = True
        self._in_hand: set[asyncio.Task[Ended]] = set()
        self._looked = -LOOK
        self.tally = Tally()
        #: By name, the newest due date that was asked for.
        self._asked: dict[str, dt.datetime] = {}

    async def work(self, patience: float) -> None:
        """Until `close`, and then for `patience` seconds at most, to finish. The rest is left to its leases."""
        with listen(BELL, self._bell.set):
            while self._open:
                self._bell.clear()
                try:
                    await self._round()
                except Exception:
                    log.exception("Jobs could not be looked for; it is tried again in %g s", self._pause)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), self._pause)
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=patience)
            for task in late:
                log.warning("%s is not finished and is left to its lease", task.get_name())
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def close(self) -> None:
        """Takes nothing more."""
        self._open = False
        self._bell.set()

    async def _round(self) -> None:
        now = self._clock()
        if monotonic() - self._looked >= LOOK:
            self._looked, self.tally.backlog = monotonic(), await backlog(now)
        await self._ask_for_dates(now)
        if await rescue(now):
            log.warning("Jobs whose workers are gone are tried again")
        found = await take(now, AT_ONCE - len(self._in_hand), self._base_url, self._kinds, self._clock)
        for job in found:
            self._begin(job, now)

    async def _ask_for_dates(self, now: dt.datetime) -> None:
        for name, kind in self._kinds.items():
            if kind.schedule and self._asked.get(name) != kind.schedule.newest(now):
                self._asked[name] = await ask_for_dates(kind, now)

    def _begin(self, job: Claim, now: dt.datetime) -> None:
        task = asyncio.create_task(run(job, self._kinds[job.name], now, self._clock), name=f"Job {job.key}")
        self._in_hand.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Ended]) -> None:
        self._in_hand.discard(task)
        if not task.cancelled():
            self.tally.count(task.result())
        self._bell.set()
