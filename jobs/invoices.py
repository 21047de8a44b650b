"""Invoices by the calendar: proformas every day, the monthly run when months end, and what is overdue."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from jobs.registry import job, periodic
from jobs.schedule import Daily, Every
from models.billing import AT_ONCE, bill, customers_of, issuers, month_of, running
from models.jobs import Claim, enqueue
from models.overdue import note_overdue
from models.reports import give_up
from models.tenants import Tenant
from models.transaction import unit_of_work
from models.wall import EVERYWHERE
from resolvers import papers

#: Seconds that some customers' invoices may take.
LEASE = 45
#: How often a document is begun before it is given up.
TRIES = 5


@periodic("proforma-refresh", Daily(hour=3, minute=0))
async def proforma_refresh(job: Claim, now: dt.datetime) -> None:
    """Asks for the proformas of the month that runs for each issuer."""
    for issuer in await issuers():
        await enqueue("bill-customers", {"issuer": issuer.id, "month": month_of(issuer, now)},
                      key=f"{job.key}/{issuer.id}", due=now)


@periodic("monthly-invoices", Every(minutes=15))
async def monthly_invoices(job: Claim, now: dt.datetime) -> None:
    """Closes the months that have ended, each in its issuer's own zone: asks for the last run of those with proformas."""
    for issuer_id, month in await running():
        if month < month_of(await Tenant.get(id=issuer_id), now):
            await enqueue("bill-customers", {"issuer": issuer_id, "month": month}, key=f"{job.key}/{issuer_id}/{month}", due=now)


@job("bill-customers", lease=LEASE)
async def bill_customers(job: Claim, now: dt.datetime, issuer: int, month: str, after: int = 0, anew: bool = False) -> None:
    """Brings the invoices of some customers of an issuer up to date, and asks for the next ones."""
    customers = await customers_of(issuer, after)
    await bill(await Tenant.get(id=issuer), month, customers, now, anew=anew)
    if len(customers) == AT_ONCE:
        args: dict[str, Any] = {"issuer": issuer, "month": month, "after": customers[-1], "anew": anew}
        await enqueue("bill-customers", args, key=f"{job.key}/{customers[-1]}", due=now)


@job(papers.JOB, tries=TRIES, lease=60, outside=True)
async def print_invoice(job: Claim, now: dt.datetime, run: int, invoice: int) -> None:
    """Writes an invoice as a document."""
    try:
        await papers.print_invoice(run, invoice, now)
    except Exception:
        if job.attempts >= TRIES:
            await unit_of_work(partial(give_up, run, now), within=EVERYWHERE)
        raise


@periodic("overdue", Every(minutes=15))
async def overdue(job: Claim, now: dt.datetime) -> None:
    """Notes which invoices were not paid in time."""
    await note_overdue(now)
