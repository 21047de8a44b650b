"""What happens to services without anybody asking: set-up ends, billing begins, last days pass."""

from __future__ import annotations

import datetime as dt

from jobs.registry import job, periodic
from jobs.schedule import Daily
from models.jobs import Claim
from resolvers import ordering, service_dates


@job("set-up-service")
async def set_up_service(job: Claim, now: dt.datetime, service: int, orderer: int | None) -> None:
    """A provider has done what it had to do for a service."""
    await ordering.finish_set_up(service, orderer, now)


@periodic("billing-entry", Daily(hour=0, minute=20))
async def billing_entry(job: Claim, now: dt.datetime) -> None:
    """Bills services that have waited for it."""
    await service_dates.enter_billing(now)


@periodic("service-dates", Daily(hour=0, minute=10))
async def end_services(job: Claim, now: dt.datetime) -> None:
    """Ends services whose last day has passed."""
    await service_dates.end_expired(now)
