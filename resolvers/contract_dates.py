"""What contracts become by their dates, in the days of whoever bills the customer."""

from __future__ import annotations

import datetime as dt

from tortoise.expressions import F

from models.contracts import Contract, ContractStatus, term_after
from models.customers import Customer
from models.records import new_id
from models.tenants import Tenant, today
from models.transaction import sql_rows
from resolvers.agreeing import LEFT, next_number, renewal

#: Contracts changed with one statement.
AT_ONCE = 500
#: Contracts of customers whose issuer is in a zone. A day is written into the text, for the partial indexes to serve.
IN_ZONE = """select k.id from contract k join customer c on c.id = k.tenant_id join tenant t on t.id = c.issuer_id
    where t.time_zone = $1 and """


async def follow_dates(now: dt.datetime) -> int:
    """Begins what is SCHEDULED and due, and ends or renews what is ACTIVE and over; how many steps that were.

    To do it again changes nothing. After a long rest it makes up for every term that has passed.
    """
    steps = 0
    for row in await sql_rows("select distinct time_zone from tenant"):
        zone = row["time_zone"]
        day = today(Tenant(time_zone=zone), now).isoformat()
        due = f"k.status = 'SCHEDULED' and k.starts_on <= '{day}'"
        steps += await _become(ContractStatus.SCHEDULED, ContractStatus.ACTIVE, now, zone, due)
        over = f"k.status = 'ACTIVE' and k.ends_on is not null and k.ends_on < '{day}'"
        while renewed := await _renew(now, zone, over):
            steps += renewed
        steps += await _become(ContractStatus.ACTIVE, ContractStatus.EXPIRED, now, zone, over)
    return steps


async def _become(was: ContractStatus, status: ContractStatus, now: dt.datetime, zone: str, which: str) -> int:
    ids = [row["id"] for row in await sql_rows(IN_ZONE + which, zone)]
    for start in range(0, len(ids), AT_ONCE):
        await Contract.filter(id__in=ids[start:start + AT_ONCE], status=was.name).update(
            status=status.name, version=F("version") + 1, updated_at=now)
    return len(ids)


async def _renew(now: dt.datetime, zone: str, over: str) -> int:
    """Gives those that renew themselves their successors. Each is locked first: somebody may just be terminating it."""
    rows = await sql_rows(f"{IN_ZONE}{over} and k.auto_renew limit {AT_ONCE}", zone)
    for contract in await Contract.filter(id__in=[row["id"] for row in rows]).order_by("id").select_for_update(no_key=True):
        customer = await Customer.get(id=contract.tenant_id)
        if contract.status == ContractStatus.ACTIVE.name and customer.status not in LEFT:
            await _successor(contract, now)
        await Contract.filter(id=contract.id, status=ContractStatus.ACTIVE.name).update(
            status=ContractStatus.EXPIRED.name, version=contract.version + 1, updated_at=now)
    return len(rows)


async def _successor(contract: Contract, now: dt.datetime) -> None:
    """The same for the next term, under a number of its own; accepted with the first."""
    assert contract.ends_on is not None
    starts_on, ends_on = term_after(contract.starts_on, contract.ends_on)
    await Contract.create(
        id=new_id(), tenant_id=contract.tenant_id, number=await next_number(contract.tenant_id), title=contract.title,
        status=ContractStatus.ACTIVE.name, starts_on=starts_on, ends_on=ends_on, renewal_on=renewal(ends_on, True),
        auto_renew=True, value_minor=contract.value_minor, currency=contract.currency, document_url=contract.document_url,
        accepted_at=contract.accepted_at, predecessor_id=contract.id, updated_at=now)
