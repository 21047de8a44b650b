"""Whatever bytes, documents and cursors somebody sends: what comes of them is an answer of ours, never a fault.

TENANTRY_EXAMPLES=100000 tries that many others; without it, the same few every time. `make fuzz` tries the same led by what they reach.
"""

from __future__ import annotations

import os

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.test_examples import TEXTS
from tests.attacks import fuzzed

EXAMPLES = int(os.environ.get("TENANTRY_EXAMPLES", "0"))
anyhow = settings(max_examples=EXAMPLES or 150, derandomize=not EXAMPLES, deadline=None, database=None,
                  suppress_health_check=list(HealthCheck))
json = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
                        st.sampled_from(["query", "variables", "operationName", "extensions", "id", "a"]) | st.text(max_size=5), inner))
bodies = json.map(lambda value: orjson.dumps(value) if _is_writable(value) else b"{")


@st.composite
def spoilt(draw: st.DrawFn, texts: list[str]) -> bytes:
    """A text with pieces of it and of others cut out, doubled or put elsewhere."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 4))):
        start, other = draw(st.integers(0, len(text))), draw(st.sampled_from(texts))
        end, at = draw(st.integers(start, len(text))), draw(st.integers(0, len(other)))
        text = text[:start] + draw(st.sampled_from(["", other[at:at + 20], text[start:end] * 2, "{", "}", "...", '"', "$a", "\ud800", "\0"])
                                   | st.text(max_size=4)) + text[end:]
    return text.encode(errors="surrogatepass")


def seeds(target: fuzzed.Target) -> list[str]:
    return [seed.decode() for seed in fuzzed.TARGETS[target]]


@pytest.mark.case(101, 102, 104)
@pytest.mark.parametrize("target", [fuzzed.body, fuzzed.message, fuzzed.address])
def test_any_request_is_one_or_refused(target: fuzzed.Target) -> None:
    anyhow(given(st.binary(max_size=200) | bodies | spoilt(seeds(target)))(target))()


@pytest.mark.case(119)
@anyhow
@given(spoilt(TEXTS) | st.text(max_size=60).map(str.encode))
def test_any_document_is_measured_validated_and_planned_or_told_what_is_wrong(text: bytes) -> None:
    fuzzed.document(text)


@pytest.mark.case(9)
@anyhow
@given(st.text(max_size=60).map(str.encode) | st.binary(max_size=60) | spoilt(seeds(fuzzed.cursor)) | json.filter(lambda v: _is_writable(v)).map(
    lambda value: orjson.dumps([fuzzed.ORDER.sign, *value] if isinstance(value, list) else value)))
def test_any_cursor_is_one_of_ours_or_refused_by_its_code(cursor: bytes) -> None:
    fuzzed.cursor(cursor)


@pytest.mark.case(36, 37)
@anyhow
@given(st.text(max_size=30).map(str.encode) | spoilt(seeds(fuzzed.identifier)))
def test_any_id_is_one_of_ours_or_that_of_nothing(text: bytes) -> None:
    fuzzed.identifier(text)


def _is_writable(value: object) -> bool:
    try:
        orjson.dumps(value)
    except (TypeError, ValueError):
        return False
    return True
