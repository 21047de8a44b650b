"""One job from its claim to its end: done once, tried again, or given up."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import monotonic

from jobs.registry import JOBS, Kind, Registry
from jobs.schedule import between
from models import jobs as stored
from models.jobs import Claim, JobState, LeaseLost, NotYet, enqueue
from models.transaction import unit_of_work
from models.wall import EVERYWHERE

log = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]

#: Seconds from a claim to the beginning of the work, before another worker may take it.
CLAIMED = 30.0
#: Seconds before the second try, doubled each further time, up to the longest; up to half of it is left to chance.
PAUSE, LONGEST_PAUSE = 10.0, 3600.0
#: Seconds before a job whose turn had not come looks again.
TURN = 2.0
ROOT = Path(__file__).resolve().parent.parent


def wall_clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class NeverEnded(Exception):
    """The job was begun as often as it may be, and its worker was gone each time before the end."""

    message = "Each worker that began it was gone before the end."


@dataclass(frozen=True)
class Ended:
    """How a try went: done without an error; otherwise put back, or `dead`. A lost lease is told as LeaseLost,
    and one whose turn had not come as NotYet."""

    job: Claim
    seconds: float
    error: Exception | None = None
    dead: bool = False


async def run_due(now: dt.datetime, *, base_url: str = "", kinds: Registry = JOBS, clock: Clock = wall_clock) -> list[Ended]:
    """Do every job that is due at `now`, and those that they ask for, one after the other, until none is left.

    Handlers are told `now`; leases go by the `clock`, since other workers may be about.
    """
    ended = []
    while found := await take(now, 1, base_url, kinds, clock):
        ended.append(await run(found[0], kinds[found[0].name], now, clock))
    return ended


async def take(now: dt.datetime, most: int, base_url: str, kinds: Registry, clock: Clock) -> list[Claim]:
    """Jobs that are due at `now`, to be begun at once."""
    found = await stored.claim(list(kinds), now, clock() + dt.timedelta(seconds=CLAIMED), most)
    return [replace(job, base_url=base_url) for job in found]


async def ask_for_dates(kind: Kind, now: dt.datetime) -> dt.datetime:
    """Enqueues a periodic job for the due dates that have come, each once however many ask; the newest date asked for."""
    assert kind.schedule is not None
    last, newest = await stored.newest_due(kind.name), kind.schedule.newest(now)
    if last is None:
        await unit_of_work(lambda: _first_seen(kind.name, newest))
        last = await stored.newest_due(kind.name)  # another worker may have been first, before this date
    if last and last < newest:
        dates = between(kind.schedule, last, now) if kind.missed else [newest]
        await unit_of_work(partial(_enqueue_dates, kind.name, list(dates)))
    return newest


async def run(job: Claim, kind: Kind, now: dt.datetime, clock: Clock = wall_clock) -> Ended:
    """Try a claimed job once. Raises nothing but CancelledError, which leaves the job to its lease."""
    begun = monotonic()
    try:
        if job.attempts > kind.tries:
            raise NeverEnded
        await (_outside if kind.outside else _inside)(job, kind, now, clock)
    except NotYet as early:
        with suppress(Exception):  # it is left to its lease then
            await job.postpone(now + dt.timedelta(seconds=TURN * random.uniform(0.5, 1)), None, tried=False)
        return Ended(job, monotonic() - begun, early)
    except LeaseLost as lost:
        log.warning("Job %s was taken by another worker at try %d", job.key, job.attempts)
        return Ended(job, monotonic() - begun, lost)
    except Exception as error:
        return Ended(job, monotonic() - begun, error, await _failed(job, kind, error, now))
    return Ended(job, monotonic() - begun)


async def _first_seen(name: str, newest: dt.datetime) -> None:
    """A key that all share, so that the dates which follow are counted from one and the same."""
    await enqueue(name, key=f"{name}@first", due=newest, state=JobState.DONE)


async def _enqueue_dates(name: str, dates: list[dt.datetime]) -> None:
    for due in dates:
        await enqueue(name, key=f"{name}@{due.isoformat()}", due=due)


async def _inside(job: Claim, kind: Kind, now: dt.datetime, clock: Clock) -> None:
    """The work and the word that it is done, together or not at all."""
    under_way: list[asyncio.Timeout] = []

    async def work() -> None:
        await job.finish(clock(), kind.lease)  # first: it shuts out whoever was too slow, and whoever comes next
        async with asyncio.timeout(None) as begun:
            under_way[:] = [begun]
            await kind.work(job, now, **job.args)
    try:
        await unit_of_work(work, within=EVERYWHERE, limit=kind.lease)
    except asyncio.CancelledError:  # the unit would go on without us, and the shutdown would wait for it
        for each in under_way:
            with suppress(RuntimeError):  # it is over by itself
                each.reschedule(0)
        raise


async def _outside(job: Claim, kind: Kind, now: dt.datetime, clock: Clock) -> None:
    work = asyncio.ensure_future(kind.work(job, now, **job.args))
    keeping = asyncio.create_task(_keep(job, kind.lease, clock))
    try:
        await asyncio.wait([work, keeping], return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise LeaseLost(job.key)
        await work
    finally:
        for task in (work, keeping):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
    await job.close(clock())


async def _keep(job: Claim, lease: float, clock: Clock) -> None:
    """Renews the lease thrice in its time; ends when it is lost. A database that does not answer has until it lapses."""
    kept, ends = True, clock() + dt.timedelta(seconds=CLAIMED)
    while kept and clock() < ends:
        try:
            until = clock() + dt.timedelta(seconds=lease)
            if kept := await job.renew(until):
                ends = until
        except Exception:
            log.warning("The lease of job %s could not be renewed", job.key, exc_info=True)
        await asyncio.sleep(lease / 3 if kept else 0)


async def _failed(job: Claim, kind: Kind, error: Exception, now: dt.datetime) -> bool:
    """Puts the job back for later or, after its last try, gives it up: whether it did."""
    dead = job.attempts >= kind.tries
    try:
        if dead:
            log.error("Job %s is given up after %d tries", job.key, job.attempts, exc_info=error)
            await job.bury(now, reason(error))
        else:
            pause = min(PAUSE * 2 ** (job.attempts - 1), LONGEST_PAUSE) * random.uniform(0.5, 1)
            log.warning("Job %s failed at try %d and is tried again in %.0f s", job.key, job.attempts, pause, exc_info=error)
            await job.postpone(now + dt.timedelta(seconds=pause), reason(error))
    except Exception:
        log.exception("Job %s could not be put back and is left to its lease", job.key)
    return dead


def reason(error: Exception) -> str:
    """What kind of error it is and where it came from. Its own words only where they are ours: others quote values."""
    said = getattr(error, "message", None)
    if isinstance(said, str) and type(error).__module__.partition(".")[0] in ("models", "resolvers", "jobs", "engine"):
        return f"{type(error).__name__}: {said}"[:stored.ERROR]
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(ROOT)]
    place = f" at {Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{place}"[:stored.ERROR]
