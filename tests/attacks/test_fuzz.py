"""Whatever bytes, documents and cursors somebody sends: what comes of them is an answer of ours, never a fault.

TENANTRY_EXAMPLES=100000 tries that many others; without it, the same few every time.
"""

from __future__ import annotations

import os
from contextlib import suppress

import orjson
import pytest
from graphql import GraphQLError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.cursors import Order
from engine.documents import Documents
from engine.errors import EngineError, InvalidCursor
from engine.expr import BOOL, DATE, INT, TEXT, TIME, Const
from engine.measure import Limits
from schema import build_schema
from server.errors import Refusal
from server.requests import from_body
from server.texts import Registered
from tests.api.test_examples import TEXTS

EXAMPLES = int(os.environ.get("TENANTRY_EXAMPLES", "0"))
anyhow = settings(max_examples=EXAMPLES or 150, derandomize=not EXAMPLES, deadline=None, database=None,
                  suppress_health_check=list(HealthCheck))
SCHEMA = build_schema()._schema
DOCUMENTS = Documents(SCHEMA, Limits(), frozenset())
ORDER = Order([("a", Const("x", TEXT)), ("b", Const(1, INT)), ("c", Const(None, TIME)), ("d", Const(None, DATE)), ("e", Const(True, BOOL))])
json = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
                        st.sampled_from(["query", "variables", "operationName", "extensions", "id", "a"]) | st.text(max_size=5), inner))


@st.composite
def spoilt(draw: st.DrawFn, texts: list[str]) -> str:
    """A text with pieces of it and of others cut out, doubled or put elsewhere."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 4))):
        start, other = draw(st.integers(0, len(text))), draw(st.sampled_from(texts))
        end, at = draw(st.integers(start, len(text))), draw(st.integers(0, len(other)))
        text = text[:start] + draw(st.sampled_from(["", other[at:at + 20], text[start:end] * 2, "{", "}", "...", '"', "$a", "\ud800", "\0"])
                                   | st.text(max_size=4)) + text[end:]
    return text


@pytest.mark.case(101, 102)
@anyhow
@given(st.binary(max_size=200) | json.map(lambda value: orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS)
       if _is_writable(value) else b"{") | spoilt(['{"query":"{ __typename }","variables":{"a":[1,"é"]},"operationName":"A"}']).map(
           lambda text: text.encode(errors="surrogatepass")))
def test_any_body_is_a_request_or_refused(body: bytes) -> None:
    with suppress(Refusal, EngineError, GraphQLError):
        from_body(body, Registered(1))


@pytest.mark.case(119)
@anyhow
@given(spoilt(TEXTS) | st.text(max_size=60))
def test_any_document_is_measured_parsed_and_validated_or_told_what_is_wrong(text: str) -> None:
    document = DOCUMENTS.get(text, None)
    assert document.errors or document.operation


@pytest.mark.case(9)
@anyhow
@given(st.text(max_size=60) | st.binary(max_size=60).map(bytes.hex) | json.filter(lambda value: _is_writable(value)).map(
    lambda value: orjson.dumps([ORDER.sign, *value] if isinstance(value, list) else value).hex()))
def test_any_cursor_is_one_of_ours_or_refused_by_its_code(cursor: str) -> None:
    try:
        values = ORDER.values(cursor)
    except InvalidCursor:
        return
    assert len(values) == len(ORDER.types)


def _is_writable(value: object) -> bool:
    try:
        orjson.dumps(value)
    except (TypeError, ValueError):
        return False
    return True
