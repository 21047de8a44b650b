"""Requests that would cost far more than they say (catalogue, section F). More are in tests/edge/test_limits.py and beside it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from engine.errors import TooLarge
from engine.run import finish
from models.users import PASSWORD_BYTES
from tests.client import SIGN_IN, Person
from tests.servers import Server

PACKAGES = ("engine", "models", "resolvers", "schema", "letters", "jobs", "server")
#: What makes a pattern with two ways to match the same thing go back again and again.
NASTY = [piece * 5_000 + "!" for piece in ("a", " ", "-", ".", "a.", "a-", "0", "1,", "\\", "/", "é", "aA0", "\"", "=?", ":", "$1")]


def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern that a module keeps."""
    found: dict[str, re.Pattern[str]] = {}
    for package in PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if "migrations" not in module.name and not module.name.endswith("__main__"):
                there = vars(importlib.import_module(module.name))
                found |= {f"{module.name}.{name}": kept for name, kept in there.items() if isinstance(kept, re.Pattern)}
    return found


@pytest.mark.case(128)
def test_no_pattern_of_ours_takes_long_whatever_it_is_given() -> None:
    found = patterns()
    assert len(found) > 10
    for name, pattern in found.items():
        for text in NASTY:
            given = text.encode() if isinstance(pattern.pattern, bytes) else text
            begun = perf_counter()
            pattern.fullmatch(given)
            pattern.match(given)
            assert perf_counter() - begun < 1, (name, text[:4])


@pytest.mark.case(129)
@pytest.mark.parametrize("password", ["x" * 100_000, "é" * PASSWORD_BYTES, "\U0001f600" * 20_000], ids=["long", "wide", "wider"])
async def test_a_password_as_long_as_a_body_is_refused_like_a_wrong_one(server: Server, password: str) -> None:
    answer = await Person(server).ask(SIGN_IN, {"input": {"email": "nobody@long.example", "password": password}})
    assert [error["code"] for error in answer["data"]["signIn"]["userErrors"]] == ["INVALID"]


@pytest.mark.case(121, 122)
async def test_lists_and_variables_are_bounded_before_anything_is_read(story: Server) -> None:
    admin = Person(story, "admin@brightline.example")
    status, _, body = await admin.raw("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["cus_1"] * 101})
    assert status == 400 and "100" in orjson.loads(body)["errors"][0]["message"]
    status, _, body = await admin.raw("query($s: String) { customers(search: $s) { totalCount } }", {"s": "x" * 140_000})
    assert (status, orjson.loads(body)["errors"][0]["extensions"]["code"]) == (413, "BODY_TOO_LARGE")
    status, _, body = await admin.raw("{ customers(first: 101) { totalCount } }")
    assert status == 400


@pytest.mark.case(132)
def test_the_largest_answer_that_may_be_is_told_and_one_byte_more_is_not() -> None:
    plan: Any = SimpleNamespace(marks=[])
    assert finish(plan, b"x" * 1000, 1000) == (b"x" * 1000, [])
    with pytest.raises(TooLarge):
        finish(plan, b"x" * 1001, 1000)
