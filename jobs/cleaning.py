"""What nobody needs any more is deleted."""

from __future__ import annotations

import datetime as dt
from functools import partial

from jobs.registry import periodic
from jobs.schedule import Every
from models.cleaning import OUTDATED
from models.jobs import Claim
from models.spending import forget_spending
from models.transaction import unit_of_work
from models.wall import EVERYWHERE


@periodic("clean-up", Every(hours=1), outside=True)
async def clean_up(job: Claim, now: dt.datetime) -> None:
    """In many short units of work, so that nobody waits for it."""
    for outdated in OUTDATED:
        while await unit_of_work(partial(outdated.delete_some, now), within=EVERYWHERE):
            pass
    await unit_of_work(forget_spending, within=EVERYWHERE)
