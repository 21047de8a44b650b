"""What answers say of cost, and what happens to those who ask for too much: alone, by several processes, by a machine."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession, TCPConnector
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cost import Estimate
from models.access import TenantKind
from models.spending import Spending
from models.viewers import ANYONE, Place, Viewer
from server.portfolio.story import tenant_id, user_id
from server.rates import RateLimited, Rates
from tests import servers
from tests.api.feeding import machine
from tests.api.test_switch_tenant import switch
from tests.client import Person
from tests.live import asked_for, socket
from tests.scheduling import DATABASES
from tests.servers import Server
from tests.stored import connected

ADMIN, REGULAR, SUPPORT, HARBOR = (f"{who}.example" for who in ("admin@brightline", "regular@brightline", "support@brightline",
                                                               "admin@harbor"))
PAGE = "{ customers(first: 50) { nodes { name mrr { formatted } contracts(first: 3) { nodes { id } } } } }"
LEFT = "{ rateLimit { limit cost remaining restoreRate resetAt nodeCount maximum } }"
ESTIMATE = """query($document: String!, $variables: JSON) { estimateCost(document: $document, variables: $variables) {
  points nodes depth perField { path points } } }"""
DEAR = "{ customers(first: 100) { nodes { users(first: 100) { nodes { grants(first: 100) { nodes { id } } } } } } }"
LIMIT, RATE = 2000, 20


def code(answer: dict[str, Any]) -> str:
    return answer["errors"][0]["extensions"]["code"]


# -- what answers say

@pytest.mark.row("B.16")
async def test_every_answer_says_what_it_cost_and_what_is_left_whoever_asks(server: Server) -> None:
    admin, support = Person(server, ADMIN), Person(server, SUPPORT)
    for person in (admin, support):
        assert "errors" not in await person.ask(PAGE)
        assert person.cost and person.cost["requested"] == 250 and person.cost["nodes"] == 200, "what is withheld plays no part"
        assert person.cost["remaining"] <= person.cost["limit"] - 250
        assert person.cost.keys() == {"requested", "nodes", "maximum", "limit", "remaining", "restoreRate"}
    told = (await admin.ask(LEFT.replace("}", "} a: customers(first: 1) { nodes { id } } ", 1)))["data"]["rateLimit"]
    assert admin.cost == {"requested": told["cost"], "nodes": told["nodeCount"], "maximum": told["maximum"],
                          "limit": told["limit"], "remaining": told["remaining"], "restoreRate": told["restoreRate"]}
    assert told["cost"] == 2
    await admin.ask('mutation { unlinkUser(input: {grantId: "grt_1"}) { userErrors { code } } }')
    assert admin.cost["requested"] == 10, "a change that is refused was asked for"
    await admin.ask("{ customers(first: 0) { nodes { id } } }")
    assert admin.cost is None or admin.cost["requested"] == 2


@pytest.mark.row("B.16")
async def test_an_estimate_says_what_the_operation_costs_when_it_is_run(server: Server) -> None:
    person = Person(server, REGULAR)
    page = "query($n: Int) { customers(first: $n) { nodes { name tenant { ancestors { name } } } } viewer { user { email } } }"
    for document, variables in ((PAGE, None), (page, {"n": 7}), (LEFT, None), ("{ __typename }", None)):
        estimate = (await person.ask(ESTIMATE, {"document": document, "variables": variables}))["data"]["estimateCost"]
        assert person.cost["requested"] == 0
        await person.ask(document, variables)
        assert (estimate["points"], estimate["nodes"]) == (person.cost["requested"], person.cost["nodes"])
        assert sum(field["points"] for field in estimate["perField"]) == estimate["points"]
    for document, variables in (("{ nothing }", None), (page, {"n": "seven"}), (page, [7]), ("{", None)):
        answer = await person.ask(ESTIMATE, {"document": document, "variables": variables})
        assert code(answer) == "BAD_REQUEST", "what cannot be run costs nothing"


async def test_who_is_not_signed_in_has_no_allowance_and_is_told_none(server: Server) -> None:
    nobody = Person(server)
    await nobody.ask("{ viewer { user { email } } }")
    assert nobody.cost == {"requested": 2, "nodes": 1, "maximum": nobody.cost["maximum"]}
    for query in (LEFT, '{ estimateCost(document: "{ viewer { user { id } } }") { points } }'):
        assert code(await nobody.ask(query)) == "UNAUTHENTICATED"
    await nobody.ask("{ __schema { queryType { name } } }")
    assert nobody.cost is None, "introspection is the same for everybody"


@pytest.mark.row("B.16")
@pytest.mark.case(121)
async def test_what_costs_more_than_anything_may_is_refused_with_what_costs_most(server: Server) -> None:
    person = Person(server, ADMIN)
    await person.ask("{ customers(first: 1) { nodes { id } } }")
    before = person.cost["remaining"]
    status, _, body = await person.raw(DEAR)
    [error] = orjson.loads(body)["errors"]
    assert (status, error["extensions"]["code"]) == (400, "QUERY_TOO_EXPENSIVE")
    assert error["extensions"]["dearest"][0] == {"path": "customers.nodes.users.nodes.grants", "points": 1_000_000}
    assert "customers.nodes.users.nodes.grants 1,000,000" in error["message"] and "`first`" in error["message"]
    assert person.cost == {"requested": 1_010_200, "nodes": 1_010_100, "maximum": 500_000}
    await person.ask(LEFT)
    assert person.cost["remaining"] >= before, "it is not charged"
    assert (await person.raw(DEAR, headers={"Accept": "application/json"}))[0] == 200
    assert code(await Person(server).ask(DEAR)) in ("QUERY_TOO_EXPENSIVE", "UNAUTHENTICATED")


# -- who asks for too much

@pytest.fixture(scope="module", params=DATABASES)
async def tight(request: pytest.FixtureRequest, create_postgres: Callable[[str], Awaitable[str]],
                tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server whose allowance is soon spent: one process on SQLite, two on PostgreSQL."""
    folder = tmp_path_factory.mktemp("tight")
    several = request.param == "postgres"
    url = await create_postgres("tight") if several else f"sqlite://{folder}/tenantry.sqlite"
    server = await servers.start(url, folder / "server.log", *(["--workers", "2"] if several else []),
                                 TENANTRY_COST_MAXIMUM=str(LIMIT), TENANTRY_COST_LIMIT=str(LIMIT),
                                 TENANTRY_COST_RESTORE_RATE=str(RATE))
    yield server
    await server.stop()


