"""What any bytes are tried on: each function takes them as a client's, and fails where they come to anything but an answer of ours."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random
from typing import Any
from urllib.parse import parse_qsl

from graphql import GraphQLError
from multidict import MultiDict

from engine.cursors import Order
from engine.dialects import DIALECTS
from engine.errors import EngineError, InvalidCursor
from engine.expr import BOOL, DATE, INT, TEXT, TIME, Const
from engine.rows import BY_TAG, key_of, tag_of
from engine.run import Engine
from models.viewers import Viewer
from resolvers.policy import AccessPolicy
from schema import build_schema
from server.errors import Refusal
from server.requests import Asked, from_address, from_body, from_message, parsed
from server.texts import Registered
from tests.api.test_examples import TEXTS
from tests.engine.documents import Author
from tests.engine.world import NOW, World

WORLD = World()
VIEWERS = list(WORLD.viewers.values())
IDS = {tag: [f"{tag}_{record['id']}" for record in WORLD.rows.get(row.model, [])[:5]] for tag, row in BY_TAG.items()}
ORDER = Order([("a", Const("x", TEXT)), ("b", Const(1, INT)), ("c", Const(None, TIME)), ("d", Const(None, DATE)), ("e", Const(True, BOOL))])
CURSOR = b'["%b","Acme",7,"2026-11-22T09:30:00+01:00","2026-11-22",true]' % ORDER.sign.encode()


class Unasked:
    """A database of either kind that nobody asks."""

    def __init__(self, dialect_name: str):
        self.dialect_name = dialect_name


Target = Callable[[bytes], None]
ENGINES = [Engine(build_schema()._schema, Unasked(name), AccessPolicy()) for name in DIALECTS]
SCHEMA, ROOTS = ENGINES[0].bindings.schema, sorted(ENGINES[0].bindings.compiled - {"__typename"})


class Chance(Random):
    """Choices made by given bytes and, once these are used up, always the first: whoever changes a byte changes one choice."""

    def __init__(self, data: bytes):
        super().__init__(0)
        self._given: Iterator[int] = iter(data)

    def getrandbits(self, k: int) -> int:
        return sum(next(self._given, 0) << 8 * n for n in range((k + 7) // 8)) & ((1 << k) - 1)


def text_of(data: bytes) -> str:
    """Where it is no UTF-8, halves of surrogate pairs."""
    return data.decode(errors="surrogateescape")


# -- what is asked

def body(data: bytes) -> None:
    """The body of a POST."""
    with suppress(Refusal, EngineError):
        _storable(from_body(data, Registered(1)))


def message(data: bytes) -> None:
    """What a message of a WebSocket asks for."""
    with suppress(Refusal, EngineError):
        found = parsed(data, "The message")
        if isinstance(found, dict):
            _storable(from_message(found, Registered(1)))


def address(data: bytes) -> None:
    """The parameters of a GET."""
    pairs = parse_qsl(text_of(data), keep_blank_values=True)
    with suppress(Refusal, EngineError):
        _storable(from_address(MultiDict(pairs), Registered(1)))


def _storable(asked: Asked) -> None:
    """Whether a database can keep every text of it, composed; the document's own are composed as it is parsed."""
    for text in _texts([asked.name, asked.variables]):
        assert unicodedata.is_normalized("NFC", text)
    for text in _texts([asked.query, asked.name, asked.variables]):
        assert "\0" not in text
        text.encode()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        yield from _texts([*value, *value.values()])


# -- documents, as far as they come

def document(data: bytes) -> None:
    """A document: measured, parsed and validated and, where it is good, estimated and planned."""
    chance = Chance(data[-2:])
    _asked(text_of(data), {}, chance.choice(VIEWERS), chance.choice(ENGINES))


def plan(data: bytes) -> None:
    """A document that is as good as valid, written as the bytes choose, for a viewer whom they choose."""
    chance = Chance(data)
    viewer, engine, budget = chance.choice(VIEWERS), chance.choice(ENGINES), chance.randint(1, 60)
    _asked(*Author(chance, budget, SCHEMA, IDS, ROOTS).document(), viewer, engine)


def _asked(text: str, raw: dict[str, Any], viewer: Viewer, engine: Engine) -> None:
    found = engine.documents.get(text, None)
    if found.errors:
        return
    with suppress(EngineError, GraphQLError):
        values = found.coerce(raw)
        engine.costs.estimate(found, values)
        if found.compiled:
            engine.arguments(engine.plan(found, values, viewer), values, viewer, NOW)


# -- what stands for rows

def cursor(data: bytes) -> None:
    """A cursor, as it is written or as what is written in one."""
    for text in (text_of(data), data.hex()):
        with suppress(InvalidCursor):
            values = ORDER.values(text)
            assert len(values) == len(ORDER.types)
            for dialect in DIALECTS.values():
                for value, (type_, _) in zip(values, ORDER.types, strict=True):
                    bound = dialect.bind(value, type_)
                    assert type_ != TIME or value is None or isinstance(bound, str | dt.datetime)


def identifier(data: bytes) -> None:
    """A global id: it is what we wrote, or that of nothing."""
    text = text_of(data)
    tag = tag_of(text)
    key = key_of(tag, text)
    assert tag in BY_TAG or not tag
    assert key is None or text == f"{tag}_{key:019}" and 0 <= key < 2**63


#: Each target with some good input to begin with.
TARGETS: dict[Target, list[bytes]] = {
    body: [b'{"query":"{ __typename }","variables":{"a":[1,"\xc3\xa9\\ud83d\\ude00"]},"operationName":"A","extensions":{"explain":true}}',
           b'{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"%b"}},"documentId":"sha256:%b"}' % (b"0" * 64, b"0" * 64)],
    message: [b'{"query":"{ __typename }","variables":null,"extensions":{"explain":false}}'],
    address: [b'query=%7B+__typename+%7D&variables={"a":1.5e3}&operationName=A&extensions={}&documentId=%C3%A9'],
    document: [text.encode() for text in TEXTS],
    plan: [bytes(Random(n).randbytes(200)) for n in range(20)],
    cursor: [CURSOR, CURSOR.hex().encode()],
    identifier: [ids[0].encode() for ids in IDS.values() if ids],
}
#: Words that a fuzzer puts together.
WORDS = sorted({word for text in TEXTS for word in re.findall(r"\w+", text, re.ASCII)} | set(SCHEMA.type_map))
