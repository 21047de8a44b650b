"""Contracts by their dates: in the days of whoever bills the customer, over month ends, leap days and changes of the clock."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from models.access import TenantKind
from models.contracts import NEXT, ContractStatus, term_after
from models.tenants import plant, today
from models.transaction import unit_of_work
from resolvers.agreeing import set_contract_status
from resolvers.change import ErrorCode, Refused
from resolvers.contract_dates import follow_dates
from resolvers.sessions import switch_tenant
from server.portfolio.story import tenant_id
from tests.house import House, house

Status = ContractStatus
DAY = dt.timedelta(days=1)
BERLIN, NEW_YORK = "brightline", "coastal"


@pytest.fixture(scope="session")
async def dates_url(create_postgres: Callable[[str], Awaitable[str]]) -> str:
    return await create_postgres("dates")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite://{tmp_path}/dates.sqlite" if request.param == "sqlite" else request.getfixturevalue("dates_url")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(text: str) -> dt.datetime:
    """A moment of UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


async def customer_of(partner: str, **values: Any) -> models.Customer:
    """A new customer of a partner of the story."""
    above = await models.Tenant.get(id=tenant_id(partner))
    tenant = models.Tenant.beneath(above, kind=TenantKind.CUSTOMER, name="Dated")
    await plant([tenant])
    return await models.Customer.create(**{
        "id": tenant.id, "tenant_id": tenant.id, "name": "Dated", "name_key": "dated", "issuer_id": above.id,
        "status": "ACTIVE", "status_changed_at": at("2026-01-01"), "currency": tenant.currency,
        "created_at": at("2026-01-01"), **values})


async def agreed(customer: models.Customer, status: Status, starts: str, ends: str | None, number: str = "C-0001",
                 **values: Any) -> models.Contract:
    return await models.Contract.create(
        tenant_id=customer.id, number=number, title="Dated", status=status.name, starts_on=day(starts), currency="EUR",
        ends_on=day(ends) if ends else None, value_minor=120_00, **values)


async def follow(moment: str) -> int:
    return await unit_of_work(lambda: follow_dates(at(moment)))


async def status(contract: models.Contract) -> str:
    return (await models.Contract.get(id=contract.id)).status


# -- whose day it is

@pytest.mark.row("B.8")
@pytest.mark.case(153)
async def test_a_contract_ends_with_the_last_day_of_the_month_where_its_issuer_is(url: str) -> None:
    async with house(url):
        berlin = await agreed(await customer_of(BERLIN), Status.ACTIVE, "2026-11-01", "2026-11-30")
        york = await agreed(await customer_of(NEW_YORK), Status.ACTIVE, "2026-11-01", "2026-11-30")
        await follow("2026-11-30T22:59")
        assert (await status(berlin), await status(york)) == ("ACTIVE", "ACTIVE")
        await follow("2026-11-30T23:00")
        assert (await status(berlin), await status(york)) == ("EXPIRED", "ACTIVE")
        await follow("2026-12-01T04:59")
        assert await status(york) == "ACTIVE"
        await follow("2026-12-01T05:00")
        assert await status(york) == "EXPIRED"


@pytest.mark.row("B.8")
@pytest.mark.case(153)
async def test_a_contract_begins_on_the_29th_of_february(url: str) -> None:
    async with house(url):
        leap = await agreed(await customer_of(BERLIN), Status.SCHEDULED, "2028-02-29", None)
        await follow("2028-02-28T22:59")
        assert await status(leap) == "SCHEDULED"
        await follow("2028-02-28T23:00")
        assert await status(leap) == "ACTIVE"


