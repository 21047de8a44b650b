"""Source data: the feeds of billing data that a tenant's machines report, and how well a customer's whole subtree is fed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from enum import Enum
from typing import Any

from tortoise import fields

from models.customers import Customer
from models.records import Versioned, refers_to
from models.tenants import Tenant
from models.transaction import hold, sql_rows


class SourceDataStatus(Enum):
    """How the intake of billing data goes."""

    SUCCESS = "The data came in."
    WARNING = "Something is amiss, or nothing was heard for longer than expected."
    FAILED = "The data did not come in, or nothing was heard for three times as long as expected."
    NOT_AVAILABLE = "There is no source of data, or none that is set up yet."


#: What the whole has that any part has, the first that occurs (D-10).
WORST_FIRST = (SourceDataStatus.FAILED, SourceDataStatus.WARNING, SourceDataStatus.SUCCESS, SourceDataStatus.NOT_AVAILABLE)
#: The column of `customer` that counts the tenants of each status.
COUNTED = {SourceDataStatus.FAILED: "source_failed", SourceDataStatus.WARNING: "source_warning",
           SourceDataStatus.SUCCESS: "source_success", SourceDataStatus.NOT_AVAILABLE: "source_missing"}
#: Hours within which a feed is to be heard of again: a day, and two hours for a run that takes longer.
INTERVAL = 26
#: After so many intervals of silence a feed has failed.
SILENT_TOO_LONG = 3


class SourceFeed(Versioned):
    """One stream of billing data of one tenant, as its machine last told of it or as its silence has made it since."""

    tenant = refers_to("Tenant")
    tenant_id: int
    name = fields.CharField(200)
    status = fields.CharField(20)
    message = fields.CharField(500, null=True)
    last_ingested_at = fields.DatetimeField(null=True)
    #: When a machine last told of it.
    reported_at = fields.DatetimeField()
    interval_hours = fields.IntField(default=INTERVAL, db_default=INTERVAL)
    #: When its silence makes it worse next; null where it cannot.
    worsens_at = fields.DatetimeField(null=True)

    class Meta:
        table = "source_feed"
        unique_together = (("tenant_id", "name"),)
        indexes = (("worsens_at",),)


def worst_of(statuses: Iterable[str]) -> SourceDataStatus:
    """What these names of statuses come to; NOT_AVAILABLE counts only where there is nothing else."""
    found = set(statuses)
    return next((status for status in WORST_FIRST if status.name in found), SourceDataStatus.NOT_AVAILABLE)


def worsens_at(status: SourceDataStatus, heard: dt.datetime, interval_hours: int) -> dt.datetime | None:
    """When silence makes a feed worse: a good one after its interval, one that warns after three."""
    match status:
        case SourceDataStatus.SUCCESS:
            return heard + dt.timedelta(hours=interval_hours)
        case SourceDataStatus.WARNING:
            return heard + dt.timedelta(hours=interval_hours * SILENT_TOO_LONG)
    return None


# -- what is kept on the customer and on those above it

async def hold_line(tenant: Tenant) -> list[Customer]:
    """The customers from the highest above a tenant down to its own, held until the unit of work ends: what they count
    changes one at a time. In the order of the ids, so that two of one line never wait for each other."""
    line = [*tenant.ancestor_ids, tenant.id]
    await hold("customer", line)
    found = {customer.id: customer for customer in await Customer.filter(id__in=line)}
    return [found[id] for id in line if id in found]


async def own_became(line: list[Customer], status: SourceDataStatus) -> list[Customer]:
    """Notes on a held line that the last one's own feeds come to something else; gives those whose whole changed."""
    before = SourceDataStatus[line[-1].source_own]
    if before is status:
        return []
    changed = []
    line[-1].source_own = status.name
    for customer in line:
        setattr(customer, COUNTED[before], getattr(customer, COUNTED[before]) - 1)
        setattr(customer, COUNTED[status], getattr(customer, COUNTED[status]) + 1)
        whole = next(s for s in WORST_FIRST if getattr(customer, COUNTED[s]))
        if whole.name != customer.source_status:
            customer.source_status = whole.name
            changed.append(customer)
        await customer.save(update_fields=["source_own", "source_status", *COUNTED.values()])
    return changed


async def count_newcomer(tenant: Tenant) -> None:
    """Counts a new customer, of which nothing was reported yet, in those above it."""
    await hold("customer", tenant.ancestor_ids)
    if tenant.ancestor_ids:
        await sql_rows(f"update customer set source_missing = source_missing + 1 where id in {_list(tenant.ancestor_ids)}")


#: From how bad a feed is to its status and back.
_BADNESS = "case f.status " + " ".join(f"when '{s.name}' then {n}" for n, s in enumerate(reversed(WORST_FIRST))) + " end"
_OWN = " ".join(f"when {n} then '{s.name}'" for n, s in enumerate(reversed(WORST_FIRST)))
_TALLY = ", ".join(f"sum(case when b.source_own = '{s.name}' then 1 else 0 end) as {column}" for s, column in COUNTED.items())
_WHOLE = "case " + " ".join(f"when t.{COUNTED[s]} > 0 then '{s.name}'" for s in WORST_FIRST) + " end"
_COUNTS = ", ".join(f"{column} = t.{column}" for column in COUNTED.values())


async def tally_sources(customer_ids: Collection[int] | None = None) -> None:
    """Works out anew, from the feeds, what these customers and those above them come to; None: all of them."""
    if customer_ids is None:
        return await _tally("")
    ids = sorted(customer_ids)
    for start in range(0, len(ids), 1000):
        some = ids[start:start + 1000]
        above = await sql_rows(f"""select distinct c.id from reach r join customer c on c.id = r.node
            where r.tenant_id in {_list(some)}""")
        affected = sorted({*some, *(row["id"] for row in above)})
        await hold("customer", affected)
        await _tally(f"and customer.id in {_list(affected)}")


async def _tally(which: str) -> None:
    await sql_rows(f"""update customer set source_own = case coalesce((select max({_BADNESS}) from source_feed f
        where f.tenant_id = customer.id), 0) {_OWN} end where 1 = 1 {which}""")
    await sql_rows(f"""update customer set source_status = {_WHOLE}, {_COUNTS} from (select w.id, {_TALLY} from
        (select id, id as node from customer where 1 = 1 {which} union all
         select id, -id as node from customer where 1 = 1 {which}) w
        join reach r on r.node = w.node join customer b on b.id = r.tenant_id group by w.id) t where customer.id = t.id""")


def _list(ids: Iterable[Any]) -> str:
    return "(" + ", ".join(str(int(id)) for id in ids) + ")"
