"""Reads that were refused: one entry a minute in the audit trail of where their asker acts, and a figure in /metrics."""

import asyncio
import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from models.access import TenantKind
from models.audit import verify
from models.signing import use_keys
from models.viewers import Place, Viewer
from resolvers.denials import Denied
from server.denials import WAITING, Denials
from server.settings import Settings
from tests.api.feeding import Branch, branch, machine
from tests.client import Person
from tests.live import asked_for, figure, listening
from tests.servers import Server
from tests.shop import open_shop
from tests.stored import connected

TRAIL = """query($id: ID!, $denied: Boolean) { tenant(id: $id) { auditEntries(denied: $denied, first: 50) { totalCount nodes {
  id operation isDenial resource path capability reason requestId at hash actor { email } tenant { id } } } } }"""
NAMED = """query($one: ID!, $two: ID!) { tenant(id: $one) { name } again: tenant(id: $one) { name } customer(id: $two) { name }
  tenantTree(root: $one) { name } mine: node(id: "nothing at all") { id } }"""
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
LOST = "tenantry_denials_unwritten_total"


async def trail(person: Person, tenant: str, denied: bool | None = True) -> list[dict[str, Any]]:
    answer = await person.ask(TRAIL, {"id": tenant, "denied": denied})
    return answer["data"]["tenant"]["auditEntries"]["nodes"]


