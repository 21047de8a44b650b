"""Customers that meet a filter, as a list, as a tree and counted: the same whether what leads to them is few or not."""

from __future__ import annotations

from typing import Any

import pytest

import engine.leads
from tests.engine.conftest import Stage

LIST = """query($filter: CustomerFilter, $search: String, $first: Int, $after: String, $sort: CustomerSort) {
  customers(filter: $filter, search: $search, first: $first, after: $after, sort: $sort) {
    totalCount nodes { id name mrr { amount } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
TREE = """query($filter: CustomerFilter, $search: String, $hide: Boolean, $first: Int, $after: ID) {
  customerTree(filter: $filter, search: $search, hideInactive: $hide) { matchedCount
    rows(first: $first, afterTenant: $after) { matched tenant { id name depth } customer { name mrr { amount } } } } }"""
#: How many others are few: as measured, what some criteria have, and none.
FEW = {"few": engine.leads.FEW, "some": 3, "none": -1}


@pytest.fixture(params=FEW)
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is asked must be written differently for each, so that no plan is kept."""
    monkeypatch.setattr(engine.leads, "FEW", FEW[request.param])
    return f"# {request.param} are few\n"


def filters(stage: Stage) -> list[dict[str, Any]]:
    """By every criterion that leads to customers, alone and with others; and by some that do not."""
    tables = {model.__name__: records for model, records in stage.reference.tables.items()}
    tags = sorted({tag["name_key"] for tag in tables["CustomerTag"]})
    services = sorted({service["name_key"] for service in tables["Service"]})
    return [
        {"ids": stage.ids["cus"][:4]}, {"ids": ["bad"]}, {"ids": []}, {"tags": tags[:1]}, {"tags": [*tags[:3], "none such"]},
        {"services": services[:2]}, {"productSubscriptions": ["P"]}, {"productSubscriptions": ["none such"]},
        {"status": ["SUSPENDED", "INACTIVE"]}, {"status": ["ACTIVE"]}, {"onboarding": ["IN_PROGRESS"]}, {"sourceData": ["FAILED"]},
        {"countryOrRegion": ["DE"]}, {"countryOrRegion": ["IS"]}, {"countryOrRegion": ["DE"], "tags": tags[:5]},
        {"or": [{"tags": tags[:1]}, {"sourceData": ["FAILED"], "status": ["ACTIVE"]}]}, {"or": [{"tags": tags[:1]}, {"dormant": False}]},
        {"or": []}, {"and": [{"countryOrRegion": ["DE"]}, {"services": services[:5]}]}, {"not": {"countryOrRegion": ["DE"]}},
    ]


async def test_a_list_is_the_same_whichever_way_it_is_found(stage: Stage, few: str) -> None:
    found = 0
    for turn, viewer in enumerate(sorted(stage.world.viewers)):
        for n, filter in list(enumerate(filters(stage)))[turn % 10::10]:
            more = ({"first": 2}, {"sort": {"key": "MRR", "direction": "DESC"}}, {"search": "a"})[n % 3]
            page = (await stage.read(few + LIST, viewer, filter=filter, **more))["customers"]
            found += len(page["nodes"])
            if page["pageInfo"]["hasNextPage"]:
                await stage.read(few + LIST, viewer, filter=filter, **more, after=page["pageInfo"]["endCursor"])
    assert found > 40


async def test_a_tree_is_the_same_whichever_way_it_is_found(stage: Stage, few: str) -> None:
    found = 0
    for turn, viewer in enumerate(sorted(stage.world.viewers)):
        for n, filter in list(enumerate([{}, *filters(stage)]))[turn % 10::10]:
            more = ({}, {"hide": True}, {"search": "a"}, {"search": "zoë"})[n % 4]
            rows = (await stage.read(few + TREE, viewer, filter=filter, first=3 + n % 3, **more))["customerTree"]["rows"]
            found += len(rows)
            if rows:
                await stage.read(few + TREE, viewer, filter=filter, first=3, **more, after=rows[-1]["tenant"]["id"])
    assert found > 40
