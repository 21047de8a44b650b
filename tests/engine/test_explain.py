"""Any document may be explained: the answer stays the same, and what is told of it fits it."""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import Any

import orjson
from graphql import GraphQLError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.explain import Watch, explained
from tests.engine.conftest import Stage, with_cursors
from tests.engine.documents import documents
from tests.engine.test_differential import OFTEN
from tests.engine.test_plans import PAGE
from tests.engine.world import NOW

EXAMPLES = int(os.environ.get("TENANTRY_EXAMPLES", "0"))
anyhow = settings(max_examples=EXAMPLES or 60, derandomize=not EXAMPLES, deadline=None, database=None, print_blob=True,
                  suppress_health_check=list(HealthCheck), phases=[Phase.generate])


async def explain(stage: Stage, text: str, viewer: str, values: dict[str, Any]) -> bytes:
    watch = Watch(stage.engine.documents)
    document = stage.engine.documents.get(text, None)
    coerced = document.coerce(values)
    watch.looked_up()
    return await explained(stage.engine, document, coerced, stage.world.viewers[viewer], NOW, None, watch)


async def check(stage: Stage, text: str, values: dict[str, Any], viewer: str) -> str:
    """Gives "explained", or "refused" where the engine refuses to answer as well."""
    if stage.engine.documents.get(text, None).errors:
        return "refused"
    try:
        plain = await stage.answer(text, viewer, values)
    except (EngineError, GraphQLError) as error:
        try:
            await explain(stage, text, viewer, values)
        except type(error):
            return "refused"
        raise AssertionError("explained what is not answered") from error
    answer = await explain(stage, text, viewer, values)
    assert answer.startswith(plain.removesuffix(b"}").removesuffix(b"}"))
    alone, beside = orjson.loads(plain), orjson.loads(answer)
    told = beside["extensions"].pop("explain")
    assert beside == {"extensions": {}} | alone
    assert told["withheld"] == [{**entry, "nulls": withheld["nulls"]} for entry, withheld in zip(
        alone.get("extensions", {}).get("withheld", []), told["withheld"], strict=True)]
    assert {entry["path"] for entry in told["withheld"]} <= {entry["path"] for entry in told["fields"]}
    assert all(entry["nulls"] > 0 for entry in told["withheld"])
    names = [parameter["name"][1:] for parameter in told["parameters"]]
    assert names == [str(n + 1) for n in range(len(names))]
    assert not re.search(r"\d{15,}", orjson.dumps(told).decode().replace(str(2**63 - 1), "")), "an id"
    return "explained"


def test_any_document_may_be_explained(stage: Stage) -> None:
    counted: Counter[str] = Counter()
    roots = sorted(stage.engine.bindings.compiled - {"__typename"}) + OFTEN

    @anyhow
    @given(documents(stage.engine.documents.schema, stage.ids, roots), st.data())
    def try_it(written: tuple[str, dict[str, Any]], data: st.DataObject) -> None:
        text, values = with_cursors(*written, {})
        viewer = data.draw(st.sampled_from(sorted(stage.world.viewers)))
        counted[stage.wait(check(stage, text, values, viewer))] += 1

    try_it()
    assert counted["explained"] > counted["refused"], counted


async def test_rows_are_counted_through_every_list_above(stage: Stage) -> None:
    for viewer in stage.world.viewers:
        answer = orjson.loads(await explain(stage, PAGE, viewer, {"first": 5}))
        nodes = answer["data"]["customers"]["nodes"]
        rows = {entry["path"]: entry.get("rows") for entry in answer["extensions"]["explain"]["rows"]}
        assert rows["customers"] == len(nodes)
        for name in ("contracts", "invoices"):
            shown = sum(len(node[name]["nodes"]) for node in nodes if node[name] is not None)
            assert rows.get(f"customers.nodes.{name}", 0) == shown
