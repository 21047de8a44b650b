"""What the engine keeps stays within its weight, whatever is asked, and goes when it must."""

from __future__ import annotations

import gc
import random
import tracemalloc
from collections.abc import Iterator

import pytest

from engine.documents import Documents, Latest
from engine.run import Engine
from resolvers.policy import AccessPolicy
from schema import build_schema
from tests.engine.conftest import Stage
from tests.engine.world import NOW

FIELDS = ("id name status mrr { amount }", "name primaryAdmin { displayName }", "name contracts(first: 2) { nodes { title } }",
          "id invoices(first: 2) { totalCount nodes { number total { amount } } }")


def different(number: int) -> Iterator[str]:
    """So many documents, each unlike any other."""
    for n in range(number):
        yield f"{{ c{n}: customers(first: {1 + n % 50}) {{ nodes {{ {FIELDS[n % len(FIELDS)]} }} }} }}"


@pytest.fixture
def engine(stage: Stage) -> Engine:
    return Engine(build_schema()._schema, stage.database, AccessPolicy())


def check(documents: Documents) -> None:
    for kept in (documents.kept, documents.plans):
        assert kept.weight == sum(map(kept._weigh, kept._kept.values())) <= kept.size
    living = {document.plans for document in documents.kept._kept.values()}
    assert {plans for plans, _ in documents.plans._kept} <= living, "a plan outlived its document"


def test_a_flood_of_documents_and_plans_is_kept_within_its_weight(stage: Stage, engine: Engine) -> None:
    documents, viewers = engine.documents, list(stage.world.viewers.values())
    documents.kept.size, documents.plans.size = 1_000_000, 200_000
    turns = random.Random(3)
    for text in different(300):
        document = documents.get(text, None)
        assert not document.errors
        for viewer in turns.sample(viewers, 4):
            engine.plan(document, {}, viewer)
            check(documents)
    assert documents.kept.misses == 300 and documents.kept.evictions > 200
    assert documents.plans.evictions > 100
    assert 10 < len(documents.kept) < 60 and 10 < len(documents.plans) < 100


async def test_a_document_that_had_to_go_is_answered_as_before(stage: Stage, engine: Engine) -> None:
    engine.documents.kept.size, engine.documents.plans.size = 120_000, 20_000
    texts = list(different(12))
    for text in texts * 2:
        for name in ("alpha's admin", "support"):
            answer = await engine.answer(engine.documents.get(text, None), {}, stage.world.viewers[name], NOW)
            assert answer == await stage.answer(text, name)
    assert engine.documents.kept.misses == 2 * len(texts)
    check(engine.documents)


def test_what_is_used_stays_and_what_is_not_goes() -> None:
    gone: list[str] = []
    kept: Latest[str, str] = Latest(10, len, gone.append)
    for value in ("aaaa", "bbbb"):
        kept.put(value[0], value)
    assert kept.get("a") == "aaaa"
    kept.put("c", "cccc")
    assert (gone, kept.get("b"), kept.weight) == (["bbbb"], None, 8)
    kept.put("a", "a")
    assert (kept.weight, kept.evictions, len(kept)) == (5, 1, 2)
    kept.put("d", "d" * 11)
    assert (len(kept), kept.weight) == (0, 0), "what is heavier than all is not kept"
    assert (kept.hits, kept.misses) == (1, 1)


def test_weights_are_near_what_memory_is_taken(engine: Engine, stage: Stage) -> None:
    """Within a factor of three, so that the budgets mean something."""
    documents, viewers = engine.documents, list(stage.world.viewers.values())
    texts = list(different(60))
    for text in texts[:4]:
        engine.plan(documents.get(text, None), {}, viewers[0])
    gc.collect()
    tracemalloc.start()
    try:
        before, weight = tracemalloc.get_traced_memory()[0], documents.kept.weight + documents.plans.weight
        for text in texts[4:]:
            for viewer in viewers[:6]:
                engine.plan(documents.get(text, None), {}, viewer)
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    estimated = documents.kept.weight + documents.plans.weight - weight
    assert estimated / 3 < taken < estimated * 3
