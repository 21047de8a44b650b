"""The audit trail in the hands of somebody who can change the database: what was done to it is found by the command line."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from models import AuditEntry, AuditHead
from models.audit import append
from models.sessions import ActingSession
from models.signing import use_keys
from models.transaction import unit_of_work
from server.settings import Settings
from tests.api.test_denied_reads import trail as entries
from tests.api.test_switch_tenant import switch
from tests.client import Person
from tests.forked import Forked
from tests.rules.test_audit import HERE, THERE, entry
from tests.servers import Server
from tests.shop import ADD, open_shop
from tests.stored import connected, furnish


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with two trails: five entries in the one, two in the other."""
    if request.param == "sqlite":
        url = f"sqlite://{tmp_path}/trail.sqlite"
    else:
        create: Callable[[str], Awaitable[str]] = request.getfixturevalue("create_postgres")
        url = await create("trail")
    await furnish(url, story=False)
    use_keys(*Settings().keys)
    async with connected(url):
        for number in range(7):
            await unit_of_work(lambda number=number: append(entry(number, HERE if number < 5 else THERE)))
    return url


async def command(url: str, folder: Path, *arguments: str) -> tuple[int, str]:
    """How `python -m server audit …` ends, and what it says."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TENANTRY_")}
    process = Forked(["audit", *arguments], {**inherited, "TENANTRY_DATABASE_URL": url}, folder / "said")
    return await process.wait(), (folder / "said").read_text()


@pytest.mark.row("B.20")
@pytest.mark.case(158)
async def test_what_was_altered_is_named_and_a_cut_end_shows_by_the_head_that_was_kept(url: str, tmp_path: Path) -> None:
    _, heads = await command(url, tmp_path, "heads")
    assert len(heads.splitlines()) == 2
    kept = tmp_path / "kept.jsonl"
    kept.write_text(heads)
    code, said = await command(url, tmp_path, "verify", "--heads", str(kept))
    assert (code, "2 audit trails with 7 entries" in said) == (0, True)

    async with connected(url):
        left = await AuditEntry.get(tenant_id=HERE, seq=3)
        await AuditEntry.filter(tenant_id=HERE, seq__gt=3).delete()
        await AuditHead.filter(tenant_id=HERE).update(seq=3, hash=left.hash)
    assert (await command(url, tmp_path, "verify"))[0] == 0, "of itself a cut end cannot be seen"
    code, said = await command(url, tmp_path, "verify", "--heads", str(kept))
    assert (code, f"ten_{HERE}: entry 4 is missing" in said, f"ten_{THERE}" in said) == (1, True, False)

    async with connected(url):
        second = await AuditEntry.get(tenant_id=THERE, seq=2)
        await AuditEntry.filter(id=second.id).update(after='{"name":"Somebody else"}')
    code, said = await command(url, tmp_path, "verify")
    assert (code, f"ten_{THERE}: entry 2 (aud_{second.id}, " in said) == (1, True)

    kept.write_text(heads.replace('"seq":5', '"seq":3'))
    code, said = await command(url, tmp_path, "verify", "--heads", str(kept))
    assert (code, "Line 1 was not signed" in said, "Traceback" in said) == (1, True, False)


@pytest.mark.row("B.20")
@pytest.mark.case(158)
async def test_the_trails_of_a_server_are_verified_while_it_runs(server: Server, tmp_path: Path) -> None:
    shop = await open_shop(server)
    place = await shop.customer()
    assert (await shop.add(place, "Access port 1G"))["auditEntryId"]
    async with connected(server.database_url):
        [last] = await AuditEntry.filter(tenant_id=place.key)
    _, heads = await command(server.database_url, tmp_path, "heads")
    assert f'"hash":"{last.hash}"' in heads


@pytest.mark.case(159)
async def test_a_change_that_cannot_be_written_down_is_not_made(server: Server) -> None:
    shop = await open_shop(server)
    place = await shop.customer()
    await shop.add(place, "Access port 1G")
    async with connected(server.database_url):
        await AuditHead.filter(tenant_id=place.key).update(seq=0)  # the next entry takes a number that is there already
    order = {"input": {"customerId": place.id, "products": [{"product": "Access port 1G"}]}}
    answer = await Person(server, shop.people["admin"]).ask(ADD, order)
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert len((await shop.stored(place))[1]) == 1
    async with connected(server.database_url):
        await AuditHead.filter(tenant_id=place.key).update(seq=1)
    assert not (await shop.add(place, "Access port 1G"))["userErrors"]


@pytest.mark.case(159)
async def test_money_that_was_looked_at_while_acting_stands_in_the_trail_of_that_tenant_once_for_each_stay(server: Server) -> None:
    shop = await open_shop(server)
    place = await shop.customer()
    tenant, trail = place.id.replace("cus_", "ten_"), "financialsRead"

    async def stay(who: str, *queries: str) -> None:
        inside = Person(server, token=(await switch(shop.person(who), tenant))["token"])
        for query in queries:
            assert "errors" not in await inside.ask(query, {"id": place.id})

    money = "query($id: ID!) { customer(id: $id) { name ...more } } fragment more on Customer { summary { mrr { amount } } }"
    await stay("support", money)
    await stay("admin", "query($id: ID!) { customer(id: $id) { name } }")
    await stay("regular", money, money)
    await stay("admin", money, "mutation { switchBack(input: {stay: true}) { token } }", money)
    own = Person(server, place.admin)
    async with asyncio.timeout(30):
        while len(found := [entry for entry in await entries(own, tenant, denied=False) if entry["operation"] == trail]) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert len(found) == 2
    async with connected(server.database_url):
        stays = await ActingSession.filter(target_id=place.key).order_by("started_at")
        seen = await AuditEntry.filter(tenant_id=place.key, operation=trail).order_by("seq")
        assert [entry.acting_session_id for entry in seen] == [stays[2].id, stays[3].id]
        assert {(entry.before, entry.after) for entry in seen} == {(None, None)}
