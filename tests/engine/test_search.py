"""Searches by part of a name: whichever way they take, they find what the reference finds, and names that change are found."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

import engine.pages
import engine.search
from engine.search import COMPARED, longest_of, others_of, parts_of
from models.records import name_key
from models.trigrams import Trigram
from tests.engine.conftest import Empty, Stage, staged
from tests.engine.databases import change, create
from tests.engine.world import World
from tests.stored import read

PAGE = """query($search: String, $first: Int, $after: String, $last: Int, $before: String, $sort: CustomerSort) {
  customers(search: $search, first: $first, after: $after, last: $last, before: $before, sort: $sort) {
    totalCount nodes { id name mrr { amount } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
#: How many names are few, how many tenants near, and in how many ways two letters may go on.
WAYS = {"as measured": (engine.search.FEW, engine.search.NEAR, engine.search.WAYS), "all by parts": (1, 0, 10**6),
        "all by walking": (0, 10**6, 0), "by parts if few or far": (3, 5, 2)}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How searches are made; what is asked must be written differently for each, so that no plan is kept."""
    few, near, ways = WAYS[request.param]
    monkeypatch.setattr(engine.search, "FEW", few)
    monkeypatch.setattr(engine.pages, "NEAR", near)
    monkeypatch.setattr(engine.search, "WAYS", ways)
    return f"# {request.param}\n"


def searches(stage: Stage) -> list[str]:
    """Beginnings, insides and ends of names, some of them twice in a name; and what no name has."""
    names = sorted({name_key(customer["name"]) for customer in stage.reference.tables[row_of(stage)]} - {""})
    chance = random.Random(5)
    parts = [name[start:start + chance.randint(1, 8)] for name in names for start in (0, chance.randrange(len(name)))]
    turned = [" ".join(reversed(name.split())) for name in chance.sample(names, 2)]
    return ["", " ", "a", "ab", "0 ", "aa", "zz", "qxq", "alpha 0/", "a a", "0 al", "a b 1", "qxq a", *chance.sample(parts, 8),
            *chance.sample(names, 2), *turned, f"{turned[0][:2]} {turned[0][-3:]}", max(names, key=len)[-2:]]


def row_of(stage: Stage) -> Any:
    return next(row.model for row in stage.engine.bindings.rows if row.tag == "cus")


async def test_whichever_way_is_taken_the_same_is_found(stage: Stage, way: str) -> None:
    found = 0
    for viewer in sorted(stage.world.viewers):
        for search in searches(stage):
            for values in ({"first": 2}, {"last": 2}, {"sort": {"key": "MRR", "direction": "DESC"}}):
                found += len((await stage.read(way + PAGE, viewer, search=search, **values))["customers"]["nodes"])
    assert found > 100


@pytest.mark.parametrize("search", ["a", "al", "alp", "0", "1 c"])
async def test_pages_of_a_search_hold_every_row_once_in_either_direction(crowd: Stage, way: str, search: str) -> None:
    down: list[str] = []
    up: list[str] = []
    page = (await crowd.read(way + PAGE, "admin", search=search, first=7))["customers"]
    while True:
        down += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        page = (await crowd.read(way + PAGE, "admin", search=search, first=7, after=page["pageInfo"]["endCursor"]))["customers"]
    page = (await crowd.read(way + PAGE, "admin", search=search, last=7))["customers"]
    while True:
        up = [node["id"] for node in page["nodes"]] + up
        if not page["pageInfo"]["hasPreviousPage"]:
            break
        page = (await crowd.read(way + PAGE, "admin", search=search, last=7, before=page["pageInfo"]["startCursor"]))["customers"]
    assert down == up
    assert len(set(down)) == len(down) == page["totalCount"]


def test_parts_are_every_three_letters_and_no_more_than_are_compared() -> None:
    assert [parts_of(text) for text in ("", "a", "ab", "abc", "abcd", "aaaa", "abc a de", "abcd bcde")] == [
        [], [], ["ab"], ["abc"], ["abc", "bcd"], ["aaa"], ["abc", "de"], ["abc", "bcd", "cde"]]
    long = parts_of("the quick brown fox jumps over the lazy dog")
    assert [longest_of(text) for text in ("", "a", "b abc de")] == ["", "a", "abc"]
    assert [others_of(text) for text in ("", "a", "b abc de b", "a a")] == [[], [], ["b", "de"], ["a"]]
    assert len(long) == COMPARED and all(part in "the quick brown fox jumps over the lazy dog" for part in long)


@pytest.fixture
async def shelf(kind: str, empty: Empty) -> AsyncIterator[tuple[str, Stage]]:
    """The world in a database of its own, which may be written to, and its URL."""
    world = World()
    url = await create(await empty(kind, "names"), world.rows)
    async with read(url) as database:
        yield url, await staged(world, database)


async def parts_in(stage: Stage) -> list[tuple[str, str, int]]:
    rows = await stage.database.rows(f"select letters, name_key, tenant_id from {Trigram._meta.db_table}", ())
    return sorted((str(letters), str(name), int(id)) for letters, name, id in rows)


async def expected(stage: Stage) -> list[tuple[str, str, int]]:
    names = [(str(name), int(id)) for name, id in await stage.database.rows("select name_key, id from customer", ())]
    return sorted({(name[n:n + 3], name, id) for name, id in names for n in range(len(name) - 1)})


async def test_the_parts_of_names_follow_them(shelf: tuple[str, Stage]) -> None:
    url, stage = shelf
    assert await parts_in(stage) == await expected(stage) != []
    [(first,), (second,), (third,)] = await stage.database.rows("select id from customer order by id limit 3", ())
    await change(url, "update customer set name_key = 'banananana 日本' where id = $1", [[first]])
    await change(url, "update customer set name_key = 'x' where id = $1", [[second]])
    await change(url, "update customer set version = version + 1, name_key = name_key where id = $1", [[third]])
    assert await parts_in(stage) == await expected(stage)
    await change(url, "update customer set name_key = 'back again ' || name_key where id in ($1, $2)", [[first, second]])
    await change(url, "delete from customer where id = $1", [[third]])
    assert await parts_in(stage) == await expected(stage)