async def spend(person: Person) -> int:
    """Asks until it is refused by every process; how many points were had."""
    had, refused = 0, 0
    while refused < 12:
        async with ClientSession(connector=TCPConnector(force_close=True)) as http, http.post(
                person.server.graphql, json={"query": PAGE}, headers={"Authorization": f"Bearer {await person.token()}"}) as answer:
            assert answer.status in (200, 429)
            had += 250 * (answer.status == 200)
            refused = 0 if answer.status == 200 else refused + 1
        if refused:
            await asyncio.sleep(0.1)
    return had


@pytest.mark.row("B.16")
@pytest.mark.case(131)
async def test_who_has_spent_all_is_told_when_to_ask_again_and_others_are_answered(tight: Server) -> None:
    person = Person(tight, REGULAR)
    loop = asyncio.get_running_loop()
    began, had = loop.time(), await spend(person)
    workers = 2 if tight.database_url.startswith("postgres") else 1
    assert LIMIT - 250 < had <= workers * (LIMIT + RATE) + RATE * (loop.time() - began), "the bound of the decision page"

    status, headers, body = await person.raw(PAGE)
    answer = orjson.loads(body)
    assert (status, code(answer)) == (429, "RATE_LIMITED") and "data" not in answer
    seconds = answer["errors"][0]["extensions"]["retryAfter"]
    assert headers["Retry-After"] == str(seconds)
    assert person.cost["requested"] == 250 > person.cost["remaining"] >= 0
    assert seconds >= math.floor((250 - person.cost["remaining"] - 1) / RATE)
    assert (await person.raw(PAGE, headers={"Accept": "application/json"}))[0] == 429

    for free in (LEFT, "{ __schema { queryType { name } } }", "{ __typename }"):
        assert (await person.raw(free))[0] == 200, "what costs nothing is answered"
    assert (await Person(tight, SUPPORT).raw(PAGE))[0] == 200, "another person"


async def test_an_allowance_belongs_to_the_person_in_the_tenant_in_which_they_act(tight: Server) -> None:
    person = Person(tight, HARBOR)
    inside = Person(tight, token=(await switch(person, f"ten_{tenant_id('brightline')}"))["token"])
    await spend(person)
    assert (await inside.raw(PAGE))[0] == 200
    assert (await person.raw(PAGE))[0] == 429


async def test_an_api_key_has_an_allowance_of_its_own(tight: Server) -> None:
    admin = Person(tight, ADMIN)
    asking = await machine(tight, admin, f"ten_{tenant_id('brightline')}", "CUSTOMER_VIEW", "CONTRACT_VIEW")
    await spend(asking)
    assert code(await asking.ask(PAGE)) == "RATE_LIMITED"
    assert (await admin.raw(PAGE))[0] == 200, "its maker asks on"