async def written(person: Person, tenant: str, holds: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
    """The trail's refusals, as soon as they are as is expected: they are written after the answer."""
    async with asyncio.timeout(60):
        while not holds(found := await trail(person, tenant)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return found


def told(entries: Iterable[dict[str, Any]]) -> set[tuple[str, str | None, str]]:
    return {(entry["path"], entry["resource"] or entry["capability"], entry["reason"]) for entry in entries}


async def test_who_names_a_tenant_that_they_may_not_see_leaves_an_entry_whether_there_is_one_or_not(server: Server) -> None:
    own, other = await open_shop(server), await branch(server)
    asker, admin = own.person("regular"), own.person("admin")
    home = (await admin.ask("{ viewer { homeTenant { id } } }"))["data"]["viewer"]["homeTenant"]["id"]
    none = "cus_4611686018427387999"
    for _ in range(3):
        answer = await asker.ask(NAMED, {"one": other.tenant("reseller"), "two": none})
        assert set(answer["data"].values()) == {None}
    status, headers, _ = await asker.raw("{ viewer { user { id } } }", headers={"X-Tenantry-Tenant": other.tenant("c1")})
    assert status == 409
    found = await written(admin, home, lambda entries: len(entries) >= 4)
    assert told(found) == {("Query.tenant", other.tenant("reseller"), "NOT_VISIBLE"), ("Query.customer", none, "NOT_VISIBLE"),
                           ("Query.tenantTree", other.tenant("reseller"), "NOT_VISIBLE"),
                           ("X-Tenantry-Tenant", other.tenant("c1"), "NOT_VISIBLE")}
    assert len(found) == 4, "once a minute, however often and under however many names"
    assert {(e["operation"], e["isDenial"], e["actor"]["email"], e["tenant"]["id"]) for e in found} == {
        ("readDenied", True, asker.email, home)}
    assert headers["X-Request-Id"] in {entry["requestId"] for entry in found}

    # a tenant that they may see, and an object of it
    await asker.raw("{ viewer { user { id } } }", headers={"X-Tenantry-Tenant": home})
    await asker.ask("query($id: ID!) { tenant(id: $id) { name customer { id } } }", {"id": home})
    assert len(await trail(admin, home)) == 4
    assert {entry["isDenial"] for entry in await trail(admin, home, denied=False)} <= {False}
    assert not set(await trail_ids(admin, home)) - {entry["id"] for entry in await trail(admin, home, denied=None)}

    # who may not see the trail, of this tenant or of the other
    answer = await asker.ask(TRAIL, {"id": home})
    assert answer["data"] == {"tenant": {"auditEntries": None}}
    assert answer["extensions"]["withheld"] == [
        {"path": "tenant.auditEntries", "capability": "AUDIT_VIEW", "reason": "ROLE"}]
    assert (await asker.ask("query($id: ID!) { node(id: $id) { id } }", {"id": found[0]["id"]}))["data"] == {"node": None}
    assert (await admin.ask("query($id: ID!) { node(id: $id) { id } }", {"id": found[0]["id"]}))["data"]["node"]
    use_keys(*Settings().keys)
    async with connected(server.database_url):
        assert await verify(int(home[4:])) is None, "refusals are chained like changes"


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_naming_several_at_once_or_beside_what_is_not_compiled_leaves_an_entry_too(server: Server) -> None:
    own, other = await open_shop(server), await branch(server)
    admin, one, two = own.person("admin"), other.tenant("reseller"), other.customer("c1")
    home = (await admin.ask("{ viewer { homeTenant { id } } }"))["data"]["viewer"]["homeTenant"]["id"]
    several = "query($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { id } mine: nodes(ids: [$id]) { id } }"
    answer = await own.person("regular").ask(several, {"ids": [home, "usr_1", "nothing", two], "id": home})
    assert answer["data"] == {"nodes": [{"id": home}, None, None, None], "mine": [{"id": home}]}
    beside = await own.person("sales").ask(f'{{ rateLimit {{ limit }} customer(id: "{two}") {{ name }} }}')
    schema = await own.person("support").ask(f'{{ __schema {{ queryType {{ name }} }} nodes(ids: "{one}") {{ id }} }}')
    assert (beside["data"]["customer"], schema["data"]["nodes"]) == (None, [None])
    found = await written(admin, home, lambda entries: len(entries) >= 3)
    assert {(e["actor"]["email"], e["path"], e["resource"], e["reason"]) for e in found} == {
        (own.people["regular"], "Query.nodes", two, "NOT_VISIBLE"), (own.people["sales"], "Query.customer", two, "NOT_VISIBLE"),
        (own.people["support"], "Query.nodes", one, "NOT_VISIBLE")}


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_listening_to_what_one_may_not_know_of_leaves_an_entry(server: Server) -> None:
    own, other = await open_shop(server), await branch(server)
    asker, admin, hidden = own.person("regular"), own.person("admin"), other.customer("c1")
    home = (await admin.ask("{ viewer { homeTenant { id } } }"))["data"]["viewer"]["homeTenant"]["id"]
    for query in ("subscription($id: ID!) { onboardingProgress(customerId: $id) { status } }",
                  "subscription($id: ID!) { customerEvents(customerIds: [$id]) { kind } }"):
        async with listening(asker, query, {"id": hidden}) as stream:
            assert await stream.next() is None
    refused = await asked_for(asker, "subscription { notifications { title } }", **{"X-Tenantry-Tenant": other.tenant("c1")})
    assert "CONTEXT_SUPERSEDED" in await refused.text()
    found = await written(admin, home, lambda entries: len(entries) >= 3)
    assert told(found) == {("Subscription.onboardingProgress", hidden, "NOT_VISIBLE"),
                           ("Subscription.customerEvents", hidden, "NOT_VISIBLE"),
                           ("X-Tenantry-Tenant", other.tenant("c1"), "NOT_VISIBLE")}


async def trail_ids(person: Person, tenant: str) -> list[str]:
    return [entry["id"] for entry in await trail(person, tenant)]


async def test_a_machine_that_asks_beyond_its_scope_leaves_an_entry_for_each_capability(server: Server) -> None:
    own: Branch = await branch(server)
    admin = Person(server, "admin@harbor.example")
    before, lost = await figure(server, "tenantry_fields_withheld_total"), await figure(server, LOST)
    asking = await machine(server, admin, own.tenant("reseller"), "CUSTOMER_VIEW")
    query = "{ customers(first: 2) { nodes { name a: mrr { amount } b: mrr { currency } } } }"
    for _ in range(2):
        assert (await asking.ask(query))["extensions"]["withheld"]
    await asking.ask("mutation { signOut(input: {}) { userErrors { code } } }")
    found = await written(admin, own.tenant("reseller"), lambda entries: len(entries) >= 2)
    assert told(found) == {("extensions.withheld", "FINANCIALS_VIEW", "API_KEY_SCOPE"), ("Mutation.signOut", None, "FORBIDDEN")}
    assert {entry["actor"] for entry in found} == {None} and len(found) == 2
    assert await figure(server, "tenantry_fields_withheld_total") >= before + 4
    async with server.http.get(f"{server.url}/metrics") as response:
        text = await response.text()
    assert re.search(r'tenantry_reads_denied_total{capability="FINANCIALS_VIEW",reason="API_KEY_SCOPE"} [1-9]', text)
    assert await figure(server, LOST) == lost


# -- never in the way

SOMEBODY = Viewer(user_id=1, current=Place(2, "/2/", TenantKind.RESELLER))


async def test_what_cannot_be_written_is_counted_and_nobody_waits_for_it() -> None:
    async def fail(_: Denied) -> None:
        raise ConnectionError

    denials = Denials(fail)
    for n in range(WAITING + 10):
        denials.note(Denied(SOMEBODY, "NOT_VISIBLE", f"path {n}", NOW, "r"))
        denials.note(Denied(SOMEBODY, "NOT_VISIBLE", f"path {n}", NOW + dt.timedelta(seconds=59), "r"))
    assert denials.lost == 10 and denials.counted["", "NOT_VISIBLE"] == 2 * WAITING + 20
    denials.close()
    await denials.run()
    assert denials.lost == WAITING + 10


@pytest.mark.parametrize(("seconds", "rows"), [(59, 1), (61, 2)])
async def test_the_same_refusal_is_written_once_a_minute(seconds: int, rows: int) -> None:
    found: list[Denied] = []

    async def keep(denied: Denied) -> None:
        found.append(denied)

    denials = Denials(keep)
    for later in (0, seconds):
        denials.note(Denied(SOMEBODY, "NOT_VISIBLE", "Query.tenant", NOW + dt.timedelta(seconds=later), "r"))
    denials.close()
    await denials.run()
    assert len(found) == rows
