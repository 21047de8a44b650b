"""Exports of the customer list: what they hold, who gets one, and who fetches it."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest

from models.lists import CustomerColumn
from models.reports import DownloadLink, ReportRun
from models.sessions import hash_secret
from tests.api.test_links import Desk
from tests.api.test_list_preferences import BEGINNING, choose, delete, save
from tests.api.test_switch_tenant import ACME, BRIGHTLINE, GLOBAL, anew, entered
from tests.client import Person
from tests.exporting import asked, cancelled, csv_rows, ended, exported, fetched, json_rows, linked, run_of, serial, xlsx_cells
from tests.servers import Server
from tests.shop import open_shop
from tests.stored import connected
from tests.ticking import tick

ADMIN, READER, SUPPORT = "admin@brightline.example", "readonly@brightline.example", "support@brightline.example"
REGULAR = "regular@brightline.example"
LIST = """query($after: String) { customers(first: 100, after: $after) { pageInfo { endCursor hasNextPage } nodes { name status primaryAdmin { displayName email } summary { mrr { amount currency }
  ports virtualCircuits cloudConnections lastActivityAt lastOrderAt } } } }"""
COPIED = ("tenant_id", "requested_by_id", "run_as_role", "kind", "format", "file_name", "include_details", "criteria", "requested_at")
TITLES = ["Name", "MRR", "Currency", "Ports", "Virtual circuits", "Cloud connections", "Last activity (UTC)",
          "Last order (UTC)"]
#: Money of the demo story in the ways in which it could be written: of Global Enterprises, and of Acme Corporation.
GLOBALS_MONEY, ACMES_MONEY = (b"980.5", b"980,5", b"98050"), (b"1250", b"1,250", b"125000")


@pytest.fixture
def admin(server: Server) -> Person:
    return Person(server, ADMIN)


@pytest.fixture
async def reader(server: Server) -> AsyncIterator[Person]:
    """readonly@brightline.example, READ_ONLY of Acme Corporation, and for the test SUPPORT of Global Enterprises."""
    desk = Desk(Person(server, ADMIN), server)
    await desk.link(READER, GLOBAL, role="SUPPORT")
    yield Person(server, READER)
    for grant in desk.linked:
        await desk.unlink(grant)


async def shown(person: Person) -> list[list[str]]:
    """The list as the API answers it, as text."""
    nodes: list[dict[str, Any]] = []
    page = {"endCursor": None, "hasNextPage": True}
    while page["hasNextPage"]:
        found = (await person.ask(LIST, {"after": page["endCursor"]}))["data"]["customers"]
        nodes, page = nodes + found["nodes"], found["pageInfo"]

    def row(c: dict[str, Any]) -> list[str]:
        s = c["summary"] or {}
        money = s.get("mrr") or {}
        cells = [c["name"], money.get("amount"), money.get("currency"), s.get("ports"), s.get("virtualCircuits"),
                 s.get("cloudConnections"), s.get("lastActivityAt"), s.get("lastOrderAt")]
        return ["" if cell is None else str(cell) for cell in cells]
    return [row(c) for c in nodes]


# -- what is in it

@pytest.mark.row("S2.18", "S5.69")
@pytest.mark.parametrize("email", [ADMIN, "sales@harbor.example", READER, "admin@acmecorp.example"])
async def test_an_export_as_csv_holds_the_columns_of_the_list_as_its_person_sees_them(server: Server, email: str) -> None:
    person = Person(server, email)
    run, body = await exported(person)
    titles, *rows = csv_rows(body)
    assert titles == TITLES
    assert sorted(rows) == sorted(await shown(person)) and len(rows) == run["rows"]


@pytest.mark.row("S2.18", "S2.16")
async def test_an_export_has_the_visible_columns_in_their_order(server: Server) -> None:
    sales = Person(server, "sales@harbor.example")
    try:
        await choose(sales, columns=["STATUS", "NAME", "ADMIN", "PHONE"])
        _, body = await exported(sales)
    finally:
        await choose(sales, columns=BEGINNING["columns"])
    titles, *rows = csv_rows(body)
    assert titles == ["Status", "Name", "Admin", "Phone"]
    assert ["ACTIVE", ACME, "Alice Brandt", "'+1-555-0789"] in rows


@pytest.mark.row("S5.48", "S5.69")
async def test_a_workbook_holds_the_same_with_numbers_and_moments_as_such(admin: Person) -> None:
    rows = csv_rows((await exported(admin))[1])
    cells = xlsx_cells((await exported(admin, "CUSTOMER_LIST", "XLSX"))[1])
    assert [text for _, text in cells[0]] == rows[0]
    assert len(cells) == len(rows)
    for row, told in zip(cells[1:], rows[1:], strict=True):
        padded = [*row, *[("", "")] * (len(told) - len(row))]
        assert padded[0][1] == told[0] and padded[0][0] in ("s", "inlineStr")
        for (kind, text), expected in zip(padded[1:6], told[1:6], strict=True):
            if expected.replace(".", "").isdigit():
                assert kind == "n" and float(text) == float(expected)
            else:
                assert kind in ("inlineStr", "s", "") and text == expected
        for (_, text), expected in zip(padded[6:], told[6:], strict=True):
            assert (text == "" == expected) or abs(float(text) - serial(dt.datetime.fromisoformat(expected))) < 1e-5


@pytest.mark.row("S5.48", "S5.69")
async def test_lines_of_json_hold_the_same_with_null_for_what_is_empty_or_withheld(reader: Person) -> None:
    titles, *rows = csv_rows((await exported(reader))[1])
    run, body = await exported(reader, "CUSTOMER_LIST", "JSONL")
    lines = json_rows(body)
    assert [list(line) for line in lines] == [titles] * len(rows) and run["rows"] == 2
    assert [["" if cell is None else str(cell) for cell in line.values()] for line in lines] == rows
    known = {line["Name"]: line for line in lines}
    assert (known[ACME]["MRR"], known[ACME]["Ports"]) == ("1250.00", 3)
    assert {name for name, cell in known[GLOBAL].items() if cell is not None} == {"Name"}
    assert not [figure for figure in GLOBALS_MONEY if figure in body]


@pytest.mark.row("S5.49")
async def test_details_are_added_where_they_are_asked_for(admin: Person) -> None:
    run, body = await exported(admin, includeDetails=True)
    assert run["includeDetails"] is True
    assert csv_rows(body)[0] == ["Name", "Reference", "MRR", "Currency", "MRR pending entry", *TITLES[3:]]
    run, body = await exported(admin, includeDetails=False)
    assert run["includeDetails"] is False and csv_rows(body)[0] == TITLES


@pytest.mark.row("S5.67")
async def test_customer_information_tells_what_is_recorded_whatever_columns_are_chosen(admin: Person) -> None:
    _, body = await exported(admin, "CUSTOMER_INFORMATION")
    titles, *rows = csv_rows(body)
    assert titles == ["Name", "Reference", "Status", "Status reason", "Web site", "Phone", "E-mail", "Country",
                      "Recorded (UTC)", "Accepted (UTC)", "Admin", "Admin's e-mail"]
    [acme] = [dict(zip(titles, row, strict=True)) for row in rows if row[0] == ACME]
    assert (acme["Status"], acme["Phone"], acme["Admin's e-mail"]) == ("ACTIVE", "'+1-555-0789", "admin@acmecorp.example")
    more = csv_rows((await exported(admin, "CUSTOMER_INFORMATION", includeDetails=True))[1])[0]
    assert more[:12] == titles and {"MRR", "Contracts", "Services"} <= set(more)


@pytest.mark.row("S5.67")
async def test_one_customer_is_exported_alone(admin: Person) -> None:
    nodes = (await admin.ask('{ customers(search: "acme") { nodes { id } } }'))["data"]["customers"]["nodes"]
    run, body = await exported(admin, "CUSTOMER_INFORMATION", customerId=nodes[0]["id"])
    assert [row[0] for row in csv_rows(body)] == ["Name", ACME]
    assert (run["rows"], run["customer"]["name"]) == (1, ACME)
    listed = await admin.ask("query($id: ID!) { customer(id: $id) { reportRuns { nodes { rows } } } }", {"id": nodes[0]["id"]})
    assert listed["data"]["customer"]["reportRuns"]["nodes"][0] == {"rows": 1}


@pytest.mark.row("S2.18", "S5.69")
async def test_search_and_order_are_those_of_the_list(admin: Person) -> None:
    _, body = await exported(admin, search="e", sort={"key": "MRR", "direction": "DESC"})
    answer = await admin.ask('{ customers(search: "e", sort: {key: MRR, direction: DESC}) { nodes { name } } }')
    assert [row[0] for row in csv_rows(body)[1:]] == [c["name"] for c in answer["data"]["customers"]["nodes"]]


@pytest.mark.row("S2.18", "S5.69", "B.12")
async def test_a_saved_filter_narrows_an_export_as_it_does_the_list(admin: Person) -> None:
    given = {"not": {"name": "STRASSE"}, "or": [{"status": ["ACTIVE"]}, {"countryOrRegion": ["DE"]}]}
    saved = await save(admin, "For the export", given)
    kept_as = saved["filter"]["filter"]
    assert kept_as == given
    try:
        asked_for = "query($filter: CustomerFilter) { customers(filter: $filter, hideInactive: true) { nodes { name } } }"
        listed = (await admin.ask(asked_for, {"filter": kept_as}))["data"]["customers"]["nodes"]
        _, body = await exported(admin, filter=kept_as, hideInactive=True)
    finally:
        await delete(admin, saved["filter"]["id"])
    names = [row[0] for row in csv_rows(body)[1:]]
    assert names == [c["name"] for c in listed]
    assert ACME in names and not {"Straße & Söhne GmbH", "Quiet Harbour Ltd"} & set(names)


@pytest.mark.row("S2.18")
async def test_a_filter_of_an_export_is_bounded_like_the_lists(admin: Person) -> None:
    [error] = (await asked(admin, filter={"or": [{"name": "y"}] * 50}))["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID", ["input", "filter"])


@pytest.mark.row("S2.16", "S2.18", "S5.66")
async def test_every_column_of_the_list_can_be_exported(server: Server) -> None:
    sales, every = Person(server, "sales@harbor.example"), [column.name for column in CustomerColumn]
    try:
        await choose(sales, columns=every)
        runs = [await exported(sales, "CUSTOMER_LIST", format, includeDetails=True) for format in ("CSV", "XLSX")]
    finally:
        await choose(sales, columns=BEGINNING["columns"])
    titles, *rows = csv_rows(runs[0][1])
    [acme] = [dict(zip(titles, row, strict=True)) for row in rows if row[0] == ACME]
    assert [text for _, text in xlsx_cells(runs[1][1])[0]] == titles and len(set(titles)) == len(titles) >= len(every)
    assert (acme["Onboarding"], acme["Your role"], acme["Country"]) == ("COMPLETED", "SALES", "US")
    assert acme["Contracts"] == "4" and acme["Source data"]


@pytest.mark.row("S5.50")
@pytest.mark.parametrize(("given", "name"), [
    ("Straße 2026", "Straße 2026.csv"), ("../../etc/passwd", "etcpasswd.csv"), ("..\\a:b*?\"<>|.csv", "ab.csv"),
    ("CON", "_CON.csv"), ("\u202egpj.exe\n\x7f", "gpj.exe.csv"), ("...", "report.csv"), ("x" * 255, "x" * 120 + ".csv")])
@pytest.mark.case(115)
async def test_a_file_is_called_as_wished_without_what_no_file_may_be_called(admin: Person, given: str, name: str) -> None:
    assert (await asked(admin, fileName=given, options={"dryRun": True}))["run"]["fileName"] == name


@pytest.mark.row("S5.50")
async def test_the_file_comes_under_its_name_and_nowhere_else_is_it_kept(admin: Person) -> None:
    payload = await asked(admin, fileName='Größe "A"; filename=x.html')
    await ended(admin, payload["run"]["id"])
    _, headers, _ = await fetched(admin, (await linked(admin, payload["run"]["id"]))["url"])
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"Gr__e A; filename=x.html.csv\"; "
        "filename*=UTF-8''Gr%C3%B6%C3%9Fe%20A%3B%20filename%3Dx.html.csv")
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")


@pytest.mark.row("S5.48")
async def test_a_list_is_no_document(admin: Person) -> None:
    for what, path in ((("CUSTOMER_LIST", "PDF"), "format"), (("BILLING", "CSV"), "kind")):
        [error] = (await asked(admin, *what))["userErrors"]
        assert (error["code"], error["path"]) == ("INVALID", ["input", path])


# -- how it goes

@pytest.mark.row("S5.69")
async def test_an_export_is_followed_until_it_is_ready(admin: Person) -> None:
    payload = await asked(admin)
    run = payload["run"]
    assert (run["status"], run["progress"], run["rows"], run["runAsRole"]) == ("QUEUED", 0, None, "ADMIN")
    assert payload["auditEntryId"]
    ready = await ended(admin, run["id"])
    assert (ready["status"], ready["progress"], ready["failure"]) == ("SUCCEEDED", 1, None)
    assert ready["downloadable"] is True and ready["requestedBy"] == {"email": ADMIN}
    assert ready["startedAt"] and ready["finishedAt"] and ready["expiresAt"] > ready["finishedAt"]
    latest = await admin.ask("{ viewer { reportRuns(first: 1) { nodes { id status } } } }")
    assert latest["data"]["viewer"]["reportRuns"]["nodes"] == [{"id": run["id"], "status": "SUCCEEDED"}]


@pytest.mark.row("S5.69")
async def test_a_repeated_request_makes_one_export_and_a_rehearsal_none(admin: Person) -> None:
    key = f"export-{id(admin)}"
    first = await asked(admin, options={"idempotencyKey": key})
    again = await asked(admin, options={"idempotencyKey": key})
    assert first["run"]["id"] == again["run"]["id"]
    await ended(admin, first["run"]["id"])
    rehearsed = await asked(admin, options={"dryRun": True})
    assert rehearsed["dryRun"] is True and await run_of(admin, rehearsed["run"]["id"]) is None


@pytest.mark.case(130)
async def test_only_so_many_wait_of_a_person_and_of_a_tenant_until_one_is_called_off(server: Server) -> None:
    shop = await open_shop(server)
    admin, sales = shop.person("admin"), shop.person("sales")
    mine = [(await asked(admin))["run"]["id"] for _ in range(2)]
    for id in mine:
        await ended(admin, id)
    async with connected(server.database_url):  # nobody comes to write these
        [first, second] = await ReportRun.filter(id__in=[int(id[4:]) for id in mine]).order_by("id")
        made = {name: getattr(first, name) for name in COPIED}
        await ReportRun.filter(id__in=[first.id, second.id]).update(status="QUEUED", finished_at=None)
        await ReportRun.bulk_create([ReportRun(status="QUEUED", **made) for _ in range(3)])
    assert [(e["code"], e["path"], e["message"]) for e in (await asked(admin))["userErrors"]] == [
        ("LIMIT_EXCEEDED", ["input"], "5 of your reports are under way: wait for one to finish, or call one off by cancelReport.")]
    assert (await asked(sales, options={"dryRun": True}))["userErrors"] == []
    async with connected(server.database_url):
        await ReportRun.bulk_create([ReportRun(status="QUEUED", **made) for _ in range(45)])
    [error] = (await asked(sales))["userErrors"]
    assert error["code"] == "LIMIT_EXCEEDED" and "50 reports of this tenant" in error["message"]

    for person in (sales, Person(server, ADMIN)):
        assert [e["code"] for e in (await cancelled(person, mine[0]))["userErrors"]] == ["NOT_FOUND"]
    done = await cancelled(admin, mine[0])
    assert done["userErrors"] == [] and done["run"]["finishedAt"]
    assert (done["run"]["status"], done["run"]["downloadable"], done["run"]["failure"]) == ("CANCELLED", False, None)
    assert [e["code"] for e in (await cancelled(admin, mine[0]))["userErrors"]] == ["INVALID_STATE"]
    assert [e["code"] for e in (await linked(admin, mine[0]))["userErrors"]] == ["INVALID_STATE"]
    assert (await asked(sales, options={"dryRun": True}))["userErrors"] == []


# -- who gets one

@pytest.mark.row("S2.18", "S5.67", "S5.69")
@pytest.mark.parametrize("email", [REGULAR, SUPPORT])
async def test_who_may_not_export_is_told_what_it_takes(server: Server, email: str) -> None:
    for what in itertools.product(("CUSTOMER_LIST", "CUSTOMER_INFORMATION"), ("CSV", "XLSX", "JSONL")):
        payload = await asked(Person(server, email), *what)
        assert payload["run"] is None
        assert [(e["code"], e["requiredCapability"]) for e in payload["userErrors"]] == [("FORBIDDEN", "EXPORT")]


@pytest.mark.row("S2.18", "S5.69")
async def test_nobody_exports_a_customer_they_may_not_know_of(server: Server) -> None:
    delta = (await Person(server, "admin@coastal.example").ask('{ customers(search: "Delta") { nodes { id } } }'))
    for id in (delta["data"]["customers"]["nodes"][0]["id"], "cus_1234567890123456789"):
        [error] = (await asked(Person(server, ADMIN), customerId=id))["userErrors"]
        assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "customerId"])


@pytest.mark.case(15)
@pytest.mark.row("S2.18", "S1.35", "S5.67")
@pytest.mark.parametrize("kind", ["CUSTOMER_LIST", "CUSTOMER_INFORMATION"])
async def test_cells_that_are_withheld_are_empty_and_the_money_is_nowhere_in_the_file(reader: Person, kind: str) -> None:
    for sort in (None, {"key": "MRR", "direction": "DESC"}):
        run, body = await exported(reader, kind, includeDetails=True, sort=sort)
        titles, *rows = csv_rows(body)
        known = {row[0]: dict(zip(titles, row, strict=True)) for row in rows}
        assert set(known) == {ACME, GLOBAL} and run["rows"] == 2
        withheld = {"MRR", "Currency", "MRR pending entry", "Ports", "Virtual circuits", "Cloud connections",
                    "Last activity (UTC)", "Last order (UTC)", "Contracts", "Invoices"} & set(titles)
        assert {title: known[GLOBAL][title] for title in withheld} == dict.fromkeys(withheld, "")
        assert known[ACME]["MRR"] == "1250.00"
        assert not [figure for figure in GLOBALS_MONEY if figure in body]
    cells = xlsx_cells((await exported(reader, kind, "XLSX", includeDetails=True))[1])
    assert not [text for row in cells for _, text in row if any(f.decode() in text for f in GLOBALS_MONEY)]
    assert [text for row in cells for _, text in row if text == "1250"]


@pytest.mark.case(15)
@pytest.mark.row("S1.35")
async def test_support_inside_a_customer_exports_nothing(server: Server) -> None:
    inside = await entered(await anew(server, SUPPORT), ACME)
    [error] = (await asked(inside))["userErrors"]
    assert (error["code"], error["requiredCapability"]) == ("FORBIDDEN", "EXPORT")


# -- who fetches it

@pytest.mark.case(16)
@pytest.mark.row("S2.18", "S5.69")
async def test_a_link_works_once_and_for_its_person_alone(admin: Person, server: Server) -> None:
    payload = await asked(admin)
    await ended(admin, payload["run"]["id"])
    url = (await linked(admin, payload["run"]["id"]))["url"]
    assert (await fetched(Person(server), url))[0] == 401
    for email in ("admin@harbor.example", "admin@meridian.example", READER, "admin@coastal.example"):
        status, _, body = await fetched(Person(server, email), url)
        assert status == 410 and b"LINK_EXPIRED" in body and b"1250" not in body
    tries = await asyncio.gather(*[fetched(admin, url) for _ in range(5)])
    assert sorted(status for status, _, _ in tries) == [200, 410, 410, 410, 410]
    assert (await fetched(admin, f"{url}x"))[0] == 410


@pytest.mark.case(16)
@pytest.mark.row("S2.18", "S5.69")
async def test_nobody_else_knows_of_an_export_nor_gets_a_link_to_it(admin: Person, server: Server) -> None:
    payload = await asked(admin)
    id = payload["run"]["id"]
    await ended(admin, id)
    distributor = await entered(await anew(server, "admin@harbor.example"), BRIGHTLINE)
    for other in (Person(server, "admin@harbor.example"), Person(server, READER), distributor):
        assert await run_of(other, id) is None
        assert (await other.ask("query($id: ID!) { node(id: $id) { id } }", {"id": id}))["data"]["node"] is None
        assert [e["code"] for e in (await linked(other, id))["userErrors"]] == ["NOT_FOUND"]


@pytest.mark.row("S5.69")
async def test_a_link_is_too_old_after_a_quarter_of_an_hour(admin: Person, server: Server) -> None:
    payload = await asked(admin)
    await ended(admin, payload["run"]["id"])
    url = (await linked(admin, payload["run"]["id"]))["url"]
    hashed = hash_secret(url.rpartition("/")[2])
    async with connected(server.database_url):
        link = await DownloadLink.get(hash=hashed)
        assert link.expires_at - link.made_at == dt.timedelta(minutes=15)
        await DownloadLink.filter(hash=hashed).update(expires_at=link.made_at)
        assert not await DownloadLink.exists(hash=url.rpartition("/")[2])
    assert (await fetched(admin, url))[0] == 410
    url = (await linked(admin, payload["run"]["id"]))["url"]
    assert (await fetched(admin, url))[0] == 200


@pytest.mark.row("S2.18", "S1.37")
@pytest.mark.case(16, 50)
async def test_whoever_loses_a_link_no_longer_fetches_what_was_written_before(reader: Person, server: Server) -> None:
    payload = await asked(reader)
    await ended(reader, payload["run"]["id"])
    url = (await linked(reader, payload["run"]["id"]))["url"]
    desk = Desk(Person(server, ADMIN), server)
    grants = (await desk.customer(GLOBAL, "LINKED"))["accessGrants"]["nodes"]
    await desk.unlink(next(g["id"] for g in grants if g["user"]["email"] == READER))
    assert (await fetched(reader, url))[0] == 410
    [error] = (await linked(reader, payload["run"]["id"]))["userErrors"]
    assert (error["code"], error["path"]) == ("LINK_EXPIRED", ["input", "runId"])
    _, body = await exported(reader)
    assert [row[0] for row in csv_rows(body)[1:]] == [ACME]


@pytest.mark.case(44)
@pytest.mark.row("S5.69")
async def test_an_export_from_inside_another_tenant_stays_there(server: Server) -> None:
    harbor = await anew(server, "admin@harbor.example")
    inside = await entered(harbor, BRIGHTLINE)
    payload = await asked(inside)
    await ended(inside, payload["run"]["id"])
    assert await run_of(harbor, payload["run"]["id"]) is None
    url = (await linked(inside, payload["run"]["id"]))["url"]
    assert (await fetched(harbor, url))[0] == 410
    status, _, body = await fetched(inside, url)
    assert status == 200
    assert sorted(r[0] for r in csv_rows(body)[1:]) == sorted(r[0] for r in await shown(Person(server, ADMIN)))


@pytest.mark.row("S5.69")
async def test_a_browser_fetches_a_file_with_its_cookie(admin: Person) -> None:
    payload = await asked(admin)
    await ended(admin, payload["run"]["id"])
    url = (await linked(admin, payload["run"]["id"]))["url"]
    cookie = {"Cookie": f"tenantry_session={await admin.token()}"}
    async with admin.server.http.get(url, headers=cookie) as response:
        assert response.status == 200
        assert csv_rows(await response.read())[0] == TITLES


# -- in the end

@pytest.mark.row("S5.69")
async def test_files_are_deleted_when_their_time_is_over(server: Server) -> None:
    person = Person(server, "admin@acmecorp.example")
    payload = await asked(person)
    await ended(person, payload["run"]["id"])
    await tick(server, dt.datetime.now(dt.UTC) + dt.timedelta(days=8), "forget-old-files")
    run = await run_of(person, payload["run"]["id"])
    assert run is not None and (run["status"], run["size"], run["downloadable"]) == ("SUCCEEDED", None, False)
    assert [e["code"] for e in (await linked(person, payload["run"]["id"]))["userErrors"]] == ["LINK_EXPIRED"]
    async with connected(server.database_url):
        assert (await ReportRun.get(id=int(payload["run"]["id"][4:]))).file_id is None
