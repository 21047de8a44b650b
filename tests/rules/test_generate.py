"""A generated portfolio is the same for the same seed, of any size, and its figures add up."""

import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from models import AccessGrant, Contract, CreditNote, Customer, Invoice, InvoiceLine, Reach, Service, Tenant, User
from models.access import Role, TenantKind, capabilities_of
from models.reach import unlike
from models.services import BillingState
from models.tenants import BENEATH
from server.portfolio.generate import generate
from server.portfolio.making import LINKED, PER_RESELLER, SORTS, TABLES, Maker
from server.portfolio.story import StoryRefused, tenant_id
from tests.stored import stored
from tests.told import onboarding_adds_up

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
STORED = (Tenant, Reach, Customer, User, AccessGrant, Contract, Invoice, Service)


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, sqlite_path: Path,
              create_postgres: Callable[[str], Awaitable[str]]) -> str:
    return f"sqlite://{sqlite_path}" if request.param == "sqlite" else await create_postgres("generate")


def made(seed: int, start: int, end: int) -> dict[Any, list[dict[str, Any]]]:
    return Maker(seed, NOW, "hash").some(start, end)


def test_the_same_seed_makes_the_same_rows_in_portfolios_of_every_size() -> None:
    whole, parts = made(1, 0, 300), [made(1, 0, 120), made(1, 120, 300)]
    for table in TABLES:
        assert whole[table] == [row for part in parts for row in part[table]]
    assert made(1, 0, 50)[Customer] == made(1, 0, 50)[Customer]
    assert made(2, 0, 50)[Customer] != made(1, 0, 50)[Customer]


def test_fewer_months_are_the_same_portfolio_with_fewer_invoices() -> None:
    year, half = made(1, 0, 60), Maker(1, NOW, "hash", months=6).some(0, 60)
    latest = {row["billing_month"] for row in half[Invoice]}
    assert len(half[Invoice]) == 6 * 60
    assert half[Invoice] == [row for row in year[Invoice] if row["billing_month"] in latest]
    assert all(half[table] == year[table] for table in set(TABLES) - {Invoice, InvoiceLine, CreditNote})


def test_no_id_is_given_twice() -> None:
    for table in set(TABLES) - {Reach}:
        ids = [row["id"] for seed in (1, 2) for row in made(seed, 0, 600)[table]]
        assert len(ids) == len(set(ids)), table
        assert all(1 << 62 <= id < 1 << 63 for id in ids)
    assert len(SORTS) <= 16


def test_names_and_currencies_are_of_many_sorts() -> None:
    rows = made(1, 0, 500)
    currencies = Counter(row["currency"] for row in rows[Customer])
    assert set(currencies) == {"EUR", "USD", "GBP", "JPY", "KWD"}
    names = [row["name"] for row in rows[Customer]]
    assert len(set(names)) > 400
    assert sum(not name.isascii() for name in names) > 50
    assert len({row["status"] for row in rows[Invoice]}) == 5
    assert len({row["status"] for row in rows[Contract]}) == 6
    assert {row["status"] for row in rows[Customer]} == {"ACTIVE", "SUSPENDED", "INACTIVE"}


async def test_what_is_stored_adds_up(url: str) -> None:
    async with stored(url):
        told: list[tuple[int, int]] = []
        assert await generate(300, 1, lambda done, of: told.append((done, of)), now=NOW) == 300
        assert told == [(300, 300)]
        tenants = {tenant.id: tenant for tenant in await Tenant.all()}
        for tenant in tenants.values():
            if tenant.parent_id is not None:
                parent = tenants[tenant.parent_id]
                assert TenantKind[tenant.kind] in BENEATH[TenantKind[parent.kind]]
                assert tenant.path == f"{parent.path}{tenant.id}/"
                assert tenant.level == parent.level + 1
                assert tenant.sub_account == (parent.kind == "CUSTOMER")
        assert await unlike() == []
        assert {(row.node, row.tenant_id) for row in await Reach.all()} >= {
            (node, t.id) for t in tenants.values() for node in (-t.id, *t.ancestor_ids)}
        generated = {id for id, tenant in tenants.items() if tenant.reference and tenant.reference.startswith("seed1-")}
        customers = [c for c in await Customer.all() if c.id in generated]
        assert Counter(tenants[c.id].kind for c in customers) == {"CUSTOMER": 300, "RESELLER": 2}
        billed: Counter[int] = Counter()
        for service in await Service.filter(billing_state=BillingState.BILLED.name):
            billed[service.tenant_id] += service.monthly_charge_minor
            assert service.currency == tenants[service.tenant_id].currency
        assert all(customer.mrr_minor == billed[customer.id] for customer in customers)
        statuses = await onboarding_adds_up(NOW)
        assert min(statuses[status] for status in ("NOT_STARTED", "IN_PROGRESS", "COMPLETED")) > 3
        for kind, each in ((Contract, 3), (Invoice, 12)):
            there = Counter([row.tenant_id for row in await kind.all() if row.tenant_id in generated])
            assert set(there.values()) == {each}
            assert len(there) == 300
        for grant in await AccessGrant.all():
            assert capabilities_of(Role[grant.role], TenantKind[tenants[grant.tenant_id].kind])
        people = Counter([user.tenant_id for user in await User.all() if tenants[user.tenant_id].kind == "CUSTOMER"
                          and user.tenant_id in generated])
        assert set(people.values()) == {2}
        links = await AccessGrant.filter(source="LINKED", tenant_id__in=generated).count()
        assert links == sum(len([n for n in range(300) if n % PER_RESELLER % every == 0]) for every in LINKED.values())


async def test_a_run_broken_off_is_gone_on_with(url: str) -> None:
    async with stored(url):
        await generate(70, 3, now=NOW)
        assert await generate(130, 3, now=NOW) == 60
        assert await generate(130, 3, now=NOW) == 0
        assert await generate(50, 3, now=NOW) == 0
        assert await generate(10, 4, now=NOW) == 10
        wanted = {row["id"]: row["name"] for seed, count in ((3, 130), (4, 10)) for row in made(seed, 0, count)[Tenant]}
        there = {tenant.id: tenant.name for tenant in await Tenant.filter(reference__startswith="seed")}
        assert there == wanted
        assert await Customer.filter(id=tenant_id("acme")).exists()  # the story is around


async def test_production_refuses_it(url: str) -> None:
    async with stored(url):
        with pytest.raises(StoryRefused, match="not for production"):
            await generate(10, 1, now=NOW, production=True)
        for model in STORED:
            assert not await model.exists()
