"""For any document and viewer, the engine's statement and the row-by-row reference give the same answer.

TENANTRY_EXAMPLES=5000 tries that many other documents on each database; without it, the same few every time.
"""

from __future__ import annotations

import json
import logging
import os
from collections import Counter
from typing import Any

import orjson
from graphql import GraphQLError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.errors import EngineError
from tests.engine.conftest import Stage, with_cursors
from tests.engine.documents import documents
from tests.engine.refusals import possible_refusals

EXAMPLES = int(os.environ.get("TENANTRY_EXAMPLES", "0"))
FEW = 120
anyhow = settings(max_examples=EXAMPLES or FEW, derandomize=not EXAMPLES, deadline=None, database=None, print_blob=True,
                  suppress_health_check=list(HealthCheck),
                  phases=[Phase.generate] if EXAMPLES else [Phase.generate, Phase.shrink])
#: More often than others, since most of the rest hangs beneath them.
OFTEN = ["customers"] * 14 + ["customer"] * 3 + ["contracts", "invoices", "node", "nodes", "tenantTree"] * 2


def test_any_document_is_answered_as_the_reference_answers_it(stage: Stage) -> None:
    counted: Counter[str] = Counter()
    roots = sorted(stage.engine.bindings.compiled - {"__typename"}) + OFTEN

    @anyhow
    @given(documents(stage.engine.documents.schema, stage.ids, roots), st.data())
    def compare(written: tuple[str, dict[str, Any]], data: st.DataObject) -> None:
        counted["documents"] += 1
        for name in data.draw(st.lists(st.sampled_from(sorted(stage.world.viewers)), min_size=2, max_size=3, unique=True)):
            stage.wait(_compare(stage, *written, name, counted))

    compare()
    logging.getLogger(__name__).info("compared on %s: %s", stage.database.dialect_name, dict(counted))
    assert counted["answers"] > counted["documents"] and counted["withheld"] > counted["documents"] / 10, counted


async def _compare(stage: Stage, text: str, values: dict[str, Any], viewer: str, counted: Counter[str]) -> None:
    """One document as one viewer: data and order of keys, what is withheld and why, and what is refused."""
    document = stage.engine.documents.get(text, None)
    if document.errors:
        counted["invalid"] += 1
        return
    expected = stage.expected(text, viewer, values)
    text, values = with_cursors(text, values, expected.cursors)
    document = stage.engine.documents.get(text, None)
    told, refused = (viewer, text, values), None
    try:
        answer = await stage.answer(text, viewer, values)
    except (EngineError, GraphQLError) as error:
        refused = error
    if refused is not None:
        code = getattr(refused, "code", "BAD_REQUEST")
        assert code in possible_refusals(document, values, set(expected.cursors.values())), (refused, *told)
        counted[code] += 1
        return
    assert not expected.refused, (expected.refused, *told)
    got = json.loads(answer, object_pairs_hook=_once)
    assert orjson.dumps(got["data"]) == orjson.dumps(expected.data), told
    withheld = [tuple(entry[key] for key in ("path", "capability", "reason"))
                for entry in got.get("extensions", {}).get("withheld", [])]
    assert sorted(withheld) == sorted(expected.withheld), told
    counted["answers"] += 1
    counted["withheld"] += bool(withheld)
    counted["of some size"] += len(answer) > 100
    counted["with cursors"] += bool(expected.cursors)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; none of its keys may be written twice."""
    assert len(dict(pairs)) == len(pairs), pairs
    return dict(pairs)
