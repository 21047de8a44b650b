"""What happens to services by the calendar: they enter billing, and end on their last day."""

from __future__ import annotations

import datetime as dt

from models.services import PROVISIONED, BillingState, ServiceStatus, tally
from models.transaction import hold, sql_rows

_PENDING, _BILLED, _ENDED, _NOT_BILLED = (f"'{BillingState[name].name}'"
                                          for name in ("PENDING_ENTRY", "BILLED", "ENDED", "NOT_BILLED"))
_PROVISIONED = "(" + ", ".join(f"'{status.name}'" for status in PROVISIONED) + ")"
_DUE = f"billing_state = {_PENDING} and billing_entry_expected_by <= $1"
_OVER = f"status in {_PROVISIONED} and expires_on < $1"


async def enter_billing(now: dt.datetime) -> int:
    """Bills from now on what is due to be: at the latest on the 15th day after it was provisioned (S1.8). Says how many."""
    return await _turn(_DUE, f"billing_state = {_BILLED}, billing_entry_expected_by = null", now)


async def end_expired(now: dt.datetime) -> int:
    """Ends services whose last day has passed, and their billing. Says how many."""
    ended = f"case when billing_state = {_NOT_BILLED} then {_NOT_BILLED} else {_ENDED} end"
    return await _turn(_OVER, f"status = '{ServiceStatus.EXPIRED.name}', billing_state = {ended}, "
                              "billing_entry_expected_by = null", now)


async def _turn(which: str, into: str, now: dt.datetime) -> int:
    """Changes all services of which a condition holds on that day in UTC ($1), and the sums of their customers."""
    day = now.astimezone(dt.UTC).date()
    whose = await sql_rows(f"select distinct tenant_id from service where {which}", day)
    await hold("customer", [row["tenant_id"] for row in whose])
    turned = await sql_rows(f"update service set {into}, version = version + 1, updated_at = $2 where {which} "
                            "returning tenant_id", day, now)
    await tally({row["tenant_id"] for row in turned})
    return len(turned)
