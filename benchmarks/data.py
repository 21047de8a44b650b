"""The data that every server answers from: the demo's own portfolio, and the people of the benchmark."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import asyncpg
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models import AccessGrant, Customer, LoginSession, Tenant, User
from models.access import GrantSource, Role, TenantKind
from models.customers import CustomerStatus
from models.database import sqlite_path
from models.grants import access_changed
from models.transaction import unit_of_work
from models.wall import EVERYWHERE
from server.database import connect, disconnect, migrate
from server.portfolio.generate import generate
from server.portfolio.making import MONTHS

SEED = 1
#: How many customers the two people who have links to customers are linked to.
LINKS = 1000
#: How many customers, beginnings of names and links are asked for one by one.
POINTS = 50


@dataclass(frozen=True)
class People:
    """Who asks, and what of: a session's token and customers' ids for each name, beginnings of names that customers have,
    and links as variables of Q9."""

    tokens: dict[str, str]
    customers: dict[str, list[str]]
    words: list[str]
    links: list[dict[str, str]]


async def make(database_url: str, customers: int, months: int = MONTHS) -> People:
    """Fill a database with so many customers, each with invoices of so many months, and with who asks. What is there
    already is gone on from."""
    await migrate(database_url)
    await connect(database_url)
    try:
        now = dt.datetime.now(dt.UTC)
        made = await generate(customers, SEED, months=months)
        people = await unit_of_work(lambda: _people(now), within=EVERYWHERE, limit=600)
    finally:
        await disconnect()
    if made and sqlite_path(database_url) is None:
        await _settle(database_url)
    return people


async def _settle(database_url: str) -> None:
    """What autovacuum would come to by itself: statistics, and the map that index-only scans need."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("vacuum analyze")
    await connection.close()


async def _people(now: dt.datetime) -> People:
    """An admin of the reseller with the most customers, of its distributor and of the platform, somebody whose places
    overlap, and two people of the platform who are linked to customers all over the tree."""
    reseller = await _largest()
    distributor = await Tenant.get(id=reseller.parent_id)
    platform = await Tenant.get(id=distributor.parent_id)
    customers = _ids(await Tenant.filter(kind=TenantKind.CUSTOMER.name).order_by("id").values_list("id", flat=True))
    linked = random.Random(SEED).sample(customers, min(LINKS, len(customers) // 2))
    mixed = [(id, (Role.REGULAR, Role.READ_ONLY, Role.SUPPORT)[n % 3]) for n, id in enumerate(linked)]
    asking = {
        "reseller_admin": await _person("reseller-admin", reseller, Role.ADMIN),
        "distributor_admin": await _person("distributor-admin", distributor, Role.ADMIN),
        "platform_admin": await _person("platform-admin", platform, Role.ADMIN),
        "overlapping": await _person("overlapping", platform, Role.SUPPORT, await _overlapping(distributor)),
        "mixed": await _person("mixed", platform, Role.REGULAR, mixed),
        "support": await _person("support", platform, Role.SUPPORT, [(id, Role.SUPPORT) for id in linked]),
    }
    tokens = {name: await (await LoginSession.begin(user, now, "benchmark")).mint() for name, user in asking.items()}
    points = min(POINTS, len(customers) // 5)
    own = await _active(reseller.path, points)
    asked = dict.fromkeys(("support", "mixed"), linked[:points]) | dict.fromkeys(
        ("reseller_admin", "distributor_admin", "platform_admin", "overlapping"), own)
    return People(tokens, {name: [f"cus_{id}" for id in ids] for name, ids in asked.items()}, await _words(own),
                  await _links(points))


async def _active(path: str, most: int) -> list[int]:
    """Ids of active customers beneath a place."""
    found = Customer.filter(tenant__path__startswith=path, tenant__path__not=path, status=CustomerStatus.ACTIVE.name)
    return _ids(await found.order_by("id").limit(most).values_list("id", flat=True))


def _ids(found: Iterable[Any]) -> list[int]:
    return [int(id) for id in found]


async def _overlapping(distributor: Tenant) -> list[tuple[int, Role]]:
    """Two distributors as SALES and three resellers as ADMIN, one of which stands beneath the first of the distributors."""
    def generated(kind: TenantKind) -> QuerySet[Tenant]:
        return Tenant.filter(kind=kind.name, reference__startswith=f"seed{SEED}-").order_by("id")
    other = await generated(TenantKind.DISTRIBUTOR).exclude(id=distributor.id).limit(1)
    beneath = await generated(TenantKind.RESELLER).filter(parent_id=distributor.id).limit(1)
    elsewhere = generated(TenantKind.RESELLER).exclude(parent_id__in=[each.id for each in [distributor, *other]])
    return [*((each.id, Role.SALES) for each in [distributor, *other]),
            *((each.id, Role.ADMIN) for each in [*beneath, *await elsewhere.limit(2)])]


async def _words(customers: list[int]) -> list[str]:
    """The first two to six letters of customers' names, as somebody types them."""
    names = await Customer.filter(id__in=customers).order_by("name_key").values_list("name", flat=True)
    return [str(name)[:length] for name in names for length in range(2, 7)][:POINTS]


async def _links(most: int) -> list[dict[str, str]]:
    """Links of resellers' people, one of each person as far as there are so many, with another role and their own."""
    found = await AccessGrant.filter(
        source=GrantSource.LINKED.name, user__tenant__kind=TenantKind.RESELLER.name, revoked_at__isnull=True,
        role__in=[Role.REGULAR.name, Role.READ_ONLY.name]).order_by("user_id", "id").limit(most * 200)
    first = {grant.user_id: grant for grant in reversed(found)}.values()
    return [{"grant": f"grt_{grant.id}", "there": Role.SUPPORT.name, "back": grant.role} for grant in [*first, *found][:most]]


async def _largest() -> Tenant:
    counted = Tenant.filter(kind=TenantKind.CUSTOMER.name, sub_account=False).annotate(n=Count("id")).group_by("parent_id")
    found = await counted.order_by("-n", "parent_id").limit(1).values("parent_id")
    return await Tenant.get(id=found[0]["parent_id"])


async def _person(name: str, home: Tenant, role: Role, linked: Iterable[tuple[int, Role]] = ()) -> User:
    email = f"{name}@benchmark.example"
    if found := await User.get_or_none(email_norm=email):
        return found
    user = await User.create(tenant_id=home.id, email=email, email_norm=email, first_name="Bench", last_name=name,
                             name_key=f"bench {name}", email_verified=True)
    await AccessGrant.create(user_id=user.id, tenant_id=home.id, role=role.name, source=GrantSource.HOME.name)
    await AccessGrant.bulk_create(
        [AccessGrant(user_id=user.id, tenant_id=id, role=each.name, source=GrantSource.LINKED.name)
         for id, each in linked], batch_size=500)
    await access_changed([user.id])
    return user
