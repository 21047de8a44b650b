"""Two databases that differ only in what somebody may not see: their answers are the same, byte for byte."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import orjson
import pytest
from graphql import GraphQLError
from hypothesis import given, settings
from hypothesis import strategies as st

import models
from engine.errors import EngineError
from engine.run import Engine
from models.access import Capability
from models.invoices import InvoiceStatus
from models.viewers import Viewer
from resolvers.policy import AccessPolicy
from tests.engine.conftest import Empty, Stage, with_cursors
from tests.engine.databases import create
from tests.engine.documents import documents
from tests.engine.test_differential import EXAMPLES, FEW, OFTEN, anyhow
from tests.engine.world import MONTHS, World
from tests.stored import read

#: In each group, what differs is what none of them may see.
GROUPS = {
    "support": ["support", "support in a linked customer", "support of a customer with sub-accounts", "unlinked",
                "regular with mixed links"],
    "distributor": ["distributor admin"],
    "customers": ["customer's admin", "customer's full access", "sub-account's admin", "reseller admin in a customer"],
}
MONEY = {models.Customer: ["mrr_minor", "mrr_pending_minor"], models.Contract: ["value_minor"],
         models.Service: ["monthly_charge_minor"], models.Invoice: ["due_minor"]}

#: What an invoice has besides: amounts that are alike in each row.
OF_INVOICES = {models.InvoiceLine: ["unit_price_minor", "amount_minor"], models.Payment: ["amount_minor"],
               models.CreditNote: ["subtotal_minor", "total_minor"]}


class Pair(NamedTuple):
    """The world as it is, and with other money where no viewer of the group may see it."""

    viewers: list[str]
    here: Stage
    there: Stage


@pytest.fixture(scope="module", params=GROUPS)
async def pair(request: pytest.FixtureRequest, kind: str, stage: Stage, empty: Empty) -> AsyncIterator[Pair]:
    viewers = GROUPS[request.param]
    rows = with_other_money(stage.world, [stage.world.viewers[name] for name in viewers])
    url = await create(await empty(kind, f"money_{request.param}"), rows)
    async with read(url) as database:
        there = Engine(stage.engine.documents.schema, database, AccessPolicy())
        yield Pair(viewers, stage, Stage(stage.world, database, there, stage.reference))


def with_other_money(world: World, viewers: list[Viewer]) -> dict[Any, list[dict[str, Any]]]:
    chance, paths = random.Random(1), {place.tenant_id: place.path for place in world.places.values()}
    rows = {model: [dict(record) for record in records] for model, records in world.rows.items()}

    def hidden(capability: Capability, record: dict[str, Any]) -> bool:
        return not any(viewer.may(capability, paths[record["tenant_id"]]) for viewer in viewers)

    def unseen(invoice: dict[str, Any]) -> bool:
        is_out = invoice["status"] in (InvoiceStatus.ISSUED.name, InvoiceStatus.CANCELLED.name)
        parties = [invoice["issuer_id"], *([invoice["tenant_id"]] if is_out else [])]
        return not any(viewer.may(Capability.INVOICE_VIEW, paths[invoice["tenant_id"]])
                       and viewer.current and viewer.current.tenant_id in parties for viewer in viewers)

    for model, columns in MONEY.items():
        for record in rows[model]:
            if hidden(Capability.FINANCIALS_VIEW, record) if model is not models.Invoice else unseen(record):
                record.update((column, chance.randrange(10**6)) for column in columns)
    rows[models.Invoice] = [invoice for n, invoice in enumerate(rows[models.Invoice]) if n % 2 or not unseen(invoice)]
    kept = {invoice["id"]: unseen(invoice) for invoice in rows[models.Invoice]}
    for model, columns in OF_INVOICES.items():
        rows[model] = [record for record in rows[model] if record["invoice_id"] in kept]
        for record in rows[model]:
            if kept[record["invoice_id"]]:
                record |= dict.fromkeys(columns, chance.randrange(1, 10**6))
                record |= {name: value for name, value in (("tax_minor", 0), ("quantity_milli", 1000)) if name in record}
    for invoice in filter(unseen, rows[models.Invoice]):
        subtotal = chance.randrange(10**6)
        invoice.update(subtotal_minor=subtotal, total_minor=subtotal + invoice["tax_minor"], billing_month=chance.choice(MONTHS),
                       due_minor=min(invoice["due_minor"], subtotal))
    assert rows[models.Invoice] != world.rows[models.Invoice]
    return rows


@pytest.mark.case(6, 8, 10, 11, 14)
def test_whoever_may_not_see_money_is_answered_alike_whatever_the_money_is(pair: Pair) -> None:
    counted: Counter[str] = Counter()
    roots = sorted(pair.here.engine.bindings.compiled - {"__typename"}) + OFTEN

    @settings(anyhow, max_examples=EXAMPLES or FEW // 3)
    @given(documents(pair.here.engine.documents.schema, pair.here.ids, roots), st.sampled_from(pair.viewers))
    def compare(written: tuple[str, dict[str, Any]], viewer: str) -> None:
        if pair.here.engine.documents.get(written[0], None).errors:
            return
        text, values = with_cursors(*written, pair.here.expected(written[0], viewer, written[1]).cursors)
        here, there = (pair.here.wait(_answered(stage, text, viewer, values)) for stage in (pair.here, pair.there))
        assert here == there, (viewer, text, values)
        counted["answers" if isinstance(here, bytes) else "refusals"] += 1

    compare()
    assert counted["answers"] > 2 * counted["refusals"], counted


async def _answered(stage: Stage, text: str, viewer: str, values: dict[str, Any]) -> bytes | str:
    try:
        return await stage.answer(text, viewer, values)
    except (EngineError, GraphQLError) as error:
        return repr(error)


@pytest.mark.case(9, 28)
@pytest.mark.parametrize("key", ["MRR", "LAST_ACTIVITY", "LAST_ORDER"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_pages_sorted_by_what_is_withheld_are_alike(pair: Pair, key: str, direction: str) -> None:
    page = """query($after: String, $sort: CustomerSort) { customers(first: 2, after: $after, sort: $sort) {
        totalCount pageInfo { endCursor hasNextPage }
        edges { cursor node { id name mrr { amount } summary { mrr { formatted } } } } } }"""
    sort = {"key": key, "direction": direction}
    for viewer in pair.viewers:
        after, pages = None, 0
        while pages == 0 or after is not None and pages < 50:
            here, there = [await stage.answer(page, viewer, {"after": after, "sort": sort}) for stage in (pair.here, pair.there)]
            assert here == there
            info = orjson.loads(here)["data"]["customers"]["pageInfo"]
            after, pages = info["endCursor"] if info["hasNextPage"] else None, pages + 1


async def test_somebody_who_may_see_the_money_sees_that_it_differs(pair: Pair) -> None:
    """Else the tests above would compare a database with itself."""
    everything = "{ customers(first: 100) { nodes { mrr { amount } contracts { nodes { value { amount } } } } } }"
    here, there = [await stage.answer(everything, "platform admin") for stage in (pair.here, pair.there)]
    assert here != there
