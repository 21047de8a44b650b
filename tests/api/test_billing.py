"""The life of an invoice: reviewed, issued, cancelled, and what never changes any more (B.9, D-12, I6, I7)."""

import asyncio
import datetime as dt
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from models import CreditNote, Customer, Invoice, InvoiceLine, Payment
from tests.billing import Shop, bill, codes
from tests.stored import connected

STEPS = ["PROFORMA", "READY", "ISSUABLE", "ISSUED", "CANCELLED"]
ALLOWED = {("PROFORMA", "READY"), ("READY", "ISSUABLE"), ("ISSUABLE", "ISSUED")}


def key(id: str) -> int:
    return int(id.partition("_")[2])


# -- on

@pytest.mark.row("B.9", "S4.13")
async def test_an_invoice_goes_from_ready_to_issued_and_carries_names_number_and_date(own: Shop) -> None:
    customer = await own.customer(name="Łódź Textiles", country="PL")
    id = await own.invoice(100_00, 23_45, customer=customer)
    reviewed = await own.done("advanceInvoice", {"invoiceId": id, "to": "ISSUABLE"})
    assert (reviewed["status"], reviewed["number"], reviewed["billedName"]) == ("ISSUABLE", None, None)
    issued = await own.done("advanceInvoice", {"invoiceId": id, "to": "ISSUED"})
    now = dt.datetime.now(dt.UTC)
    assert (issued["status"], issued["paymentState"], issued["number"]) == ("ISSUED", "DUE", f"{now.year}-0001")
    assert (issued["billedName"], issued["issuerName"]) == ("Łódź Textiles", own.tenant.name)
    assert issued["billedAddress"] == "PL"
    assert issued["amountDue"] == issued["total"] == {"amount": "123.45", "currency": "EUR"}
    assert issued["dueOn"] == (now.date() + dt.timedelta(days=30)).isoformat()


@pytest.mark.row("B.9")
async def test_every_step_that_the_table_does_not_name_is_refused_with_those_it_names(own: Shop) -> None:
    for status in STEPS:
        numbered = {"number": f"X-{status}"} if status in ("ISSUED", "CANCELLED") else {}
        id = await own.invoice(10_00, status=status, **numbered)
        for to in STEPS[:4]:
            if (status, to) in ALLOWED or status == to:
                continue
            refused = await bill(own.admin, "advanceInvoice", {"invoiceId": id, "to": to})
            assert codes(refused) == [("INVALID_STATE", "to")], (status, to)
            assert f"The invoice is {status}" in refused["userErrors"][0]["message"]
        assert codes(await bill(own.admin, "advanceInvoice", {"invoiceId": id, "to": "CANCELLED"})) == [("INVALID", "to")]
    ready = await own.invoice(10_00)
    told = await bill(own.admin, "advanceInvoice", {"invoiceId": ready, "to": "ISSUED"})
    assert told["userErrors"][0]["message"] == "The invoice is READY: it becomes ISSUABLE or CANCELLED."


@pytest.mark.row("B.9")
async def test_a_proforma_becomes_ready_once_its_month_is_over(own: Shop) -> None:
    running = await own.invoice(10_00, status="PROFORMA", billing_month=f"{dt.datetime.now(dt.UTC):%Y-%m}")
    assert codes(await bill(own.admin, "advanceInvoice", {"invoiceId": running, "to": "READY"})) == [("INVALID_STATE", "to")]
    over = await own.invoice(10_00, status="PROFORMA")
    assert (await own.done("advanceInvoice", {"invoiceId": over, "to": "READY"}))["status"] == "READY"


@pytest.mark.row("B.9")
@pytest.mark.case(93)
async def test_a_step_that_was_taken_already_changes_nothing_and_says_so(own: Shop) -> None:
    id = await own.invoice(10_00, status="ISSUABLE")
    again = await bill(own.admin, "advanceInvoice", {"invoiceId": id, "to": "ISSUABLE"})
    assert (again["userErrors"], [w["code"] for w in again["warnings"]]) == ([], ["ALREADY_DONE"])
    assert again["invoice"]["version"] == 1