@pytest.mark.row("B.8")
@pytest.mark.case(152)
async def test_days_are_as_long_as_the_clock_makes_them(url: str) -> None:
    """Berlin's 28 March 2027 has 23 hours, and its 31 October has 25."""
    async with house(url):
        short = await agreed(await customer_of(BERLIN), Status.SCHEDULED, "2027-03-28", "2027-03-28")
        long = await agreed(await customer_of(BERLIN), Status.SCHEDULED, "2027-10-31", "2027-10-31")
        for moment, contract, expected in (
                ("2027-03-27T22:59", short, "SCHEDULED"), ("2027-03-27T23:00", short, "ACTIVE"),
                ("2027-03-28T21:59", short, "ACTIVE"), ("2027-03-28T22:00", short, "EXPIRED"),
                ("2027-10-30T21:59", long, "SCHEDULED"), ("2027-10-30T22:00", long, "ACTIVE"),
                ("2027-10-31T22:59", long, "ACTIVE"), ("2027-10-31T23:00", long, "EXPIRED")):
            await follow(moment)
            assert await status(contract) == expected, moment


async def test_today_is_of_the_tenants_own_zone() -> None:
    berlin, york, nowhere = (models.Tenant(time_zone=zone) for zone in ("Europe/Berlin", "America/New_York", "UTC"))
    moment = at("2026-12-31T23:30")
    assert [today(t, moment).isoformat() for t in (berlin, york, nowhere)] == ["2027-01-01", "2026-12-31", "2026-12-31"]


# -- renewed

@pytest.mark.row("B.8")
async def test_what_renews_itself_has_one_successor_of_the_same_length_however_often_the_job_runs(url: str) -> None:
    async with house(url):
        customer = await customer_of(BERLIN)
        first = await agreed(customer, Status.ACTIVE, "2027-03-01", "2028-02-29", auto_renew=True, renewal_on=day("2028-03-01"),
                             accepted_at=at("2027-02-01"))
        await follow("2028-02-29T22:59")
        assert await models.Contract.filter(tenant_id=customer.id).count() == 1
        await asyncio.gather(*(follow("2028-02-29T23:00") for _ in range(3)))
        await follow("2028-03-02T12:00")
        [second] = await models.Contract.filter(tenant_id=customer.id).exclude(id=first.id)
        assert await status(first) == "EXPIRED"
        assert (second.status, second.number, second.predecessor_id) == ("ACTIVE", "C-0002", first.id)
        assert (second.starts_on, second.ends_on, second.renewal_on) == (day("2028-03-01"), day("2029-02-28"), day("2029-03-01"))
        assert (second.title, second.value_minor, second.auto_renew, second.accepted_at) == (
            "Dated", 120_00, True, first.accepted_at)


@pytest.mark.row("B.8")
async def test_every_term_that_passed_while_nobody_worked_is_made_up_for(url: str) -> None:
    async with house(url):
        customer = await customer_of(BERLIN)
        await agreed(customer, Status.SCHEDULED, "2027-01-31", "2027-02-09", auto_renew=True)
        assert await follow("2027-03-05T12:00") >= 4
        terms = await models.Contract.filter(tenant_id=customer.id).order_by("starts_on")
        assert [(c.starts_on.isoformat(), str(c.ends_on), c.status) for c in terms] == [
            ("2027-01-31", "2027-02-09", "EXPIRED"), ("2027-02-10", "2027-02-19", "EXPIRED"),
            ("2027-02-20", "2027-03-01", "EXPIRED"), ("2027-03-02", "2027-03-11", "ACTIVE")]
        assert [c.number for c in terms] == [f"C-000{n}" for n in range(1, 5)]


@pytest.mark.row("B.8")
@pytest.mark.parametrize("left", ["DISCONNECTED", "PENDING_DELETION", "DELETED"])
async def test_a_contract_with_a_customer_who_has_left_ends_instead(url: str, left: str) -> None:
    async with house(url):
        customer = await customer_of(BERLIN, status=left)
        contract = await agreed(customer, Status.ACTIVE, "2026-01-01", "2026-12-31", auto_renew=True)
        await follow("2027-01-02T00:00")
        assert await status(contract) == "EXPIRED"
        assert await models.Contract.filter(tenant_id=customer.id).count() == 1


