"""Plans are shared by all who hold things alike, hold nothing of anybody's, and take one statement each."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from engine.documents import Latest
from engine.drivers import Database
from engine.run import Engine
from models.access import GrantSource, Role
from models.records import id_of
from models.viewers import Grant, Place, Viewer
from resolvers.policy import AccessPolicy
from schema import build_schema
from tests.engine.conftest import Stage
from tests.engine.world import NOW

PAGE = """query($first: Int, $after: String, $search: String, $sort: CustomerSort) {
  customers(first: $first, after: $after, search: $search, sort: $sort) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { id name mrr { amount formatted(locale: "de") } primaryAdmin { displayName email }
      contracts(first: 3) { totalCount nodes { title status value { amount } } }
      invoices(first: 3) { totalCount nodes { number status total { amount } } }
      contractSummary { byStatus { status count } } invoiceSummary { groups { status count total { amount } } } } } }"""
DOCUMENTS: list[tuple[str, list[dict[str, Any]]]] = [
    (PAGE, [{}, {"first": 2}, {"search": "a"}, {"sort": {"key": "MRR"}},
            {"sort": {"key": "MRR", "direction": "DESC"}, "first": 2}]),
    ("""query($show: Boolean!) { viewer { user { email } currentTenant { id name } capabilities }
          tenantTree { depth name @include(if: $show) } }""", [{"show": True}, {"show": False}]),
    ("""query($of: [InvoiceStatus!], $month: BillingMonth) {
          invoices(status: $of, billingMonth: $month) { nodes { number status } } }""",
     [{}, {"of": ["ISSUED"]}, {"of": ["ISSUED", "READY"]}, {"of": []}, {"month": "2026-10"}, {"month": "2026-11"}]),
    ("query($id: ID!) { node(id: $id) { __typename id ... on Tenant { depth } ... on Customer { viewerRole } } }",
     [{"id": f"{tag}_{id_of('tenant', place)}"} for tag in ("ten", "cus", "con", "zzz") for place in ("alpha", "alpha 0")]),
]


class Counting:
    """A database that counts what it is asked."""

    def __init__(self, database: Database):
        self.database, self.dialect_name, self.asked = database, database.dialect_name, 0

    async def value(self, sql: str, args: Sequence[Any], within: object = None) -> bytes:
        self.asked += 1
        return await self.database.value(sql, args)

    async def rows(self, sql: str, args: Sequence[Any]) -> list[tuple[Any, ...]]:
        self.asked += 1
        return await self.database.rows(sql, args)

    async def close(self) -> None:
        raise AssertionError("not mine")


def at_home(role: Role, place: Place, *links: tuple[Role, Place]) -> Viewer:
    grants = [Grant(role, place.tenant_id, place.path, place.kind, GrantSource.HOME),
              *(Grant(role, at.tenant_id, at.path, at.kind, GrantSource.LINKED) for role, at in links)]
    return Viewer(place.tenant_id, place, place, tuple(h for g in grants for h in g.holdings()))


@pytest.mark.case(20)
async def test_viewers_who_hold_things_alike_in_other_places_share_a_plan(stage: Stage) -> None:
    places, engine = stage.world.places, stage.engine
    document = engine.documents.get(PAGE, None)
    alike = [(at_home(Role.ADMIN, places["alpha"]), at_home(Role.ADMIN, places["gamma"])),
             (at_home(Role.SUPPORT, places["alpha"], (Role.SUPPORT, places["alpha 0"])),
              at_home(Role.SUPPORT, places["beta"], (Role.SUPPORT, places["beta 1"])))]
    for one, other in alike:
        plan = engine.plan(document, {}, one)
        assert engine.plan(document, {}, other) is plan
        for place in stage.world.places.values():
            assert str(place.tenant_id) not in plan.sql
    assert engine.plan(document, {}, alike[0][0]) is not engine.plan(document, {}, alike[1][0])


async def test_plans_that_others_left_answer_as_new_ones_would(stage: Stage) -> None:
    shared, alone = (Engine(build_schema()._schema, stage.database, AccessPolicy()) for _ in range(2))
    standings = {viewer.standing for viewer in stage.world.viewers.values()}
    for text, many in DOCUMENTS:
        before = len(shared.documents.plans)
        turns = [(viewer, values) for viewer in stage.world.viewers for values in many] * 2
        random.Random(len(text)).shuffle(turns)
        for name, values in turns:
            alone.documents.get(text, None).plans = Latest(1)
            mine, new = [await answer(engine, text, values, stage.world.viewers[name]) for engine in (shared, alone)]
            assert mine == new, (name, values)
        assert 1 < len(shared.documents.plans) - before <= len(standings) * len(many)


async def answer(engine: Engine, text: str, values: dict[str, Any], viewer: Viewer) -> bytes:
    document = engine.documents.get(text, None)
    assert not document.errors
    return await engine.answer(document, document.coerce(values), viewer, NOW)


@pytest.mark.parametrize("rows", [1, 50, 100])
async def test_a_page_takes_one_statement_however_many_rows_it_has(crowd: Stage, rows: int) -> None:
    database = Counting(crowd.database)
    engine = Engine(build_schema()._schema, database, AccessPolicy())
    document = engine.documents.get(PAGE, None)
    await engine.answer(document, {"first": rows}, crowd.world.viewers["admin"], NOW)
    assert database.asked == 1
    assert len((await crowd.read(PAGE, "admin", first=rows))["customers"]["nodes"]) == rows