@pytest.mark.row("B.9")
@pytest.mark.case(98)
async def test_a_version_that_somebody_else_has_changed_is_refused(own: Shop) -> None:
    id = await own.invoice(10_00)
    await own.done("advanceInvoice", {"invoiceId": id, "to": "ISSUABLE"}, ifVersion=1)
    refused = await bill(own.admin, "advanceInvoice", {"invoiceId": id, "to": "ISSUED"}, ifVersion=1)
    assert codes(refused) == [("VERSION_CONFLICT", "ifVersion")]


# -- numbers

@pytest.mark.row("B.9")
@pytest.mark.case(94)
async def test_numbers_have_no_gaps_though_many_are_issued_at_once_and_some_rehearsed_or_refused(own: Shop) -> None:
    ids = [await own.invoice(10_00 + n, status="ISSUABLE") for n in range(6)]
    spare = await own.invoice(1_00, status="ISSUABLE")
    uneven = await own.invoice(1_00, status="ISSUABLE", customer=f"cus_{next(iter(own.customers.values())).id}")
    async with connected(own.server.database_url):
        await InvoiceLine.filter(invoice_id=key(uneven)).update(amount_minor=2_00, unit_price_minor=2_00)
    rehearsals = [bill(own.admin, "advanceInvoice", {"invoiceId": spare, "to": "ISSUED"}, dryRun=True) for _ in range(3)]
    broken = own.admin.ask('mutation($id: ID!) { advanceInvoice(input: {invoiceId: $id, to: ISSUED}) { invoice { id } } }',
                           {"id": uneven})
    issues = [bill(own.admin, "advanceInvoice", {"invoiceId": id, "to": "ISSUED"}) for id in ids]
    *rehearsed, failed = (await asyncio.gather(*rehearsals, broken, *issues))[:4]
    assert all(r["invoice"]["number"] for r in rehearsed)
    assert "errors" in failed  # the database refuses to issue what does not add up
    year = dt.datetime.now(dt.UTC).year
    async with connected(own.server.database_url):
        numbers = await Invoice.filter(issuer_id=own.tenant.id, number__isnull=False).values_list("number", flat=True)
    assert sorted(numbers) == [f"{year}-{n:04}" for n in range(1, 7)]


@pytest.mark.row("B.9")
@pytest.mark.case(94)
async def test_one_invoice_issued_twice_at_once_gets_one_number(own: Shop) -> None:
    id = await own.invoice(10_00, status="ISSUABLE")
    both = await asyncio.gather(*(bill(own.admin, "advanceInvoice", {"invoiceId": id, "to": "ISSUED"}) for _ in range(2)))
    assert {payload["invoice"]["number"] for payload in both} == {f"{dt.datetime.now(dt.UTC).year}-0001"}
    assert sorted(len(payload["warnings"]) for payload in both) == [0, 1]


@pytest.mark.row("B.9")
async def test_numbers_that_an_import_brought_are_not_given_again(own: Shop) -> None:
    year = dt.datetime.now(dt.UTC).year
    await own.invoice(5_00, status="ISSUED", number=f"{year}-0007")
    assert (await own.issued(1_00))["number"] == f"{year}-0008"
    await own.invoice(5_00, status="ISSUED", number=f"{year}-0009")
    assert (await own.issued(1_00))["number"] == f"{year}-0010"


# -- frozen

@pytest.mark.row("B.9")
@pytest.mark.case(95)
async def test_an_issued_invoice_never_changes_not_even_by_the_database(own: Shop) -> None:
    """I7."""
    issued = await own.issued(10_00, 20_00)
    id = key(issued["id"])
    async with connected(own.server.database_url):
        refused: list[Any] = [
            Invoice.filter(id=id).update(subtotal_minor=1, total_minor=1), Invoice.filter(id=id).update(number="X-1"),
            Invoice.filter(id=id).update(billed_name="Somebody else"), Invoice.filter(id=id).update(status="READY"),
            Invoice.filter(id=id).update(status="CANCELLED"), Invoice.filter(id=id).delete(),
            InvoiceLine.filter(invoice_id=id).update(description="Else"), InvoiceLine.filter(invoice_id=id).delete(),
            InvoiceLine.create(invoice_id=id, position=3, kind="ONE_OFF", description="More", quantity_milli=1000,
                               unit_price_minor=1, amount_minor=1, currency="EUR")]
        for attempt in refused:
            with pytest.raises(IntegrityError):
                await attempt
    assert await own.read(issued["id"]) == issued


