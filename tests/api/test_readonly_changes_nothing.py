"""Whatever Read-Only and Sales may do, nothing of the customer changes (S1.31, S2.5): every mutation of the schema is tried."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models
from tests.api.test_support_moves_no_money import furnished
from tests.client import Person, sign_in
from tests.inventing import MUTATIONS, Ids, inputs, send
from tests.servers import Server
from tests.shop import Place, Shop, open_shop
from tests.stored import connected

ROUNDS = int(os.environ.get("TENANTRY_EXAMPLES", "3"))
WHO = ("readonly", "sales")
#: What is written of the person who asks, or of what was asked, and is nothing of the customer's.
BESIDE = {"ActivityEvent", "AuditEntry", "AuditHead", "ReportRun", "Event", "Notification"}
#: Columns that rise by themselves.
RESTLESS = {"last_seen_at", "last_active_at", "last_activity_at", "access_version", "version", "updated_at"}


@pytest.fixture(scope="module")
async def shop(server: Server) -> Shop:
    return await open_shop(server)


@pytest.fixture(scope="module")
async def pine(shop: Shop) -> tuple[Place, Ids]:
    return await furnished(shop)


async def belongings(server: Server, place: Place) -> dict[str, list[tuple[str, ...]]]:
    """All rows that are the customer's, by table."""
    found = {}
    async with connected(server.database_url) as database:
        for model in (getattr(models, name) for name in models.__all__ if name not in BESIDE):
            if "tenant_id" not in model._meta.fields_db_projection:
                continue
            rows = await database.execute_query_dict(
                f"select * from {model._meta.db_table} where tenant_id = {place.key} order by 1")
            found[model.__name__] = [tuple(str(value) for column, value in dict(row).items() if column not in RESTLESS)
                                     for row in rows]
    return found


@pytest.mark.row("S1.31", "S2.5")
@pytest.mark.parametrize("name", sorted(MUTATIONS))
@settings(max_examples=ROUNDS, derandomize="TENANTRY_EXAMPLES" not in os.environ, deadline=None, database=None,
          suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_no_mutation_changes_anything_of_the_customer_when_readonly_or_sales_sends_it(
        shop: Shop, pine: tuple[Place, Ids], name: str, data: st.DataObject) -> None:
    place, ids = pine
    given = data.draw(inputs(MUTATIONS[name].args["input"].type, ids))
    for email in (shop.people[who] for who in WHO):
        if not (await Person(shop.server, email).ask("{ viewer { user { id } } }")).get("data"):
            shop.server.tokens[email] = await sign_in(shop.server, email)
    before = await belongings(shop.server, place)
    assert before["Service"] and before["Contract"] and before["Invoice"] and before["AccessGrant"]
    answers = [await send(shop.person(who), name, given) for who in WHO]
    assert await belongings(shop.server, place) == before, answers
