"""What Strawberry executes, asking the engine root by root, is what the engine answers whole."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import orjson
from graphql import GraphQLError, execute
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import EngineError
from schema import build_schema
from tests.engine.conftest import Stage, with_cursors
from tests.engine.documents import documents
from tests.engine.test_differential import EXAMPLES, FEW, OFTEN, anyhow
from tests.engine.world import NOW


def test_any_document_is_executed_as_the_engine_answers_it(stage: Stage) -> None:
    roots = sorted(stage.engine.bindings.compiled - {"__typename"}) + OFTEN
    attached = build_schema()._schema
    stage.engine.attach(attached)
    compared: list[bool] = []

    @settings(anyhow, max_examples=EXAMPLES or FEW // 3)
    @given(documents(stage.engine.documents.schema, stage.ids, roots), st.sampled_from(sorted(stage.world.viewers)))
    def compare(written: tuple[str, dict[str, Any]], viewer: str) -> None:
        if not stage.engine.documents.get(written[0], None).errors:
            compared.append(stage.wait(_compare(stage, attached, *written, viewer)))

    compare()
    assert sum(compared) > len(compared) / 2


async def _compare(stage: Stage, schema: Any, text: str, values: dict[str, Any], viewer: str) -> bool:
    """Whether it was answered rather than refused."""
    text, values = with_cursors(text, values, stage.expected(text, viewer, values).cursors)
    document = stage.engine.documents.get(text, None)
    try:
        whole = orjson.loads(await stage.answer(text, viewer, values))
    except (EngineError, GraphQLError):
        whole = None
    try:
        coerced = document.coerce(values)
    except GraphQLError:
        assert whole is None
        return False
    context = SimpleNamespace(viewer=stage.world.viewers[viewer], document=document, values=coerced, now=NOW, withheld=[])
    running: Any = execute(schema, document.ast, context_value=context, variable_values=values)
    result = running if hasattr(running, "data") else await running
    if whole is None:
        assert result.errors, (viewer, text, values)
        return False
    assert not result.errors, (result.errors, viewer, text, values)
    assert orjson.dumps(result.data) == orjson.dumps(whole["data"]), (viewer, text, values)
    withheld = whole.get("extensions", {}).get("withheld", [])
    assert sorted(map(orjson.dumps, context.withheld)) == sorted(map(orjson.dumps, withheld)), (viewer, text, values)
    return True
