"""Source data: what its fields mean, how a machine reports it, and what silence makes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import models
from engine import Const, Expr, One, Page, Row, Rows, Several, key_of, rank
from models.access import Capability
from models.events import EventKind, announce
from models.sources import (
    COUNTED,
    INTERVAL,
    SILENT_TOO_LONG,
    WORST_FIRST,
    SourceDataStatus,
    hold_line,
    own_became,
    tally_sources,
    worsens_at,
    worst_of,
)
from models.transaction import hold
from models.viewers import Viewer
from resolvers import texts
from resolvers.change import NO_TENANT, Change, ErrorCode, Occasion, Problems, check_creates
from resolvers.customers import Customer, CustomerList
from resolvers.policy import Reach
from resolvers.tenants import Tenant

#: Feeds of one tenant.
MOST = 500
NAME, MESSAGE = 200, 500
LONGEST_INTERVAL = 24 * 366
#: A machine's clock may be fast by so much.
AHEAD = dt.timedelta(minutes=10)
#: Feeds that one run makes worse.
SILENT_AT_ONCE = 500


class SourceFeed(Row, of=models.SourceFeed, tag="fed", place="tenant_id"):
    """Known to whoever holds anything on the tenant, as its customer's row is."""

    def tenant(self) -> One:
        return Tenant.each(id=self.tenant_id).first()

    def badness(self) -> Expr:
        return rank(self.status, WORST_FIRST)


class SourceDataCount(Row):
    """How many tenants are of a status."""


class SourceDataHealth(Row):
    """How well a customer and all tenants beneath it are fed, drawn from the customer's own row."""

    def status(self) -> Expr:
        return self.source_status

    def own(self) -> Expr:
        return self.source_own

    def breakdown(self) -> Several:
        return Several([SourceDataCount.bundle(status=Const(status.name), count=getattr(self, COUNTED[status]))
                        for status in WORST_FIRST])

    def last_ingested_at(self) -> Expr:
        return SourceFeed.each(tenant_id=self.id).by("-last_ingested_at").value(lambda feed: feed.last_ingested_at)

    def worst(self) -> Page:
        amiss = self.source_status.one_of([SourceDataStatus.FAILED, SourceDataStatus.WARNING])
        return (Customer.each().where(lambda customer: amiss & (customer.source_own == self.source_status)
                                      & customer.id.among(_line(self.id), lambda reach: reach.tenant_id))
                .by("name_key").page(CustomerList()))

    def feeds(self) -> Page:
        return (SourceFeed.each().where(lambda feed: feed.tenant_id.among(_line(self.id), lambda reach: reach.tenant_id))
                .by(SourceFeed.badness, "name").page())


def _line(tenant_id: Expr) -> Rows[Reach]:
    """A tenant and all beneath it, in the closure."""
    return Reach.each().where(lambda reach: (reach.node == tenant_id) | (reach.node == Const(0) - tenant_id))


@Customer.field
def source_data(customer: Customer) -> SourceDataHealth:
    return SourceDataHealth.part(customer)


# -- reporting

@dataclass(frozen=True)
class Reported:
    """One feed as a machine tells of it; None where it says nothing."""

    name: str
    status: SourceDataStatus
    last_ingested_at: dt.datetime | None
    message: str | None
    interval_hours: int | None


async def report_source_data(viewer: Viewer, occasion: Occasion, *, tenant_id: str,
                             feeds: Sequence[dict[str, Any]]) -> Change:
    """Takes down how a tenant's feeds are. Feeds that are not named stay as they are; the last report of each counts."""
    problems, reported = Problems(), [Reported(**feed) for feed in feeds]
    check_creates(problems, occasion)
    place = await _place(viewer, tenant_id, problems)
    names = _names(problems, reported)
    for n, feed in enumerate(reported):
        _check_feed(problems, occasion, feed, n)
    problems.stop()
    assert place
    line = await hold_line(place)
    there = {feed.name: feed for feed in await models.SourceFeed.filter(tenant_id=place.id)}
    if len(there.keys() | set(names)) > MOST:
        problems.add(ErrorCode.INVALID, f"A tenant has at most {MOST} feeds, and this has {len(there)} already.", "feeds")
        problems.stop()
    for name, feed in zip(names, reported, strict=True):
        there[name] = await _take_down(place, there.get(name), name, feed, occasion.now)
    before = line[-1].source_own
    await _tell(await own_became(line, worst_of(feed.status for feed in there.values())), occasion.now)
    return Change(
        tenant=place, action="reportSourceData", resource=f"cus_{place.id}", activity=False,
        summary=f"reported {len(names)} feeds of source data", records={"customer": line[-1]},
        before={"status": before},
        after={"status": line[-1].source_own, "feeds": {name: there[name].status for name in names}})


