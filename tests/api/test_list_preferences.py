"""How people like the customer list: columns, density and filters, each person's own wherever they act."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from models.lists import FILTERS
from tests.api.test_switch_tenant import ACME, anew, entered
from tests.client import Person
from tests.servers import Server

PREFERENCES = "preferences { columns density hideInactive savedFilters { id name filter } }"
ERRORS = "userErrors { code path message } auditEntryId"
SET = f"""mutation($input: SetListPreferencesInput!, $options: MutationOptions) {{
  setListPreferences(input: $input, options: $options) {{ {PREFERENCES} {ERRORS} }} }}"""
SAVE = f"""mutation($input: SaveFilterInput!, $options: MutationOptions) {{ saveFilter(input: $input, options: $options) {{
  filter {{ id name filter }} {PREFERENCES} {ERRORS} }} }}"""
DELETE = f"""mutation($input: DeleteFilterInput!) {{ deleteFilter(input: $input) {{ {PREFERENCES} {ERRORS} }} }}"""
BEGINNING = {"columns": ["NAME", "MRR", "PORTS", "VCS", "CLOUD", "LAST_ACTIVITY", "LAST_ORDER"], "density": "STANDARD",
             "hideInactive": False, "savedFilters": []}


async def kept(person: Person) -> dict[str, Any]:
    answer = await person.ask(f"{{ viewer {{ {PREFERENCES} }} }}")
    return answer["data"]["viewer"]["preferences"]


async def choose(person: Person, **given: Any) -> dict[str, Any]:
    return (await person.ask(SET, {"input": given}))["data"]["setListPreferences"]


async def save(person: Person, name: str, filter: Any, **options: Any) -> dict[str, Any]:
    return (await person.ask(SAVE, {"input": {"name": name, "filter": filter}, "options": options}))["data"]["saveFilter"]


async def delete(person: Person, id: str) -> dict[str, Any]:
    return (await person.ask(DELETE, {"input": {"filterId": id}}))["data"]["deleteFilter"]


@pytest.fixture
async def sales(server: Server) -> AsyncIterator[Person]:
    """Somebody who changes nothing of customers, and what they keep afterwards as it was."""
    person = Person(server, "sales@harbor.example")
    yield person
    await choose(person, **{name: value for name, value in BEGINNING.items() if name != "savedFilters"})
    for saved in (await kept(person))["savedFilters"]:
        await delete(person, saved["id"])


@pytest.mark.row("S2.16", "S2.17")
async def test_whoever_has_chosen_nothing_sees_the_list_as_the_product_comes(server: Server) -> None:
    assert await kept(Person(server, "unlinked@brightline.example")) == BEGINNING


@pytest.mark.row("S2.16", "S5.66")
async def test_somebody_chooses_columns_and_their_order(sales: Person) -> None:
    payload = await choose(sales, columns=["NAME", "STATUS", "ADMIN"])
    assert payload["preferences"]["columns"] == ["NAME", "STATUS", "ADMIN"]
    assert payload["userErrors"] == [] and payload["auditEntryId"]
    assert await kept(sales) == {**BEGINNING, "columns": ["NAME", "STATUS", "ADMIN"]}


@pytest.mark.row("S1.16", "S2.17")
@pytest.mark.parametrize("density", ["COMPACT", "STANDARD", "COMFORTABLE"])
async def test_somebody_chooses_how_closely_rows_stand(sales: Person, density: str) -> None:
    await choose(sales, columns=["STATUS", "NAME"])
    await choose(sales, density=density, hideInactive=True)
    assert await kept(sales) == {**BEGINNING, "columns": ["STATUS", "NAME"], "density": density, "hideInactive": True}


@pytest.mark.row("S1.16", "S2.16", "S2.17", "S5.66", "B.12")
async def test_nobody_else_sees_what_somebody_chose(sales: Person, server: Server) -> None:
    await choose(sales, columns=["NAME"], density="COMFORTABLE", hideInactive=True)
    await save(sales, "mine", {"status": ["ACTIVE"]})
    assert await kept(Person(server, "admin@harbor.example")) == BEGINNING


@pytest.mark.row("S2.16", "S5.66")
async def test_a_list_has_a_column_and_none_of_them_twice(sales: Person) -> None:
    for columns in ([], ["NAME", "MRR", "NAME"]):
        [error] = (await choose(sales, columns=columns))["userErrors"]
        assert (error["code"], error["path"]) == ("INVALID", ["input", "columns"])
    assert await kept(sales) == BEGINNING


@pytest.mark.row("S2.16", "S2.17", "S5.66", "B.12")
async def test_who_is_not_signed_in_keeps_nothing(server: Server) -> None:
    for document, given in ((SET, {"density": "COMPACT", "columns": ["NAME"]}), (SAVE, {"name": "x", "filter": {}})):
        answer = await Person(server).ask(document, {"input": given})
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.case(47)
@pytest.mark.row("S2.16", "B.12")
async def test_preferences_go_with_whoever_acts_elsewhere(server: Server) -> None:
    admin = Person(server, "admin@brightline.example")
    try:
        await choose(admin, columns=["NAME", "PHONE"])
        saved = (await save(admin, "From home", {"status": ["ACTIVE"]}))["filter"]
        inside = await entered(await anew(server, "admin@brightline.example"), ACME)
        assert (await kept(inside))["columns"] == ["NAME", "PHONE"]
        assert [f["name"] for f in (await kept(inside))["savedFilters"]] == ["From home"]
        assert (await save(inside, "From inside", {}))["filter"]["name"] == "From inside"
        assert (await inside.ask("query($id: ID!) { node(id: $id) { id } }", {"id": saved["id"]}))["data"]["node"] == {
            "id": saved["id"]}
        await delete(inside, saved["id"])
        assert [f["name"] for f in (await kept(admin))["savedFilters"]] == ["From inside"]
    finally:
        await choose(admin, columns=BEGINNING["columns"])
        for saved in (await kept(admin))["savedFilters"]:
            await delete(admin, saved["id"])


@pytest.mark.row("B.12")
async def test_a_filter_comes_back_as_it_was_saved(sales: Person) -> None:
    given = {"status": ["ACTIVE", "SUSPENDED"], "not": {"name": "Zoë's \"quoted\" \\ 'Söhne' 😀 \n"}}
    payload = await save(sales, "  Late   payers ", given)
    assert payload["filter"]["name"] == "Late payers" and payload["filter"]["filter"] == given
    assert payload["preferences"]["savedFilters"] == [payload["filter"]]


@pytest.mark.row("B.12")
async def test_a_filter_of_the_same_name_replaces_the_one_before(sales: Person) -> None:
    first = (await save(sales, "Straße", {"status": ["ACTIVE"]}))["filter"]
    again = await save(sales, "STRASSE", {"status": ["INACTIVE"]})
    assert again["preferences"]["savedFilters"] == [
        {"id": first["id"], "name": "STRASSE", "filter": {"status": ["INACTIVE"]}}]


@pytest.mark.case(17)
@pytest.mark.row("B.12")
async def test_somebody_deletes_their_own_filter_and_nobody_elses(sales: Person, server: Server) -> None:
    saved = (await save(sales, "Kept", {}))["filter"]
    other = Person(server, "admin@harbor.example")
    [error] = (await delete(other, saved["id"]))["userErrors"]
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "filterId"])
    assert (await other.ask("query($id: ID!) { node(id: $id) { id } }", {"id": saved["id"]}))["data"]["node"] is None
    assert (await delete(sales, saved["id"]))["preferences"]["savedFilters"] == []
    assert (await delete(sales, saved["id"]))["userErrors"][0]["code"] == "NOT_FOUND"


@pytest.mark.row("B.12")
async def test_a_filter_has_a_name_and_a_bounded_size(sales: Person) -> None:
    for name, filter, path in (("  ", {}, "name"), ("x" * 101, {}, "name"), ("x", {"name": "y" * 10_001}, "filter"),
                               ("x", {"or": [{"name": "y"}] * 50}, "filter")):
        payload = await save(sales, name, filter)
        assert [(e["code"], e["path"][-1]) for e in payload["userErrors"]] == [("INVALID", path)]
    assert (await kept(sales))["savedFilters"] == []


@pytest.mark.row("B.12")
async def test_nobody_keeps_more_filters_than_there_may_be(sales: Person) -> None:
    for n in range(FILTERS):
        assert (await save(sales, f"Filter {n:02}", {}))["userErrors"] == []
    assert (await save(sales, "One more", {}))["userErrors"][0]["code"] == "LIMIT_EXCEEDED"
    assert (await save(sales, "Filter 00", {"status": ["ACTIVE"]}))["userErrors"] == []
    assert len((await kept(sales))["savedFilters"]) == FILTERS


@pytest.mark.row("B.12")
async def test_a_rehearsal_saves_nothing(sales: Person) -> None:
    payload = await save(sales, "Rehearsed", {}, dryRun=True)
    assert payload["filter"]["name"] == "Rehearsed" and payload["auditEntryId"] is None
    assert (await kept(sales))["savedFilters"] == []
