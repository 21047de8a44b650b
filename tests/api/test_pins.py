"""Pinned customers: each person's own, and never more than they may see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.test_links import Desk
from tests.api.test_switch_tenant import ACME, GLOBAL, anew, entered
from tests.client import Person
from tests.servers import Server

PIN = """mutation($input: PinCustomerInput!) { pinCustomer(input: $input) { customer { name isPinned }
  userErrors { code path } warnings { code } auditEntryId } }"""
UNPIN = """mutation($input: UnpinCustomerInput!) { unpinCustomer(input: $input) { customer { name isPinned }
  userErrors { code path } warnings { code } } }"""
PINNED = "{ viewer { pinnedCustomers { id name isPinned mrr { amount } } } }"
UNLINKED = "unlinked@brightline.example"


async def pin(person: Person, id: str) -> dict[str, Any]:
    return (await person.ask(PIN, {"input": {"customerId": id}}))["data"]["pinCustomer"]


async def unpin(person: Person, id: str) -> dict[str, Any]:
    return (await person.ask(UNPIN, {"input": {"customerId": id}}))["data"]["unpinCustomer"]


async def pinned(person: Person) -> list[str]:
    return [c["name"] for c in (await person.ask(PINNED))["data"]["viewer"]["pinnedCustomers"]]


async def customer(server: Server, name: str) -> str:
    answer = await Person(server, "admin@meridian.example").ask(
        "query($name: String!) { customers(search: $name) { nodes { id } } }", {"name": name})
    return answer["data"]["customers"]["nodes"][0]["id"]


@pytest.fixture
async def admin(server: Server) -> AsyncIterator[Person]:
    """admin@brightline.example, who unpins everything afterwards."""
    person = Person(server, "admin@brightline.example")
    yield person
    for c in (await person.ask(PINNED))["data"]["viewer"]["pinnedCustomers"]:
        await unpin(person, c["id"])


@pytest.mark.row("S5.53", "S5.54")
async def test_a_pinned_customer_stands_among_the_pinned_ones_by_name(admin: Person, server: Server) -> None:
    assert await pinned(admin) == []
    for name in (GLOBAL, ACME):
        payload = await pin(admin, await customer(server, name))
        assert payload["customer"] == {"name": name, "isPinned": True} and payload["auditEntryId"]
    assert await pinned(admin) == [ACME, GLOBAL]
    answer = await admin.ask("{ customers { nodes { name isPinned } } }")
    assert {c["name"] for c in answer["data"]["customers"]["nodes"] if c["isPinned"]} == {ACME, GLOBAL}


@pytest.mark.row("S5.55")
async def test_an_unpinned_customer_no_longer_stands_there(admin: Person, server: Server) -> None:
    acme = await customer(server, ACME)
    await pin(admin, acme)
    assert (await unpin(admin, acme))["customer"] == {"name": ACME, "isPinned": False}
    assert await pinned(admin) == []
    assert (await unpin(admin, acme))["warnings"] == [{"code": "ALREADY_DONE"}]


@pytest.mark.row("S5.53")
async def test_pins_are_each_persons_own(admin: Person, server: Server) -> None:
    acme = await customer(server, ACME)
    await pin(admin, acme)
    for email in ("regular@brightline.example", "admin@harbor.example"):
        other = Person(server, email)
        assert await pinned(other) == []
        answer = await other.ask("query($id: ID!) { customer(id: $id) { isPinned } }", {"id": acme})
        assert answer["data"]["customer"] == {"isPinned": False}


@pytest.mark.row("S5.53", "S5.55")
async def test_nobody_pins_or_unpins_a_customer_they_may_not_know_of(server: Server) -> None:
    acme = await customer(server, ACME)
    for email in (UNLINKED, "admin@coastal.example"):
        for made in (await pin(Person(server, email), acme), await unpin(Person(server, email), acme),
                     await pin(Person(server, email), "cus_1234567890123456789")):
            assert made["userErrors"] == [{"code": "NOT_FOUND", "path": ["input", "customerId"]}]


@pytest.mark.row("S5.54")
async def test_a_pinned_customer_disappears_with_the_link_and_comes_back_with_it(server: Server) -> None:
    desk, person = Desk(Person(server, "admin@brightline.example"), server), Person(server, UNLINKED)
    acme = await customer(server, ACME)
    grant = (await desk.link(UNLINKED, ACME))["grant"]["id"]
    await pin(person, acme)
    assert await pinned(person) == [ACME]
    await desk.unlink(grant)
    assert await pinned(person) == []
    grant = (await desk.link(UNLINKED, ACME))["grant"]["id"]
    assert await pinned(person) == [ACME]
    await unpin(person, acme)
    await desk.unlink(grant)


@pytest.mark.row("S5.54")
async def test_a_pin_of_support_shows_the_name_and_no_money(server: Server) -> None:
    support, acme = Person(server, "support@brightline.example"), await customer(server, ACME)
    await pin(support, acme)
    answer = await support.ask(PINNED)
    assert answer["data"]["viewer"]["pinnedCustomers"] == [{"id": acme, "name": ACME, "isPinned": True, "mrr": None}]
    assert answer["extensions"]["withheld"][0]["reason"] == "SUPPORT_ROLE"
    await unpin(support, acme)


@pytest.mark.row("S5.54")
async def test_whoever_acts_elsewhere_has_their_own_pins_as_far_as_they_see_from_there(admin: Person, server: Server) -> None:
    echo, distributor = await customer(server, "Echo Health"), Person(server, "admin@harbor.example")
    await pin(distributor, echo)
    await pin(distributor, await customer(server, ACME))
    inside = await entered(await anew(server, "admin@harbor.example"), "Coastal IT")
    assert await pinned(inside) == ["Echo Health"]
    assert await pinned(distributor) == [ACME, "Echo Health"]
    for name in (ACME, "Echo Health"):
        await unpin(distributor, await customer(server, name))


@pytest.mark.row("S5.53")
async def test_two_pins_at_once_are_one(admin: Person, server: Server) -> None:
    acme = await customer(server, ACME)
    made = await asyncio.gather(*[pin(admin, acme) for _ in range(5)])
    assert [m["userErrors"] for m in made] == [[]] * 5
    assert sum(m["warnings"] == [] for m in made) == 1
    assert await pinned(admin) == [ACME]
