"""An answer that says how it came about: to whom, what it tells, and that it tells nothing of anybody's."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from server.portfolio.story import sign_ins, tenant_id, user_id
from server.settings import Settings
from tests.client import Person, sign_in
from tests.scheduling import DATABASES
from tests.servers import Server

ROSA, SUPPORT, UNLINKED = "regular@brightline.example", "support@brightline.example", "unlinked@brightline.example"
PLATFORM = "admin@meridian.example"
PAGE = """query($n: Int, $search: String, $after: String) { customers(first: $n, search: $search, after: $after) {
  pageInfo { hasNextPage endCursor } nodes { name mrr { formatted } primaryAdmin { displayName }
    contracts(first: 2) { nodes { number value { amount } } } contractSummary { byStatus { status count } } } } }"""
EVERYTHING = [PAGE, "{ viewer { user { email } currentTenant { name } capabilities } }",
              "{ tenantTree { name children { nodes { name children { totalCount nodes { name customer { status } } } } } } }",
              "{ invoices { totalCount nodes { number status total { formatted } } } }",
              "{ customers(sort: {key: MRR, direction: DESC}, last: 3) { edges { cursor node { name services { nodes { name } } } } } }"]
ENTER = "mutation($id: ID!) { switchTenant(input: {tenantId: $id}) { token userErrors { message } } }"
LINK = """mutation($customer: ID!, $user: ID!) { linkUser(input: {customerId: $customer, userId: $user, role: READ_ONLY},
  options: {dryRun: true}) { dryRun userErrors { code } } }"""


@pytest.fixture(scope="module", params=DATABASES)
async def reserved(request: pytest.FixtureRequest, serve: Callable[..., Awaitable[Server]],
                   create_postgres: Callable[[str], Awaitable[str]], tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server that explains to the platform's administrators only."""
    path: Path = tmp_path_factory.mktemp("reserved") / "story.sqlite"
    url = f"sqlite://{path}" if request.param == "sqlite" else await create_postgres("reserved")
    return await serve(url, TENANTRY_EXPLAIN="false")


async def raw(person: Person, query: str, variables: dict[str, Any] | None = None, explain: Any = True) -> bytes:
    request = {"query": query, "variables": variables or {}, "extensions": {"explain": explain}}
    _, _, body = await person.post(orjson.dumps(request))
    return body


async def explain(person: Person, query: str, **variables: Any) -> dict[str, Any]:
    return orjson.loads(await raw(person, query, variables))["extensions"]["explain"]


def of(entries: list[dict[str, Any]], path: str) -> dict[str, Any]:
    """The one entry of a path, without it."""
    found, = (entry for entry in entries if entry["path"] == path)
    return {name: value for name, value in found.items() if name != "path"}


# -- what is told

async def test_rosa_sees_that_the_mask_of_the_place_decides_on_the_mrr(story: Server) -> None:
    told = await explain(Person(story, ROSA), PAGE, n=5)
    assert of(told["fields"], "customers.nodes.mrr") == {"capability": "FINANCIALS_VIEW", "held": "PER ROW", "by": "MASK"}
    assert of(told["fields"], "customers.nodes.contracts.nodes.value")["held"] == "ALWAYS"
    assert of(told["withheld"], "customers.nodes.mrr") == {
        "capability": "FINANCIALS_VIEW", "reason": "SUPPORT_ROLE", "nulls": 1}
    assert told["python"] == ["customers.nodes.mrr.formatted"]


async def test_rosa_sees_that_customers_are_found_by_way_of_her_places(story: Server) -> None:
    told = await explain(Person(story, ROSA), PAGE, n=1)
    found = of(told["rows"], "customers")
    assert found["door"] == {"capability": "CUSTOMER_VIEW", "held": "BY PLACE", "by": "REACH"}
    assert (found["found"], found["first"], found["rows"]) == ("BY PLACE IN ORDER", 1, 1)
    assert found["order"] == ["NAME ASC", "id"]
    assert any("status in ('ACTIVE'" in test for test in found["conditions"])
    assert of(told["rows"], "customers.nodes.primaryAdmin")["door"] == {
        "capability": "USER_VIEW", "held": "ALWAYS", "given": ["CUSTOMER_VIEW"]}
    assert {(p["from"], p["kind"]) for p in told["parameters"]} >= {
        ("viewer: nodes of CUSTOMER_VIEW", "2 ints"), ("viewer: masks of CUSTOMER_VIEW", "2 ints")}


