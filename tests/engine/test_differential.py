"""For any document and viewer, the engine's statement and the row-by-row reference give the same answer.

TENANTRY_EXAMPLES=5000 tries that many other documents on each database; without it, the same few every time.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import engine.leads
from tests.engine.conftest import Stage
from tests.engine.differing import compare
from tests.engine.documents import documents

EXAMPLES = int(os.environ.get("TENANTRY_EXAMPLES", "0"))
FEW = 120
anyhow = settings(max_examples=EXAMPLES or FEW, derandomize=not EXAMPLES, deadline=None, database=None, print_blob=True,
                  suppress_health_check=list(HealthCheck),
                  phases=[Phase.generate] if EXAMPLES else [Phase.generate, Phase.shrink])
#: More often than others, since most of the rest hangs beneath them.
OFTEN = ["customers"] * 30 + ["customer"] * 3 + ["contracts", "invoices", "node", "nodes", "tenantTree"] * 2


@pytest.fixture(autouse=True, scope="module")
def few() -> Iterator[None]:
    """So that in so small a world there are more than few of some things."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.leads, "FEW", 3)
        yield


HARD = {
    "one function of several objects at one path": """query($ids: [ID!]!) { nodes(ids: $ids) { __typename
        ... on Customer { name mrr { formatted(locale: "de") plain: formatted } } ... on Contract { value { formatted } }
        ... on Invoice { total { formatted(locale: "ja") } } } }""",
    "one variable read as ids of several tables": """query($id: ID!) { customer(id: $id) { name } tenant(id: $id) { name }
        node(id: $id) { __typename id } contracts(customer: $id) { totalCount } tenantTree(root: $id) { id } }""",
    "merged fields": """{ customers { ...A ... on CustomerConnection { nodes { name tenant { ...T } } } nodes { tenant { id } } } }
        fragment A on CustomerConnection { nodes { id ... on Versioned { version } tenant { name parent { id } } } totalCount }
        fragment T on Node { ... on Tenant { kind parent { name } } id }""",
    "a long way up and down": """{ contracts { nodes { customer { tenant { parent { parent { children { nodes { customer {
        tenant { ancestors { name } } } } } } } } } } } }""",
    "pages within pages": """{ customers(last: 3) { nodes { contracts(last: 1) { pageInfo { startCursor hasPreviousPage } nodes {
        customer { invoices(first: 2) { pageInfo { hasNextPage } edges { cursor node { customer { subAccounts(last: 1) {
        totalCount } } } } } } } } } } }""",
    "what is withheld at home from somebody who acts elsewhere": """{ viewer { homeTenant { activityLog { totalCount }
        users { totalCount } } currentTenant { activityLog { totalCount } } } }""",
    "what may be done and ordered": """{ customers(first: 4) { nodes { name viewerActions { action mutation allowed reason }
        products { name monthlyCharge { amount currency } } serviceStatus { status count } dashboard { users
        serviceStatus { status count } recentActivity { summary } } services(first: 3) { nodes { status
        actions { action allowed financialImpact reason } customer { viewerActions { allowed reason } } } } } } }""",
    "pages of which nothing is shown": """{ customers(last: 2) { totalCount pageInfo { hasNextPage } } contracts(last: 1) { __typename }
        invoices(first: 1) { pageInfo { __typename hasPreviousPage } } }""",
}


@pytest.mark.parametrize("name", HARD)
async def test_hard_documents_are_answered_as_the_reference_answers_them(stage: Stage, name: str) -> None:
    for n, viewer in enumerate(sorted(stage.world.viewers)):
        ids = [stage.ids[tag][(7 * n + m) % len(stage.ids[tag])] for tag in ("cus", "con", "bil") for m in range(4)]
        values = {"ids": ids, "id": ids[n % 4]} if "$id" in HARD[name] else {}
        assert (await compare(stage, HARD[name], values, viewer)).startswith("answered")


def test_any_document_is_answered_as_the_reference_answers_it(stage: Stage) -> None:
    counted: Counter[str] = Counter()
    roots = sorted(stage.engine.bindings.compiled - {"__typename"}) + OFTEN

    @anyhow
    @given(documents(stage.engine.documents.schema, stage.ids, roots), st.data())
    def try_it(written: tuple[str, dict[str, Any]], data: st.DataObject) -> None:
        counted["documents"] += 1
        for name in data.draw(st.lists(st.sampled_from(sorted(stage.world.viewers)), min_size=2, max_size=3, unique=True)):
            counted[stage.wait(compare(stage, *written, name))] += 1

    try_it()
    logging.getLogger(__name__).info("compared on %s: %s", stage.database.dialect_name, dict(counted))
    answered = counted["answered"] + counted["answered in part"]
    assert counted["TIMEOUT"] <= counted["documents"] / 1000, counted
    assert answered > counted["documents"] and counted["answered in part"] > counted["documents"] / 40, counted
