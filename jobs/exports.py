"""Exports written in the background, and old files deleted."""

from __future__ import annotations

import datetime as dt
from functools import partial

from jobs.registry import job, periodic
from jobs.schedule import Every
from models import files, reports
from models.jobs import Claim, NotYet
from models.transaction import unit_of_work
from models.wall import EVERYWHERE
from resolvers import exports, papers
from resolvers.reports import JOB

TRIES = 5


@job(JOB, tries=TRIES, lease=20, outside=True)
async def write_report(job: Claim, now: dt.datetime, run: int) -> None:
    """Begun again after a crash, it begins a file of its own: one run has one file."""
    try:
        await exports.write(run, now)
    except NotYet:
        raise
    except Exception:
        if job.attempts >= TRIES:
            await unit_of_work(partial(reports.give_up, run, now), within=EVERYWHERE)
        raise


@periodic("forget-old-files", Every(minutes=15))
async def forget_old_files(job: Claim, now: dt.datetime) -> None:
    await exports.give_up_dead((JOB, papers.JOB), now)
    await files.forget_old(now)
    await reports.forget_old(now)
