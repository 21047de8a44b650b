"""Requests put together to get round a decision: directives, names of relations, several operations, other hosts."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.client import Person
from tests.inviting import DOCUMENTS, fresh, links
from tests.servers import Server
from tests.shop import open_shop

SUPPORT, ADMIN = "support@brightline.example", "admin@brightline.example"
SWITCHED = """query($on: Boolean!, $off: Boolean = false) { customers(first: 1) { nodes { name
  mrr @include(if: $on) { amount } other: mrr @skip(if: $on) { amount } never: mrr @include(if: $off) { amount }
  ... @include(if: $on) { inside: summary { mrr { amount } } } ... on Customer @skip(if: $off) { contracts { totalCount } } } } }"""


@pytest.mark.case(4)
async def test_a_switched_field_is_decided_on_as_any_other(story: Server) -> None:
    for on, seen in ((True, {"mrr", "inside", "contracts"}), (False, {"other", "contracts"})):
        answer = await Person(story, SUPPORT).ask(SWITCHED, {"on": on})
        [acme] = answer["data"]["customers"]["nodes"]
        assert acme == {"name": "Acme Corporation", **dict.fromkeys(seen)}
        assert {entry["path"].rpartition(".")[2] for entry in answer["extensions"]["withheld"]} == seen
    shown = await Person(story, ADMIN).ask(SWITCHED, {"on": True})
    assert shown["data"]["customers"]["nodes"][0]["mrr"] == {"amount": "1250.00"}


@pytest.mark.case(6, 7, 8)
@pytest.mark.parametrize("story", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("type_", "value"), [
    ("CustomerFilter", {"mrr": {"gt": 500}}), ("CustomerFilter", {"mrr__gte": 50}), ("CustomerFilter", {"invoices__total__gte": 1}),
    ("CustomerFilter", {"not": {"parent__mrr": 1}}), ("CustomerFilter", {"mrrMinor": 1}), ("CustomerFilter", {"and": [{"mrr_minor": 1}]}),
    ("CustomerSort", {"key": "-entries__amount"}), ("CustomerSort", {"key": "mrr_minor"}), ("CustomerSort", {"key": "NAME", "by": "MRR"})])
async def test_no_name_of_a_column_or_relation_is_taken_for_a_criterion(story: Server, type_: str, value: dict[str, Any]) -> None:
    argument = "filter" if type_ == "CustomerFilter" else "sort"
    asked = f"query($given: {type_}) {{ customers({argument}: $given) {{ totalCount }} }}"
    answers = {email: await Person(story, email).raw(asked, {"given": value}) for email in (SUPPORT, ADMIN)}
    assert answers[SUPPORT][::2] == answers[ADMIN][::2]
    status, _, body = answers[SUPPORT]
    assert (status, orjson.loads(body)["errors"][0]["extensions"]["code"]) == (400, "VARIABLES_INVALID")


@pytest.mark.case(33)
@pytest.mark.parametrize("story", ["sqlite"], indirect=True)
@pytest.mark.parametrize("later", ["mrr @defer { amount }", "... @defer { mrr { amount } }", "tags { nodes @stream { name } }"])
async def test_no_part_of_an_answer_comes_later(story: Server, later: str) -> None:
    status, _, body = await Person(story, SUPPORT).raw(f"{{ customers {{ nodes {{ name {later} }} }} }}")
    assert (status, orjson.loads(body)["errors"][0]["extensions"]["code"]) == (400, "DOCUMENT_INVALID")


@pytest.mark.case(19)
@pytest.mark.parametrize("story", ["sqlite"], indirect=True)
async def test_of_several_operations_the_one_that_is_named_is_answered_for_who_asks(story: Server) -> None:
    text = "query Names { customers { nodes { name } } } query Money { customers { nodes { mrr { amount } } } }"
    for email, amount in ((ADMIN, {"amount": "1250.00"}), (SUPPORT, None), (ADMIN, {"amount": "1250.00"})):
        answer = await Person(story, email).ask(text, operation="Money")
        assert answer["data"]["customers"]["nodes"][0] == {"mrr": amount}
    status, _, body = await Person(story, SUPPORT).raw(text)
    assert status == 400 and b"mrr" not in body


@pytest.mark.case(58)
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_a_forged_host_chooses_no_tenant_and_stands_in_no_letter(server: Server) -> None:
    shop = await open_shop(server)
    admin, email = shop.person("admin"), fresh("hosted")
    forged = {"Host": "brightline.evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    here = "{ viewer { currentTenant { id name } } }"
    assert (await admin.raw(here, headers=forged))[::2] == (await admin.raw(here))[::2]
    home = (await admin.ask(here))["data"]["viewer"]["currentTenant"]["id"]
    given = {"tenantId": home, "email": email, "firstName": "A", "lastName": "B", "role": "READ_ONLY"}
    answer = await admin.ask(DOCUMENTS["inviteUser"], {"input": given}, headers=forged)
    assert answer["data"]["inviteUser"]["userErrors"] == []
    [link] = await links(server, email)
    assert "evil" not in link and link.startswith(server.url)