@pytest.mark.case(31)
async def test_a_field_that_support_holds_nowhere_is_never_read(story: Server) -> None:
    told = await explain(Person(story, SUPPORT), PAGE, n=5)
    assert of(told["fields"], "customers.nodes.mrr") == {"capability": "FINANCIALS_VIEW", "held": "NEVER"}
    assert "mrr_minor" not in "\n".join(told["sql"])


async def test_who_is_linked_to_nobody_stands_before_a_door_that_never_opens(story: Server) -> None:
    found = of((await explain(Person(story, UNLINKED), PAGE, n=5))["rows"], "customers")
    assert found["door"] == {"capability": "CUSTOMER_VIEW", "held": "NEVER"}
    assert found["rows"] == 0


async def test_the_platforms_administrator_needs_no_door(story: Server) -> None:
    told = await explain(Person(story, PLATFORM), PAGE, n=100)
    assert of(told["rows"], "customers")["door"] == {"capability": "CUSTOMER_VIEW", "held": "ALWAYS"}
    assert told["withheld"] == []
    assert not any(parameter["from"].startswith("viewer: nodes") for parameter in told["parameters"])


async def test_rows_are_counted_in_the_answer(story: Server) -> None:
    answer = orjson.loads(await raw(Person(story, ROSA), PAGE, {"n": 5}))
    nodes, rows = answer["data"]["customers"]["nodes"], answer["extensions"]["explain"]["rows"]
    assert of(rows, "customers")["rows"] == len(nodes) == 2
    assert of(rows, "customers.nodes.contracts")["rows"] == sum(len((n["contracts"] or {"nodes": []})["nodes"]) for n in nodes)
    assert of(rows, "customers.nodes.primaryAdmin")["rows"] == 2


async def test_parameters_tell_where_they_come_from_and_of_what_kind_they_are(story: Server) -> None:
    first = await Person(story, ROSA).ask(PAGE, {"n": 1})
    cursor = first["data"]["customers"]["pageInfo"]["endCursor"]
    told = await explain(Person(story, ROSA), PAGE, n=1, search="o", after=cursor)
    kinds = {(parameter["from"], parameter["kind"]) for parameter in told["parameters"]}
    assert {("variable after", "text"), ("variable after", "int"), ("variable search", "text"), ("clock", "time"),
            ("proviso", "text"), ("proviso", "time"), ("proviso", "int")} <= kinds
    assert of(told["rows"], "customers")["after"] is True
    assert of(told["rows"], "customers")["found"] == "BY LETTERS IN ORDER"
    assert [parameter["name"][1:] for parameter in told["parameters"]] == [str(n + 1) for n in range(len(told["parameters"]))]
    used = set(re.findall(r"[$?](\d+)", "\n".join(told["sql"])))
    assert used == {parameter["name"][1:] for parameter in told["parameters"]}


async def test_what_was_kept_and_what_it_took(story: Server) -> None:
    query = f"{{ customers {{ nodes {{ {story.url.rpartition(':')[2].translate(str.maketrans('0123456789', 'abcdefghij'))}: name }} }} }}"
    first, again = [orjson.loads(await raw(Person(story, ROSA), query)) for _ in range(2)]
    assert first["extensions"]["explain"]["kept"] == {"document": False, "plan": False}
    assert again["extensions"]["explain"]["kept"] == {"document": True, "plan": True}
    told = again["extensions"]["explain"]
    parts = dict(told["milliseconds"])
    assert parts.pop("all") == pytest.approx(sum(parts.values()), abs=0.01)
    assert parts.keys() == {"document", "session", "plan", "database", "finishing"}
    assert all(taken >= 0 for taken in parts.values())
    assert told["bytes"]["data"] == len(orjson.dumps(again["data"]))


async def test_an_answer_by_get_is_explained_too(story: Server) -> None:
    token = await Person(story, ROSA).token()
    parameters = {"query": PAGE, "extensions": '{"explain": true}'}
    async with story.http.get(story.graphql, params=parameters, headers={"Authorization": f"Bearer {token}"}) as response:
        assert orjson.loads(await response.read())["extensions"]["explain"]["sql"][0].startswith("select")


# -- what stays as it is

@pytest.mark.parametrize("query", EVERYTHING, ids=str)
async def test_the_data_is_the_same_byte_for_byte(story: Server, query: str) -> None:
    for person in sign_ins():
        _, _, without = await Person(story, person.email).raw(query)
        data, more, _ = without.partition(b',"extensions":')
        data = data if more else data.removesuffix(b"}")
        explained = await raw(Person(story, person.email), query)
        assert explained.startswith(data + b',"extensions":{')
        assert orjson.loads(explained)["extensions"].get("withheld") == orjson.loads(without).get("extensions", {}).get("withheld")
        assert await raw(Person(story, person.email), query, explain=False) == without


