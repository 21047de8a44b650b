"""The data that every server answers from: the demo's own portfolio, and the people of the benchmark."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass

import asyncpg
from tortoise.functions import Count

from models import AccessGrant, Customer, LoginSession, Tenant, User
from models.access import GrantSource, Role, TenantKind
from models.customers import CustomerStatus
from models.database import sqlite_path
from models.transaction import unit_of_work
from server.database import connect, disconnect, migrate
from server.portfolio.generate import generate

SEED = 1
#: How many customers the two people who have links are linked to.
LINKS = 1000
#: How many customers are asked for one by one.
POINTS = 50


@dataclass(frozen=True)
class People:
    """Who asks: a session's token for each name, and the ids that are asked for one by one."""

    tokens: dict[str, str]
    customers: list[str]


async def make(database_url: str, customers: int) -> People:
    """Fill an empty database."""
    await migrate(database_url)
    await connect(database_url)
    try:
        now = dt.datetime.now(dt.UTC)
        await generate(customers, SEED)
        people = await unit_of_work(lambda: _people(now), limit=60)
    finally:
        await disconnect()
    if sqlite_path(database_url) is None:
        await _settle(database_url)
    return people


async def _settle(database_url: str) -> None:
    """What autovacuum would come to by itself: statistics, and the map that index-only scans need."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("vacuum analyze")
    await connection.close()


async def _people(now: dt.datetime) -> People:
    """An admin of the reseller with the most customers, of its distributor and of the platform, and two people of the
    platform who are linked to customers all over the tree."""
    reseller = await _largest()
    distributor = await Tenant.get(id=reseller.parent_id)
    platform = await Tenant.get(id=distributor.parent_id)
    customers = await Tenant.filter(kind=TenantKind.CUSTOMER.name).order_by("id")
    linked = random.Random(SEED).sample(customers, min(LINKS, len(customers) // 2))
    asking = {
        "reseller_admin": await _person("reseller-admin", reseller, Role.ADMIN),
        "distributor_admin": await _person("distributor-admin", distributor, Role.ADMIN),
        "platform_admin": await _person("platform-admin", platform, Role.ADMIN),
        "mixed": await _person("mixed", platform, Role.REGULAR, linked, (Role.REGULAR, Role.READ_ONLY, Role.SUPPORT)),
        "support": await _person("support", platform, Role.SUPPORT, linked, (Role.SUPPORT,)),
    }
    tokens = {name: await (await LoginSession.begin(user, now, "benchmark")).mint() for name, user in asking.items()}
    own = await Customer.filter(tenant__path__startswith=reseller.path, status=CustomerStatus.ACTIVE.name,
                                id__not=reseller.id).order_by("id").limit(min(POINTS, len(customers) // 5))
    return People(tokens, [f"cus_{customer.id}" for customer in own])


async def _largest() -> Tenant:
    counted = Tenant.filter(kind=TenantKind.CUSTOMER.name, sub_account=False).annotate(n=Count("id")).group_by("parent_id")
    found = await counted.order_by("-n", "parent_id").limit(1).values("parent_id")
    return await Tenant.get(id=found[0]["parent_id"])


async def _person(name: str, home: Tenant, role: Role, linked: Iterable[Tenant] = (), roles: tuple[Role, ...] = ()) -> User:
    email = f"{name}@benchmark.example"
    user = await User.create(tenant_id=home.id, email=email, email_norm=email, first_name="Bench", last_name=name,
                             name_key=f"bench {name}", email_verified=True)
    await AccessGrant.create(user_id=user.id, tenant_id=home.id, role=role.name, source=GrantSource.HOME.name)
    await AccessGrant.bulk_create(
        [AccessGrant(user_id=user.id, tenant_id=tenant.id, role=roles[n % len(roles)].name, source=GrantSource.LINKED.name)
         for n, tenant in enumerate(linked)], batch_size=500)
    return user
