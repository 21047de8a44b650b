"""What is typed in comes out as text, in order and in its place, whatever it looks like (catalogue, section E)."""

from __future__ import annotations

import unicodedata

import orjson
import pytest

from tests.client import Person
from tests.edge.wire import send
from tests.inviting import fresh, invite_customer
from tests.servers import Server

ADMIN = "admin@brightline.example"
INVITED = "query($after: String) { invitations(first: 100, after: $after) { nodes { email organizationName } pageInfo { endCursor hasNextPage } } }"


async def named(server: Server, name: str) -> tuple[list[str], str | None]:
    """The codes with which a company's name is refused, or the name as it is told ever after."""
    admin, email, after = Person(server, ADMIN), fresh("typed"), None
    codes = [error["code"] for error in (await invite_customer(admin, email, organizationName=name))["userErrors"]]
    while not codes:
        page = (await admin.ask(INVITED, {"after": after}))["data"]["invitations"]
        for found in page["nodes"]:
            if found["email"] == email:
                return [], found["organizationName"]
        after = page["pageInfo"]["endCursor"]
    return codes, None


@pytest.mark.case(105)
@pytest.mark.parametrize(("typed", "kept"), [
    ("Ko\u0308ln \t\r\n GmbH\x1b[31m", "Köln GmbH [31m"), ("A\x85B\u2028C", "A B C"), ("😀 Ltd 𝔄", "😀 Ltd 𝔄"),
    ("a" * 201, None), ("e" + "\u0301" * 300, None), ("\u200b \u2060", None)])
async def test_a_name_is_one_line_of_composed_letters_and_not_too_many(server: Server, typed: str, kept: str | None) -> None:
    codes, told = await named(server, typed)
    assert (told, bool(codes)) == (kept, kept is None)
    assert told is None or not any(unicodedata.category(c) == "Cc" for c in told)


@pytest.mark.case(109)
@pytest.mark.parametrize("markup", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{7*7}} ${7*7}", "javascript:alert(1)"])
async def test_markup_in_a_name_is_text_and_the_answer_no_page(server: Server, markup: str) -> None:
    assert await named(server, markup) == ([], markup)
    status, headers, _ = await Person(server, ADMIN).raw("{ __typename }")
    assert (status, headers["X-Content-Type-Options"], headers["Content-Type"].partition(";")[0]) == (
        200, "nosniff", "application/graphql-response+json")


@pytest.mark.case(109)
@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://", "//evil.example", "http://a b", "ftp://x.example"])
async def test_an_address_that_a_page_would_link_to_begins_with_http(story: Server, url: str) -> None:
    customer = (await Person(story, ADMIN).ask("{ customers(first: 1) { nodes { id } } }"))["data"]["customers"]["nodes"][0]["id"]
    answer = await Person(story, ADMIN).ask(
        "mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input, options: {dryRun: true}) { userErrors { code path } } }",
        {"input": {"customerId": customer, "website": url}})
    refused = answer.get("errors") or answer["data"]["updateCustomer"]["userErrors"]
    assert refused, url


@pytest.mark.case(107)
@pytest.mark.parametrize("arguments", [
    'sort: {key: mrr_minor}', 'sort: {key: "NAME"}', 'sort: {key: NAME__PARENT}', 'sort: {key: NAME, direction: "ASC; drop"}',
    'filter: {mrr: {gt: 1}}', 'filter: {tenant__name: "x"}', 'filter: {status: ["ACTIVE"]}', 'filter: {mrrMinor: 1}'])
async def test_no_column_is_named_by_a_request(story: Server, arguments: str) -> None:
    status, _, body = await Person(story, ADMIN).raw(f"{{ customers(first: 1, {arguments}) {{ totalCount }} }}")
    assert (status, orjson.loads(body)["errors"][0]["extensions"]["code"]) == (400, "DOCUMENT_INVALID")


@pytest.mark.case(113)
async def test_no_header_and_no_name_begins_a_line_of_the_log_or_colours_it(server: Server) -> None:
    before = len(server.log.read_bytes())
    for header in ("User-Agent", "X-Request-Id", "X-Tenantry-Tenant", "Referer", "X-Forwarded-For"):
        for given in ('a\x1b[31m\x7f\t{"event":"forged"}', 'b\n{"event":"forged"}', 'c %0a{"event":"forged"}\\n'):
            await send(server, b'{"query":"query Quiet { __typename }"}', {"Content-Type": "application/json", header: given})
    await Person(server).raw("{ __typename }", operation='x\n{"event":"forged"}\x1b[0m')
    written = server.log.read_bytes()[before:]
    assert b"\x1b" not in written
    assert not [line for line in written.splitlines() if line.startswith(b"{") and orjson.loads(line)["event"] == "forged"]
    assert b'"operation":"Quiet"' in written
