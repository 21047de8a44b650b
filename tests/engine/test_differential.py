"""For any document and viewer, the engine's statement and the row-by-row reference give the same answer.

TENANTRY_EXAMPLES=5000 tries that many other documents on each database; without it, the same few every time.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

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
    assert answered > counted["documents"] and counted["answered in part"] > counted["documents"] / 12, counted
