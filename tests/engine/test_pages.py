"""Pages: whole in either direction, begun again where a cursor's row is gone, and refused where they cannot be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

import models
from engine.builders import LARGEST
from engine.errors import BadRequest, InvalidCursor
from tests.engine.conftest import Empty, Stage, staged
from tests.engine.databases import change, create
from tests.engine.world import World
from tests.stored import read

WALK = """query($first: Int, $after: String, $last: Int, $before: String, $sort: CustomerSort) {
  customers(first: $first, after: $after, last: $last, before: $before, sort: $sort) {
    nodes { id } edges { cursor } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }"""
COUNT = "query($after: String, $before: String) { customers(after: $after, before: $before) { totalCount } }"
ORDERS = ["NAME", "MRR", "LAST_ACTIVITY", "LAST_ORDER", "CREATED_AT", "STATUS"]


async def page_of(stage: Stage, viewer: str = "admin", **values: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await stage.read(WALK, viewer, **values))["customers"]
    return found


@pytest.mark.parametrize("size", [7, 100])
@pytest.mark.parametrize("key", ORDERS)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_pages_in_either_direction_hold_every_row_once(crowd: Stage, size: int, key: str, direction: str) -> None:
    sort = {"key": key, "direction": direction}
    down: list[str] = []
    up: list[str] = []
    turn: dict[str, Any] = {"first": size}
    while turn and len(down) < 200:
        page = await page_of(crowd, sort=sort, **turn)
        down += [node["id"] for node in page["nodes"]]
        turn = {"first": size, "after": page["pageInfo"]["endCursor"]} if page["pageInfo"]["hasNextPage"] else {}
    turn = {"last": size}
    while turn and len(up) < 200:
        page = await page_of(crowd, sort=sort, **turn)
        up = [node["id"] for node in page["nodes"]] + up
        turn = {"last": size, "before": page["pageInfo"]["startCursor"]} if page["pageInfo"]["hasPreviousPage"] else {}
    assert down == up
    assert len(set(down)) == len(down) > 100


@pytest.fixture(scope="module")
async def shelf(kind: str, empty: Empty) -> AsyncIterator[tuple[str, Stage]]:
    """The world in a database of its own, which may be written to, and its URL."""
    world = World()
    url = await create(await empty(kind, "shelf"), world.rows)
    async with read(url) as database:
        yield url, await staged(world, database)


@pytest.mark.parametrize("key", ORDERS)
async def test_a_cursor_survives_the_deletion_and_the_renaming_of_its_row(shelf: tuple[str, Stage], key: str) -> None:
    url, stage = shelf
    sort = {"key": key, "direction": "DESC"}
    order = [node["id"] for node in (await page_of(stage, "platform admin", sort=sort))["nodes"]]
    first = await page_of(stage, "platform admin", first=3, sort=sort)
    second = await page_of(stage, "platform admin", first=3, after=first["pageInfo"]["endCursor"], sort=sort)
    assert [node["id"] for page in (first, second) for node in page["nodes"]] == order[:6]
    await change(url, "delete from customer where id = $1", [[int(order[2][4:])]])
    await change(url, "update customer set name = 'x', name_key = 'x', mrr_minor = 7, status = 'INACTIVE', "
                 "last_activity_at = null, last_order_at = null, created_at = status_changed_at where id = $1",
                 [[int(order[5][4:])]])
    await stage.look_again()
    for page, rest in ((first, order[3:]), (second, order[6:])):
        beyond = await page_of(stage, "platform admin", after=page["pageInfo"]["endCursor"], sort=sort)
        found = [node["id"] for node in beyond["nodes"]]
        assert [id for id in found if id != order[5]] == [id for id in rest if id != order[5]]


@pytest.mark.parametrize(("values", "told"), [
    ({"first": 0}, "between 1 and 100"), ({"first": 101}, "between 1 and 100"), ({"last": 0}, "between 1 and 100"),
    ({"last": 101}, "between 1 and 100"), ({"first": -1}, "between 1 and 100"), ({"first": 1, "last": 1}, "not both")])
async def test_pages_of_no_possible_size_are_refused_by_name(stage: Stage, values: dict[str, int], told: str) -> None:
    for viewer in ("alpha's admin", "unlinked", "anonymous"):
        with pytest.raises(BadRequest) as refused:
            await stage.answer(WALK, viewer, values)
        assert told in refused.value.message and "customers" in refused.value.message


async def test_a_cursor_fits_the_order_that_it_came_from_and_no_other(stage: Stage) -> None:
    sorts = [{"key": key, "direction": direction} for key in ORDERS for direction in ("ASC", "DESC")]
    ends = [(await page_of(stage, "alpha's admin", first=1, sort=sort))["pageInfo"]["endCursor"] for sort in sorts]
    for mine, sort in enumerate(sorts):
        for n, cursor in enumerate(ends):
            asked = stage.answer(WALK, "alpha's admin", {"after": cursor, "sort": sort})
            if n == mine:
                await asked
                continue
            with pytest.raises(InvalidCursor):
                await asked


@pytest.mark.parametrize("cursor", ["", "5b5d", "zz", "cus_4611686018427387905", "5b2230303030222c315d", "é", "00" * 5000])
@pytest.mark.parametrize("end", ["after", "before"])
async def test_what_is_no_cursor_is_refused_as_one(stage: Stage, cursor: str, end: str) -> None:
    for asked in (WALK, COUNT):
        with pytest.raises(InvalidCursor):
            await stage.answer(asked, "alpha's admin", {end: cursor})


@pytest.mark.case(9)
async def test_cursors_of_a_list_sorted_by_what_is_withheld_hold_none_of_it(stage: Stage) -> None:
    asked = "{ customers(sort: {key: MRR, direction: DESC}) { edges { cursor node { id mrr { amount } } } } }"
    stored = {f"cus_{record['id']}": record["mrr_minor"] for record in stage.reference.tables[models.Customer]}
    held_back: dict[str, int] = {}
    for viewer in stage.world.viewers:
        for edge in (await stage.read(asked, viewer))["customers"]["edges"]:
            _, *mrr, _name, _id = orjson.loads(bytes.fromhex(edge["cursor"]))
            known = stored[edge["node"]["id"]]
            if edge["node"]["mrr"] is None and known is not None:
                assert mrr in ([], [LARGEST])
                held_back[viewer] = held_back.get(viewer, 0) + 1
            else:
                assert mrr in ([], [LARGEST if known is None else -known])
    assert len(held_back) > 1, held_back