@pytest.mark.row("B.9", "S4.17")
async def test_a_customer_that_moves_and_changes_its_name_leaves_its_issued_invoices_as_they_were(own: Shop) -> None:
    customer = await own.customer(name="Before Ltd", country="DE")
    async with connected(own.server.database_url):
        await Customer.filter(id=key(customer)).update(
            address_line1="Gasse 1", address_city="Wien", address_postal_code="1010", address_country="AT")
    issued = await own.issued(10_00, customer=customer)
    async with connected(own.server.database_url):
        await Customer.filter(id=key(customer)).update(
            name="After Ltd", country="FR", address_line1="Rue 2", address_city="Paris", address_country="FR")
    again = await own.read(issued["id"])
    assert (again["billedName"], again["billedAddress"].splitlines()) == ("Before Ltd", ["Gasse 1", "1010 Wien", "AT"])
    assert again["customer"]["name"] == "After Ltd"


@pytest.mark.row("B.9")
@pytest.mark.case(97)
async def test_credit_notes_and_payments_stay_as_they_were_written(own: Shop) -> None:
    paid = await own.issued(10_00)
    await own.done("recordPayment", {"invoiceId": paid["id"], "amount": "1.00"})
    withdrawn = await own.issued(10_00)
    await own.done("cancelInvoice", {"invoiceId": withdrawn["id"], "reason": "Twice"})
    async with connected(own.server.database_url):
        for rows in (Payment.filter(invoice_id=key(paid["id"])), CreditNote.filter(invoice_id=key(withdrawn["id"]))):
            with pytest.raises(IntegrityError):
                await rows.update(currency="USD")
            with pytest.raises(IntegrityError):
                await rows.delete()


# -- withdrawn

@pytest.mark.row("B.9")
@pytest.mark.case(93)
async def test_an_issued_invoice_is_cancelled_with_a_credit_note_of_all_of_it(own: Shop) -> None:
    issued = await own.issued(10_00, 20_50)
    payload = await bill(own.admin, "cancelInvoice", {"invoiceId": issued["id"], "reason": "Billed twice"})
    assert payload["userErrors"] == []
    note, invoice = payload["creditNote"], payload["invoice"]
    assert (note["number"], note["reason"]) == (f"CN-{dt.datetime.now(dt.UTC).year}-0001", "Billed twice")
    assert note["amount"] == issued["total"] == {"amount": "30.50", "currency": "EUR"}
    assert note["invoice"]["id"] == issued["id"]
    assert (invoice["status"], invoice["amountDue"]["amount"], invoice["number"]) == ("CANCELLED", "0.00", issued["number"])
    assert [n["id"] for n in invoice["creditNotes"]] == [note["id"]]
    again = await bill(own.admin, "cancelInvoice", {"invoiceId": issued["id"], "reason": "Once more"})
    assert codes(again) == [("INVALID_STATE", "invoiceId")]


@pytest.mark.row("B.9")
@pytest.mark.parametrize("status", ["READY", "ISSUABLE"])
@pytest.mark.case(93)
async def test_what_was_not_issued_is_cancelled_without_a_credit_note(own: Shop, status: str) -> None:
    id = await own.invoice(10_00, status=status)
    payload = await bill(own.admin, "cancelInvoice", {"invoiceId": id, "reason": "No longer needed"})
    assert (payload["invoice"]["status"], payload["creditNote"], payload["invoice"]["number"]) == ("CANCELLED", None, None)


@pytest.mark.row("B.9")
@pytest.mark.case(93)
async def test_proformas_and_paid_invoices_are_not_cancelled_and_a_reason_is_needed(own: Shop) -> None:
    proforma = await own.invoice(10_00, status="PROFORMA")
    refused = await bill(own.admin, "cancelInvoice", {"invoiceId": proforma, "reason": " "})
    assert codes(refused) == [("REQUIRED", "reason"), ("INVALID_STATE", "invoiceId")]
    paid = await own.issued(10_00)
    await own.done("recordPayment", {"invoiceId": paid["id"], "amount": "1.00"})
    refused = await bill(own.admin, "cancelInvoice", {"invoiceId": paid["id"], "reason": "Late"})
    assert codes(refused) == [("INVALID_STATE", "invoiceId")]
