"""What follows from the events of customers: notifications in the portal, and letters."""

from __future__ import annotations

import datetime as dt

import models
from jobs.registry import job, periodic
from jobs.schedule import Daily
from models.jobs import Claim
from resolvers import notifying


@job("notify")
async def notify(job: Claim, now: dt.datetime, event: int) -> None:
    """Tells those who want to hear of one event, each once."""
    if found := await models.Event.get_or_none(id=event):
        await notifying.notify(found, now)


@periodic("forget-notifications", Daily(hour=3, minute=20))
async def forget(job: Claim, now: dt.datetime) -> None:
    """Removes notifications of what is long past."""
    await notifying.forget_old(now)
