"""Asking the engine and the reference the same, and telling where they differ."""

from __future__ import annotations

import json
from typing import Any

import orjson
from graphql import GraphQLError

from engine.errors import EngineError
from tests.engine.conftest import Stage, with_cursors
from tests.engine.refusals import possible_refusals


async def compare(stage: Stage, text: str, values: dict[str, Any], viewer: str) -> str:
    """Data and order of keys, what is withheld and why, and what is refused: all must be the same.

    Gives "answered", "answered in part" where something was withheld, a code where it was refused, or "invalid". What takes
    the database too long is not compared: the reference has no limit of time.
    """
    if stage.engine.documents.get(text, None).errors:
        return "invalid"
    expected = stage.expected(text, viewer, values)
    text, values = with_cursors(text, values, expected.cursors)
    told = (stage.database.dialect_name, viewer, text, values)
    try:
        answer = await stage.answer(text, viewer, values)
    except (EngineError, GraphQLError) as refused:
        code = getattr(refused, "code", "BAD_REQUEST")
        document = stage.engine.documents.get(text, None)
        if code != "TIMEOUT" and code not in possible_refusals(document, values, set(expected.cursors.values())):
            raise AssertionError(code, str(refused), *told) from refused
        return str(code)
    got = json.loads(answer, object_pairs_hook=_once)
    withheld = [tuple(entry[key] for key in ("path", "capability", "reason"))
                for entry in got.get("extensions", {}).get("withheld", [])]
    # The engine withholds a field before it looks at its arguments, graphql-core reads the arguments first.
    refused = expected.refused.keys() - {path for path, *_ in withheld}
    assert not refused, (refused, *told)
    assert orjson.dumps(got["data"]) == orjson.dumps(expected.data), told
    assert sorted(entry for entry in withheld if entry[0] not in expected.refused) == sorted(expected.withheld), told
    return "answered in part" if withheld else "answered"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; none of its keys may be written twice."""
    assert len(dict(pairs)) == len(pairs), pairs
    return dict(pairs)
