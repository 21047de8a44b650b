"""Which jobs there are: what each is called, what does it, and how it is tried."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from jobs.schedule import Schedule

Work = Callable[..., Awaitable[Any]]
W = TypeVar("W", bound=Work)

#: Longest lease of work within a unit, in seconds: longer transactions hold others up, and their events come too late.
LONGEST_UNIT = 45.0
#: How often a job is tried, and the seconds of its lease, unless it says otherwise.
TRIES, LEASE = 8, 30.0


@dataclass(frozen=True)
class Kind:
    """What is the same for all jobs of a name.

    work     called with the job in hand (models.jobs.Claim), `now`, and the job's arguments by name
    tries    so often is it begun before it is given up
    lease    seconds: within a unit of work, all the time that it has; outside, the time after which a worker that gives no
             sign of life loses it
    outside  outside of a unit of work, and so once or more often: `work` may open units of its own, may take as long as it
             likes, and must do no harm under the same `job.key` a second time
    missed   of the due dates missed while nobody worked, all are made up for, instead of the newest alone
    """

    name: str
    work: Work
    tries: int = TRIES
    lease: float = LEASE
    outside: bool = False
    schedule: Schedule | None = None
    missed: bool = False


class Registry(dict[str, Kind]):
    """Kinds of jobs by name."""

    def job(self, name: str, *, tries: int = TRIES, lease: float = LEASE, outside: bool = False) -> Callable[[W], W]:
        """The function decorated, `async def f(job, now, **args)`, does the jobs that are enqueued by this name."""
        return self._adding(Kind(name, _nothing, tries, lease, outside))

    def periodic(self, name: str, schedule: Schedule, *, missed: bool = False, tries: int = TRIES, lease: float = LEASE,
                 outside: bool = False) -> Callable[[W], W]:
        """The function decorated, `async def f(job, now)`, runs for each due date once; `job.due` is the date.

        `now` is that moment or later: take it instead of the wall clock. Dates before the database first met a worker that
        knows this name do not count.
        """
        return self._adding(Kind(name, _nothing, tries, lease, outside, schedule, missed))

    def _adding(self, kind: Kind) -> Callable[[W], W]:
        if not kind.outside and kind.lease > LONGEST_UNIT:
            raise ValueError(f"A unit of work takes {LONGEST_UNIT:g} s at most: do {kind.name} outside, in several of them")

        def add(work: W) -> W:
            if kind.name in self:
                raise ValueError(f"There are two kinds of jobs called {kind.name}")
            self[kind.name] = Kind(**{**vars(kind), "work": work})
            return work
        return add


async def _nothing() -> None:
    pass


#: The jobs of this programme: each module of jobs/ adds its own.
JOBS = Registry()
job, periodic = JOBS.job, JOBS.periodic