@pytest.mark.row("B.8")
async def test_what_was_terminated_or_never_accepted_does_not_go_on(url: str) -> None:
    async with house(url):
        customer = await customer_of(BERLIN)
        still = [await agreed(customer, each, "2026-01-01", "2026-12-31", f"X-{each.name}", auto_renew=True)
                 for each in (Status.DRAFT, Status.PENDING_ACCEPTANCE, Status.TERMINATED, Status.EXPIRED)]
        await follow("2027-01-02T00:00")
        assert [await status(contract) for contract in still] == ["DRAFT", "PENDING_ACCEPTANCE", "TERMINATED", "EXPIRED"]
        assert await models.Contract.filter(tenant_id=customer.id).count() == 4


@pytest.mark.parametrize(("starts", "ends", "then", "until"), [
    ("2026-01-01", "2026-12-31", "2027-01-01", "2027-12-31"),
    ("2027-03-01", "2028-02-29", "2028-03-01", "2029-02-28"),
    ("2028-02-29", "2029-02-28", "2029-03-01", "2030-02-28"),
    ("2026-01-31", "2026-02-28", "2026-03-01", "2026-03-31"),
    ("2026-02-15", "2026-03-14", "2026-03-15", "2026-04-14"),
    ("2026-01-01", "2026-01-10", "2026-01-11", "2026-01-20"),
    ("2026-05-05", "2026-05-05", "2026-05-06", "2026-05-06"),
])
def test_the_term_that_follows_is_of_the_same_length(starts: str, ends: str, then: str, until: str) -> None:
    assert term_after(day(starts), day(ends)) == (day(then), day(until))


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 4000))
@pytest.mark.case(153)
def test_terms_follow_one_another_without_a_gap_and_hardly_change_their_length(starts: dt.date, length: int) -> None:
    ends = starts + length * DAY
    then, until = term_after(starts, ends)
    assert then == ends + DAY
    assert until >= then
    assert abs((until - then).days - length) <= 5  # a February in the one or the other, a leap year in one


# -- by hand and by date together

@pytest.mark.row("B.8")
async def test_whatever_people_try_and_however_time_passes_contracts_take_legal_steps(url: str) -> None:
    async with house(url) as h:
        for seed in range(5):
            await walk(h, Random(seed))


async def walk(h: House, chance: Random) -> None:
    """A partner, in its own company and inside the account, tries statuses in no order while days pass."""
    customer = await customer_of(BERLIN)
    contract = await agreed(customer, Status.DRAFT, "2026-12-01", chance.choice([None, "2026-12-20"]))
    partner = await h.viewer(await h.sign_in("admin@brightline.example"))
    inside = (await unit_of_work(lambda: switch_tenant(partner, h.occasion, tenant_id=f"ten_{customer.id}"))).texts["token"]
    viewers = [partner, await h.viewer(inside)]
    began = h.now
    for _ in range(25):
        h.now += chance.randrange(20) * dt.timedelta(hours=6)
        before = Status[await status(contract)]
        if chance.random() < 0.3:
            await unit_of_work(partial(follow_dates, h.now))
            after = Status[await status(contract)]
            assert after is before or after in {Status.ACTIVE, Status.EXPIRED}
        else:
            wanted = chance.choice(list(Status))
            codes = await tried(partial(set_contract_status, chance.choice(viewers), h.occasion,
                                        contract_id=f"con_{contract.id}", status=wanted))
            after = Status[await status(contract)]
            assert set(codes) <= {ErrorCode.INVALID_STATE, ErrorCode.FORBIDDEN}
            assert bool(codes) == (after is before)
        assert after is before or after in reachable(before)
    h.now = began


async def tried(attempt: Callable[[], Awaitable[Any]]) -> list[ErrorCode]:
    try:
        await unit_of_work(attempt)
    except Refused as refused:
        return [problem.code for problem in refused.problems]
    return []


def reachable(before: Status) -> set[Status]:
    """One step on; by their dates contracts may take two at once."""
    steps = set(NEXT[before])
    return steps | {further for step in steps & {Status.SCHEDULED, Status.ACTIVE} for further in NEXT[step]}