async def _place(viewer: Viewer, tenant_id: str, problems: Problems) -> models.Tenant | None:
    place = await models.Tenant.get_or_none(id=key_of("ten", tenant_id))
    if place is None or not viewer.knows(place.path):
        problems.add(ErrorCode.NOT_FOUND, NO_TENANT, "tenantId")
        return None
    if not viewer.may(Capability.SOURCE_DATA_REPORT, place.path):
        problems.add(ErrorCode.FORBIDDEN, "You may not report source data here.", "tenantId",
                     requires=Capability.SOURCE_DATA_REPORT)
    elif not await models.Customer.filter(id=place.id).exists():
        problems.add(ErrorCode.INVALID, "Source data is of resellers and customers; report what is ingested for these.",
                     "tenantId")
    return place


def _names(problems: Problems, feeds: Sequence[Reported]) -> list[str]:
    """The feeds' names as they are stored."""
    if not feeds:
        problems.add(ErrorCode.INVALID, "Report at least one feed.", "feeds")
    names = []
    for n, feed in enumerate(feeds):
        found = Problems()
        name = texts.required_name(found, "name", feed.name, NAME)
        for problem in found.found:
            problems.add(problem.code, problem.message, "feeds", str(n), "name")
        if name and name in names:
            problems.add(ErrorCode.INVALID, "The report names this feed twice.", "feeds", str(n), "name")
        names.append(name)
    return names


def _check_feed(problems: Problems, occasion: Occasion, feed: Reported, n: int) -> None:
    if feed.message is not None and len(texts.line(feed.message)) > MESSAGE:
        problems.add(ErrorCode.INVALID, f"At most {MESSAGE} characters fit.", "feeds", str(n), "message")
    if feed.last_ingested_at is not None and feed.last_ingested_at > occasion.now + AHEAD:
        problems.add(ErrorCode.INVALID, "Nothing was ingested in the future yet.", "feeds", str(n), "lastIngestedAt")
    if feed.interval_hours is not None and not 1 <= feed.interval_hours <= LONGEST_INTERVAL:
        problems.add(ErrorCode.INVALID, f"An interval has 1 to {LONGEST_INTERVAL} hours.", "feeds", str(n), "intervalHours")


async def _take_down(place: models.Tenant, feed: models.SourceFeed | None, name: str, told: Reported,
                     now: dt.datetime) -> models.SourceFeed:
    """A feed as it was reported. What a report leaves out stays as it was, but not the message: it went with the status."""
    feed = feed or models.SourceFeed(tenant_id=place.id, name=name, version=0)
    values = {"status": told.status.name, "message": texts.line(told.message) or None,
              "last_ingested_at": told.last_ingested_at or feed.last_ingested_at,
              "interval_hours": told.interval_hours or feed.interval_hours or INTERVAL}
    if any(getattr(feed, name) != value for name, value in values.items()):
        feed.version += 1
        feed.updated_at = now
    feed.update_from_dict({**values, "reported_at": now})
    feed.worsens_at = worsens_at(told.status, now, feed.interval_hours)
    await feed.save()
    return feed


async def _tell(changed: Sequence[models.Customer], now: dt.datetime) -> None:
    for customer in changed:
        await announce(EventKind.SOURCE_DATA_CHANGED, customer.id, now, about=f"cus_{customer.id}",
                       facts={"status": customer.source_status})


# -- silence

async def notice_silence(now: dt.datetime) -> bool:
    """Feeds not heard of for longer than their interval warn, after three intervals they have failed. Whether there may
    be more of them than one run takes."""
    silent = await models.SourceFeed.filter(worsens_at__lte=now).order_by("worsens_at", "id").limit(SILENT_AT_ONCE)
    tenants = await models.Tenant.filter(id__in={feed.tenant_id for feed in silent})
    lines = {id for tenant in tenants for id in (*tenant.ancestor_ids, tenant.id)}
    await hold("customer", lines)
    before = dict(await models.Customer.filter(id__in=lines).values_list("id", "source_status"))
    worse = await models.SourceFeed.filter(id__in=[feed.id for feed in silent], worsens_at__lte=now)  # as they are now
    for feed in worse:
        _worsen(feed, now)
    if worse:
        await models.SourceFeed.bulk_update(worse, ["status", "message", "worsens_at", "version", "updated_at"], batch_size=100)
        await tally_sources({feed.tenant_id for feed in worse})
    after = await models.Customer.filter(id__in=lines).order_by("id")
    await _tell([customer for customer in after if customer.source_status != before[customer.id]], now)
    return len(silent) == SILENT_AT_ONCE


def _worsen(feed: models.SourceFeed, now: dt.datetime) -> None:
    failed = now >= feed.reported_at + dt.timedelta(hours=feed.interval_hours * SILENT_TOO_LONG)
    status = SourceDataStatus.FAILED if failed else SourceDataStatus.WARNING
    feed.status, feed.worsens_at = status.name, worsens_at(status, feed.reported_at, feed.interval_hours)
    feed.message = f"Nothing was heard of it since {feed.reported_at:%Y-%m-%d %H:%M} UTC."
    feed.version, feed.updated_at = feed.version + 1, now
