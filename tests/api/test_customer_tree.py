"""The customer list as a tree (S2.1, S2.7-S2.8, S2.15)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Person
from tests.servers import Server

TREE = """query($filter: CustomerFilter, $search: String, $hide: Boolean, $first: Int, $after: ID) {
  customerTree(filter: $filter, search: $search, hideInactive: $hide) { matchedCount hiddenInactiveCount appliedFilters { key }
    rows(first: $first, afterTenant: $after) { matched tenant { id name depth } customer { name } } } }"""


async def tree(server: Server, email: str, **given: Any) -> dict[str, Any]:
    answer = await Person(server, email).ask(TREE, {"first": 100, **given})
    assert "errors" not in answer, answer
    return answer["data"]["customerTree"]


async def lines(server: Server, email: str, **given: Any) -> list[tuple[int, str, bool]]:
    return [(row["tenant"]["depth"], row["tenant"]["name"], row["matched"]) for row in (await tree(server, email, **given))["rows"]]


@pytest.mark.row("S2.1", "S2.7")
async def test_a_distributor_sees_three_tiers_parents_before_children(story: Server) -> None:
    assert await lines(story, "admin@harbor.example") == [
        (0, "Harbor Distribution", False), (1, "Brightline Partners", True), (2, "Acme Corporation", True),
        (2, "Global Enterprises", True), (2, "Quiet Harbour Ltd", True), (2, "Sleepy but Paying Inc", True),
        (2, "Straße & Söhne GmbH", True), (1, "Coastal IT", True), (2, "Delta Retail", True), (2, "Echo Health", True),
        (3, "Echo Clinic North", True)]


@pytest.mark.row("S2.1", "S2.7", "S2.8", "S2.10")
async def test_a_reseller_sees_two_tiers_rooted_at_itself(story: Server) -> None:
    assert [(depth, name) for depth, name, _ in await lines(story, "admin@brightline.example")] == [
        (0, "Brightline Partners"), (1, "Acme Corporation"), (1, "Global Enterprises"), (1, "Quiet Harbour Ltd"),
        (1, "Sleepy but Paying Inc"), (1, "Straße & Söhne GmbH")]
    assert await lines(story, "regular@brightline.example") == [
        (0, "Brightline Partners", False), (1, "Acme Corporation", True), (1, "Global Enterprises", True)]
    assert await lines(story, "unlinked@brightline.example") == []


@pytest.mark.row("S2.15")
async def test_the_parents_of_a_match_are_listed_without_matching(story: Server) -> None:
    found = await tree(story, "admin@harbor.example", search="clinic")
    assert [(row["tenant"]["name"], row["matched"]) for row in found["rows"]] == [
        ("Harbor Distribution", False), ("Coastal IT", False), ("Echo Health", False), ("Echo Clinic North", True)]
    assert found["matchedCount"] == 1
    assert [each["key"] for each in found["appliedFilters"]] == ["search"]
    assert [row["customer"] and row["customer"]["name"] for row in found["rows"]] == [None, "Coastal IT", "Echo Health",
                                                                                      "Echo Clinic North"]
    both = await lines(story, "admin@harbor.example", filter={"or": [{"name": "clinic"}, {"name": "acme"}, {"status": ["SUSPENDED"]}]})
    assert both == [(0, "Harbor Distribution", False), (1, "Brightline Partners", False), (2, "Acme Corporation", True),
                    (1, "Coastal IT", False), (2, "Echo Health", True), (3, "Echo Clinic North", True)]
    assert await lines(story, "admin@brightline.example", search="clinic") == []
    assert (await tree(story, "admin@brightline.example", search="clinic"))["matchedCount"] == 0


@pytest.mark.row("S2.15")
async def test_a_hidden_figure_neither_lists_nor_hides_a_line(story: Server) -> None:
    shown = await lines(story, "admin@brightline.example", hide=True)
    assert (1, "Quiet Harbour Ltd", True) not in shown
    assert len(shown) == 5
    assert (await tree(story, "admin@brightline.example", hide=True))["hiddenInactiveCount"] == 1
    assert (await tree(story, "admin@brightline.example"))["hiddenInactiveCount"] is None
    assert (await tree(story, "support@brightline.example", hide=True))["hiddenInactiveCount"] == 0
    assert await lines(story, "support@brightline.example", hide=True) == [(0, "Brightline Partners", False), (1, "Acme Corporation", True)]
    assert await lines(story, "support@brightline.example", filter={"dormant": False}) == []


async def test_pages_of_the_tree_join_to_the_whole(story: Server) -> None:
    whole = await tree(story, "admin@harbor.example")
    joined: list[dict[str, Any]] = []
    while len(page := (await tree(story, "admin@harbor.example", first=4, after=joined[-1]["tenant"]["id"] if joined else None))["rows"]) == 4:
        joined += page
    assert joined + page == whole["rows"]
    brightline = next(row["tenant"]["id"] for row in whole["rows"] if row["tenant"]["name"] == "Brightline Partners")
    assert await lines(story, "admin@coastal.example", after=brightline) == []
    assert await lines(story, "admin@coastal.example", after="ten_4611686018427387905") == []
