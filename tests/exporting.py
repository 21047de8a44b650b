"""Exports as tests ask for them, wait for them, fetch them and read them."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import json
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

from tests.client import Person

EXPORT = """mutation($input: ExportNowInput!, $options: MutationOptions) { exportNow(input: $input, options: $options) {
  run { id kind format fileName status progress rows runAsRole } userErrors { code path message requiredCapability }
  dryRun auditEntryId } }"""
RUN = """query($id: ID!) { reportRun(id: $id) { status progress rows size failure fileName downloadable expiresAt
  includeDetails startedAt finishedAt requestedBy { email } customer { name } } }"""
DOWNLOAD = """mutation($input: DownloadReportInput!) { downloadReport(input: $input) {
  url run { id } userErrors { code path message requiredCapability } } }"""
CANCEL = """mutation($input: CancelReportInput!) { cancelReport(input: $input) {
  run { status finishedAt downloadable failure } userErrors { code path message } } }"""
PATIENCE = 60
NAMES = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


async def asked(person: Person, kind: str = "CUSTOMER_LIST", format: str = "CSV", **more: Any) -> dict[str, Any]:
    options = more.pop("options", {})
    given = {"kind": kind, "format": format, **more}
    return (await person.ask(EXPORT, {"input": given, "options": options}))["data"]["exportNow"]


async def run_of(person: Person, id: str) -> dict[str, Any] | None:
    return (await person.ask(RUN, {"id": id}))["data"]["reportRun"]


async def ended(person: Person, id: str) -> dict[str, Any]:
    """The report once it is ready or given up."""
    async with asyncio.timeout(PATIENCE):
        while (run := await run_of(person, id)) is None or run["status"] in ("QUEUED", "RUNNING"):
            assert run is not None
            await asyncio.sleep(0.05)
    return run


async def linked(person: Person, id: str) -> dict[str, Any]:
    return (await person.ask(DOWNLOAD, {"input": {"runId": id}}))["data"]["downloadReport"]


async def cancelled(person: Person, id: str) -> dict[str, Any]:
    return (await person.ask(CANCEL, {"input": {"runId": id}}))["data"]["cancelReport"]


async def fetched(person: Person, url: str) -> tuple[int, dict[str, str], bytes]:
    token = await person.token()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with person.server.http.get(url, headers=headers) as response:
        return response.status, dict(response.headers), await response.read()


async def exported(person: Person, *what: str, **more: Any) -> tuple[dict[str, Any], bytes]:
    """The whole way: asked for, waited for, fetched."""
    payload = await asked(person, *what, **more)
    assert payload["userErrors"] == []
    run = await ended(person, payload["run"]["id"])
    assert run["status"] == "SUCCEEDED", run
    status, _, body = await fetched(person, (await linked(person, payload["run"]["id"]))["url"])
    assert status == 200 and len(body) == run["size"]
    return run, body


async def fill(connection: Any, many: int) -> None:
    """As many customers of Brightline Partners more, each a copy of Acme Corporation without its people and papers."""
    on_postgres = connection.capabilities.dialect == "postgres"
    series = (f"select generate_series(1, {many}) as n" if on_postgres else
              f"with recursive s(n) as (select 1 union all select n + 1 from s where n < {many}) select n from s")
    [acme] = await connection.execute_query_dict("select * from tenant where name = 'Acme Corporation'")
    above = acme["path"].strip("/").split("/")[:-1]
    id, key = f"({1 << 62} + s.n)", "('company number ' || s.n)"
    of_all = {"id": id, "name": "('Company number ' || s.n)", "name_key": key, "reference": "null", "tenant_id": id,
              "path": f"('/{'/'.join(above)}/' || {id} || '/')", "tree_key": "(c.tree_key || s.n)"}
    for table in ("tenant", "customer"):
        columns = list((await connection.execute_query_dict(f"select * from {table} limit 1"))[0])
        values = ", ".join(of_all.get(name, f"c.{name}") for name in columns)
        await connection.execute_query(f"insert into {table} ({', '.join(columns)}) select {values} from ({series}) s "
                                       f"cross join (select * from {table} where id = {acme['id']}) c")
    for node in (f"-{id}", *above):
        await connection.execute_query(f"insert into reach (node, name_key, tenant_id) select {node}, {key}, {id} from ({series}) s")


def csv_rows(body: bytes) -> list[list[str]]:
    text = body.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def json_rows(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.decode().split("\n")[:-1]]


def xlsx_cells(body: bytes) -> list[list[tuple[str, str]]]:
    """Each row as (type, text): "inlineStr" or "s" is text, "n" a number, "" an empty cell; nothing else may be there."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        shared = []
        if "xl/sharedStrings.xml" in book.namelist():
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).findall("s:si", NAMES):
                shared.append("".join(t.text or "" for t in item.iter(f"{{{NAMES['s']}}}t")))
    assert not list(sheet.iter(f"{{{NAMES['s']}}}f")), "a formula"
    found = []
    for row in sheet.iter(f"{{{NAMES['s']}}}row"):
        cells: dict[int, tuple[str, str]] = {}
        for cell in row.findall("s:c", NAMES):
            kind, value = cell.get("t", "n"), cell.find("s:v", NAMES)
            if kind == "inlineStr":
                text = "".join(t.text or "" for t in cell.iter(f"{{{NAMES['s']}}}t"))
            else:
                text = "" if value is None else shared[int(value.text or 0)] if kind == "s" else value.text or ""
            cells[_place(cell.get("r", ""))] = (kind, text)
        found.append([cells.get(place, ("", "")) for place in range(max(cells, default=-1) + 1)])
    return found


def _place(reference: str) -> int:
    place = 0
    for letter in re.match(r"[A-Z]+", reference)[0]:  # type: ignore[index]
        place = place * 26 + ord(letter) - 64
    return place - 1


def serial(moment: dt.datetime) -> float:
    """A moment as Excel counts: days since the end of 1899."""
    return (moment.replace(tzinfo=None) - dt.datetime(1899, 12, 30)).total_seconds() / 86400  # noqa: DTZ001
