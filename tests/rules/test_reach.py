"""The closure by which reads find tenants: true at every moment, whoever writes at the same time."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable

import pytest

from models import AccessGrant, LinkList, Reach, Tenant
from models.access import GrantSource, Role, TenantKind
from models.grants import access_changed, grants_of
from models.reach import rename, unlike
from models.records import name_key
from models.tenants import plant
from models.transaction import unit_of_work
from models.viewers import Viewer
from server.portfolio.story import load_story, tenant_id, user_id
from tests.stored import stored

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
SAM, ACME = user_id("support@brightline.example"), tenant_id("acme")


async def link(role: Role, expires: dt.datetime | None = None) -> None:
    """Gives Sam a role at Acme in place of the one that he has."""
    held = AccessGrant.filter(user_id=SAM, tenant_id=ACME, source=GrantSource.LINKED.name, revoked_at__isnull=True)
    await held.update(revoked_at=NOW)
    await AccessGrant.create(user_id=SAM, tenant_id=ACME, role=role.name, source=GrantSource.LINKED.name, expires_at=expires)
    await access_changed([SAM])


async def sub_account(name: str) -> Tenant:
    tenant = Tenant.beneath(await Tenant.get(id=ACME), kind=TenantKind.CUSTOMER, name=name)
    await plant([tenant])
    return tenant


async def reached() -> set[int]:
    """What Sam's places reach, by the closure."""
    viewer = Viewer(SAM, holdings=tuple(h for grant in await grants_of(SAM, NOW) for h in grant.holdings()))
    nodes = {node for places in viewer.places for node in places.nodes}
    return {row.tenant_id for row in await Reach.filter(node__in=list(nodes))}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_a_list_follows_links_roles_names_and_sub_accounts(
        kind: str, tmp_path: object, create_postgres: Callable[[str], Awaitable[str]]) -> None:
    async with stored(f"sqlite://{tmp_path}/reach.sqlite" if kind == "sqlite" else await create_postgres("reach")):
        await load_story(NOW)
        before = await reached()
        assert ACME in before
        sub = await unit_of_work(lambda: sub_account("Acme Labs"))
        assert sub.id not in await reached()  # SUPPORT holds for the one that it names
        for role, expires, beneath in ((Role.FULL_ACCESS, None, True), (Role.REGULAR, None, False),
                                       (Role.FULL_ACCESS, NOW + dt.timedelta(days=1), True)):
            await unit_of_work(lambda role=role, expires=expires: link(role, expires))
            assert await reached() - before == ({sub.id} if beneath else set())
            assert await unlike() == []
        later = await unit_of_work(lambda: sub_account("Acme Works"))
        assert later.id in await reached()
        await unit_of_work(lambda: link(Role.FULL_ACCESS))
        latest = await unit_of_work(lambda: sub_account("Acme Yard"))
        assert {sub.id, later.id, latest.id} <= await reached()
        await Tenant.filter(id=latest.id).update(name="Zenith", name_key=name_key("Zenith"))
        await rename([latest.id])
        assert await unlike() == []
        await AccessGrant.filter(user_id=SAM, source=GrantSource.LINKED.name).update(revoked_at=NOW)
        await access_changed([SAM])
        assert ACME not in await reached()
        assert await unlike() == []
        assert await LinkList.filter(user_id=SAM).exists()  # kept empty, for the next link in that role


@pytest.mark.parametrize("first", ["link", "sub-account"])
async def test_a_link_and_a_sub_account_of_the_same_moment_find_each_other(
        first: str, create_postgres: Callable[[str], Awaitable[str]]) -> None:
    async with stored(await create_postgres("reach")):
        await load_story(NOW)
        go_on = asyncio.Event()

        async def linked() -> None:
            await link(Role.FULL_ACCESS)
            if first == "link":
                await go_on.wait()

        async def planted() -> int:
            tenant = await sub_account("Acme Labs")
            if first == "sub-account":
                await go_on.wait()
            return tenant.id

        works = (linked, planted) if first == "link" else (planted, linked)
        tasks = []
        for work in works:
            tasks.append(asyncio.create_task(unit_of_work(work)))  # type: ignore[arg-type]
            await asyncio.sleep(0.3)
        assert not any(task.done() for task in tasks)  # the second waits for the first
        go_on.set()
        done = await asyncio.gather(*tasks)
        assert await unlike() == []
        assert next(id for id in done if id) in await reached()