# -- what is never told

@pytest.mark.parametrize("query", EVERYTHING, ids=str)
async def test_no_value_is_told_of_anybody(story: Server, query: str) -> None:
    """No id, name, address or token: neither somebody else's nor the viewer's own."""
    for person in sign_ins():
        told = orjson.dumps(await explain(Person(story, person.email), query, n=5, search="acme-or-else")).decode()
        numbers = set(re.findall(r"\d{9,}", told)) - {str(2**63 - 1)}
        assert numbers == set(), (person.email, numbers)
        for value in ("acme", "Acme", "Global", "Echo", "Delta", "Brightline", ".example", "1250", "1,250"):
            assert value not in told, (person.email, value)


async def test_what_is_given_in_the_document_is_not_told_either(story: Server) -> None:
    told = orjson.dumps(await explain(Person(story, ROSA), '{ customers(search: "zebra") { nodes { name } } }')).decode()
    assert "zebra" not in told
    assert '"from":"document"' in told


# -- to whom

async def test_rosa_is_answered_but_not_explained_where_that_is_reserved(reserved: Server) -> None:
    without = await Person(reserved, ROSA).ask(PAGE, {"n": 5})
    answer = orjson.loads(await raw(Person(reserved, ROSA), PAGE, {"n": 5}))
    refusal = answer["extensions"].pop("explain")
    assert answer == without
    assert refusal.keys() == {"code", "message"}
    assert refusal["code"] == "FORBIDDEN"
    assert "PLATFORM_ADMIN" in refusal["message"]
    assert "TENANTRY_EXPLAIN" in refusal["message"]


async def test_the_platforms_administrator_is_always_explained_to(reserved: Server) -> None:
    assert (await explain(Person(reserved, PLATFORM), PAGE, n=5))["rows"]


async def test_acting_at_brightline_the_platforms_administrator_is_one_of_brightlines(reserved: Server) -> None:
    own = Person(reserved, token=await sign_in(reserved, PLATFORM))
    entered = await own.ask(ENTER, {"id": f"ten_{tenant_id('brightline')}"})
    inside = Person(reserved, token=entered["data"]["switchTenant"]["token"])
    assert (await explain(inside, PAGE))["code"] == "FORBIDDEN"


async def test_nobody_is_answered_but_not_explained_where_that_is_reserved(reserved: Server) -> None:
    answer = orjson.loads(await raw(Person(reserved), "{ viewer { user { email } } }"))
    assert answer["data"] == {"viewer": None}
    assert answer["extensions"]["explain"]["code"] == "FORBIDDEN"


@pytest.mark.parametrize(("environment", "explain", "to_everybody"), [
    ("development", None, True), ("production", None, False), ("development", False, False), ("production", True, True)])
def test_unless_it_is_set_everybody_is_explained_to_in_development_only(
        environment: Any, explain: bool | None, to_everybody: bool) -> None:
    settings = Settings(environment=environment, explain=explain, secret="s" * 32, base_url="https://portal.example.com",
                        smtp_url="smtp://mail.example.com")
    assert settings.explains is to_everybody


# -- what has no plan

async def test_a_mutation_is_made_and_says_that_it_has_no_plan(story: Server) -> None:
    ids = {"customer": f"cus_{tenant_id('global')}", "user": f"usr_{user_id(UNLINKED)}"}
    answer = orjson.loads(await raw(Person(story, "admin@brightline.example"), LINK, ids))
    assert answer["data"]["linkUser"] == {"dryRun": True, "userErrors": []}
    assert answer["extensions"]["explain"]["code"] == "NOT_COMPILED"


async def test_introspection_says_that_it_has_no_plan_and_stays_as_it_is_for_others(story: Server) -> None:
    query = "{ __schema { queryType { name } } }"
    for _ in range(2):
        answer = orjson.loads(await raw(Person(story, ROSA), query))
        assert answer["extensions"]["explain"]["code"] == "NOT_COMPILED"
        assert "extensions" not in await Person(story, ROSA).ask(query)


@pytest.mark.parametrize("wish", [1, "true", {}, [True]], ids=str)
async def test_a_wish_that_is_no_boolean_is_refused(story: Server, wish: Any) -> None:
    answer = orjson.loads(await raw(Person(story, ROSA), PAGE, explain=wish))
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_REQUEST"]
    assert "extensions.explain" in answer["errors"][0]["message"]
