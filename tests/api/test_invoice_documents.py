"""Issued invoices as documents: what is printed, who may have it, and that it stays the same (B.9)."""

import asyncio
import io
from typing import Any

import pytest
from pypdf import PdfReader

from models import Customer, Invoice
from models.access import Role
from resolvers.papers import pdf_of, quantity
from tests.billing import Shop, bill, codes
from tests.client import Person
from tests.servers import Server
from tests.stored import connected

RUN = "query($id: ID!) { reportRun(id: $id) { status downloadable } }"
FETCH = "mutation($id: ID!) { downloadReport(input: {runId: $id}) { url userErrors { code requiredCapability } } }"


async def exported(person: Person, invoice: str) -> str:
    """The id of the report, once it is ready."""
    payload = await bill(person, "exportInvoice", {"invoiceId": invoice, "format": "PDF"})
    assert payload["userErrors"] == [], payload
    id = str(payload["run"]["id"])
    for _ in range(600):
        run = (await person.ask(RUN, {"id": id}))["data"]["reportRun"]
        if run["status"] == "SUCCEEDED":
            return id
        assert run["status"] != "FAILED"
        await asyncio.sleep(0.1)
    raise AssertionError(f"{id} is {run}")


async def fetched(person: Person, run: str) -> tuple[int, str, bytes, str]:
    """Status, type and bytes behind the link, and the link."""
    url = (await person.ask(FETCH, {"id": run}))["data"]["downloadReport"]["url"]
    return (*await got(person, url), url)


async def got(person: Person, url: str) -> tuple[int, str, bytes]:
    async with person.server.http.get(url, headers={"Authorization": f"Bearer {await person.token()}"}) as response:
        return response.status, response.content_type, await response.read()


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.row("B.9")
async def test_the_document_says_who_billed_whom_for_what_and_how_much(own: Shop) -> None:
    customer = await own.customer(name="Łódź Straße & Söhne", country="PL")
    issued = await own.issued(1234_50, 20_00, customer=customer)
    status, kind, pdf, _ = await fetched(own.admin, await exported(own.admin, issued["id"]))
    assert (status, kind, pdf[:5]) == (200, "application/pdf", b"%PDF-")
    said = text(pdf)
    for part in (f"Invoice {issued['number']}", own.tenant.name, "Łódź Straße & Söhne", "Poland", "2026-09", issued["dueOn"],
                 "Thing 1", "€1,234.50", "Thing 2", "€20.00", "Subtotal", "Tax 0 %", "€0.00", "Total", "€1,254.50"):
        assert part in said, (part, said)


@pytest.mark.row("B.9")
async def test_the_document_is_the_same_whatever_has_changed_since_until_it_says_that_it_was_cancelled(own: Shop) -> None:
    customer = await own.customer(name="Before Ltd")
    issued = await own.issued(10_00, customer=customer)
    first = (await fetched(own.admin, await exported(own.admin, issued["id"])))[2]
    async with connected(own.server.database_url):
        await Customer.filter(id=int(customer[4:])).update(name="After Ltd", country="FR")
        assert await pdf_of(await Invoice.get(id=int(issued["id"][4:]))) == first
    await own.done("cancelInvoice", {"invoiceId": issued["id"], "reason": "Billed twice"})
    said = text((await fetched(own.admin, await exported(own.admin, issued["id"])))[2])
    assert "Before Ltd" in said
    assert "Cancelled by the credit note CN-" in said
    assert "Billed twice" in said


@pytest.mark.row("B.9")
async def test_a_link_works_once_and_for_its_own_person_only(own: Shop) -> None:
    customer = await own.customer()
    issued = await own.issued(10_00, customer=customer)
    billed = await own.person(Role.ADMIN, customer)
    run = await exported(billed, issued["id"])
    url = (await billed.ask(FETCH, {"id": run}))["data"]["downloadReport"]["url"]
    assert (await got(own.admin, url))[0] == 410
    assert (await got(Person(own.server), url))[0] in (401, 410)
    assert (await got(billed, url))[:2] == (200, "application/pdf")
    assert (await got(billed, url))[0] == 410


@pytest.mark.row("B.9", "S1.31", "S1.33")
async def test_read_only_downloads_and_support_is_refused_without_learning_anything(own: Shop) -> None:
    customer = await own.customer()
    issued = await own.issued(123_45, customer=customer)
    reader = await own.person(Role.READ_ONLY, customer, linked=True)
    assert (await fetched(reader, await exported(reader, issued["id"])))[0] == 200
    support = await own.person(Role.SUPPORT, customer, linked=True)
    payload = await bill(support, "exportInvoice", {"invoiceId": issued["id"], "format": "PDF"})
    assert (codes(payload), payload["run"]) == ([("NOT_FOUND", "invoiceId")], None)
    assert payload == await bill(support, "exportInvoice", {"invoiceId": "bil_4611686018427387904", "format": "PDF"})


@pytest.mark.row("B.9")
async def test_only_issued_invoices_are_exported_and_as_pdf(own: Shop, server: Server) -> None:
    ready = await own.invoice(10_00)
    refused = await bill(own.admin, "exportInvoice", {"invoiceId": ready, "format": "XLSX"})
    assert codes(refused) == [("INVALID", "format"), ("INVALID_STATE", "invoiceId")]
    issued = await own.issued(10_00)
    for stranger in (Person(server, "admin@harbor.example"), Person(server, "admin@coastal.example")):
        refused = await bill(stranger, "exportInvoice", {"invoiceId": issued["id"], "format": "PDF"})
        assert codes(refused) == [("NOT_FOUND", "invoiceId")]


@pytest.mark.row("B.9")
async def test_who_lost_the_right_meanwhile_is_not_given_the_file(own: Shop) -> None:
    customer = await own.customer()
    issued = await own.issued(10_00, customer=customer)
    reader = await own.person(Role.READ_ONLY, customer, linked=True)
    run = await exported(reader, issued["id"])
    links = await own.admin.ask("query($id: ID!) { customer(id: $id) { accessGrants(source: LINKED) { nodes { id user { email } } } } }",
                                {"id": customer})
    [grant] = [g["id"] for g in links["data"]["customer"]["accessGrants"]["nodes"] if g["user"]["email"] == reader.email]
    changed: dict[str, Any] = await own.admin.ask(
        "mutation($id: ID!) { changeLinkedRole(input: {grantId: $id, role: SUPPORT}) { userErrors { code } } }", {"id": grant})
    assert changed["data"]["changeLinkedRole"]["userErrors"] == []
    answer = await reader.ask(FETCH, {"id": run})
    assert answer["data"]["downloadReport"] == {
        "url": None, "userErrors": [{"code": "FORBIDDEN", "requiredCapability": "DOCUMENT_DOWNLOAD"}]}


def test_quantities_are_written_without_zeros_at_the_end() -> None:
    assert [quantity(n) for n in (1000, 1500, 1250, 10, 12000)] == ["1", "1.5", "1.25", "0.01", "12"]
