"""What becomes of contracts by their dates."""

from __future__ import annotations

import datetime as dt

from jobs.registry import periodic
from jobs.schedule import Every
from models.jobs import Claim
from resolvers.contract_dates import follow_dates


@periodic("contract-dates", Every(hours=1))
async def contract_dates(job: Claim, now: dt.datetime) -> None:
    """Begins, renews and ends contracts: once a day for each of them, soon after the midnight of its issuer's zone."""
    await follow_dates(now)