async def test_a_subscription_is_charged_when_it_is_opened(tight: Server) -> None:
    person = Person(tight, "sales@harbor.example")
    events = """subscription { customerEvents { customer { contracts(first: 100) { nodes { customer {
      invoices(first: 9) { nodes { id } } } } } } } }"""
    response = await asked_for(person, events)
    assert response.status == 200
    response.close()
    await spend(person)
    response = await asked_for(person, events)
    assert (response.status, code(await response.json())) == (429, "RATE_LIMITED") and int(response.headers["Retry-After"]) >= 1
    async with socket(tight) as connection:
        await connection.greet(await person.token())
        await connection.subscribe("one", events)
        told = await connection.hear()
        assert (told["type"], told["payload"][0]["extensions"]["code"]) == ("error", "RATE_LIMITED")


@pytest.mark.case(131)
async def test_what_was_spent_is_written_down_and_survives_a_restart(tight: Server) -> None:
    person = Person(tight, "readonly@brightline.example")
    await person.ask(PAGE)
    async with asyncio.timeout(30), connected(tight.database_url):
        mine = f"usr_{user_id(str(person.email))}/{tenant_id('brightline')}"
        while not await Spending.filter(who=mine, points__gte=100).exists():  # noqa: ASYNC110
            await asyncio.sleep(0.1)


# -- processes that share, played against each other

class Ledger:
    """What the statement does, by a clock of its own."""

    def __init__(self) -> None:
        self.now, self.at, self.level, self.fails = 0.0, 0.0, 0.0, False

    def clock(self) -> float:
        return self.now

    async def settle(self, charged: dict[str, float], rate: float) -> dict[str, float]:
        if self.fails:
            raise ConnectionError
        self.level = max(0.0, self.level - rate * (self.now - self.at)) + sum(charged.values())
        self.at = self.now
        return dict.fromkeys(charged, self.level)


SOMEBODY = Viewer(user_id=1, current=Place(2, "/2/", TenantKind.RESELLER))
STEPS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 1000), st.floats(0, 3)), max_size=60)


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 4), STEPS)
def test_no_processes_together_let_through_more_than_the_bound(count: int, steps: list[tuple[int, int, float]]) -> None:
    async def play() -> None:
        ledger, limit, rate = Ledger(), 1000, 50.0
        processes = [Rates(limit, limit, rate, clock=ledger.clock, settle=ledger.settle) for _ in range(count)]
        true, at, told_at = 0.0, 0.0, [0.0] * count
        for which, points, pause in steps:
            for n, process in enumerate(processes):  # each round a second after something was charged, at the latest
                if told_at[n] + 1.0 <= ledger.now:
                    await process.round()
                    told_at[n] = ledger.now
            true, at = max(0.0, true - rate * (ledger.now - at)), ledger.now
            with suppress(RateLimited):
                charge = processes[which % count].charge(SOMEBODY, Estimate(points, 0))
                true += points
                assert 0 <= charge.remaining <= limit - points
            assert true <= count * (limit + rate * 4) + 1e-6
            ledger.now += pause
    asyncio.run(play())


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.integers(1, 1000), st.floats(0, 30)), max_size=40))
def test_who_waits_as_long_as_told_is_answered_and_never_has_more_than_the_limit(steps: list[tuple[int, float]]) -> None:
    ledger = Ledger()
    rates = Rates(1000, 1000, 50.0, clock=ledger.clock, settle=ledger.settle)
    had = 0
    for points, pause in steps:
        try:
            charge = rates.charge(SOMEBODY, Estimate(points, 0))
        except RateLimited as refused:
            ledger.now += refused.retry_after
            charge = rates.charge(SOMEBODY, Estimate(points, 0))
        had += points
        assert 0 <= charge.remaining <= 1000 - points
        assert had <= 1000 + 50 * ledger.now + 1e-6
        ledger.now += pause


async def test_where_the_database_does_not_answer_a_process_goes_on_by_what_it_knows_and_tells_it_later() -> None:
    ledger = Ledger()
    rates = Rates(1000, 1000, 50.0, clock=ledger.clock, settle=ledger.settle)
    rates.charge(SOMEBODY, Estimate(900, 0))
    ledger.fails = True
    await rates.round()
    with pytest.raises(RateLimited):
        rates.charge(SOMEBODY, Estimate(200, 0))
    ledger.fails = False
    await rates.round()
    assert (rates.failed, ledger.level) == (1, 900)
    await rates.round()
    assert ledger.level == 900, "it is told once"


def test_what_costs_nothing_is_never_refused() -> None:
    rates = Rates(1000, 1000, 50.0, clock=Ledger().clock)
    rates.charge(SOMEBODY, Estimate(1000, 0))
    assert rates.charge(SOMEBODY, Estimate(0, 0)).remaining == 0
    assert rates.charge(ANYONE, Estimate(5, 1)).limit is None
