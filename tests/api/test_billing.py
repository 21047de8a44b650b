"""The life of an invoice: reviewed, issued, paid, cancelled; who may, and what never changes any more (B.9, D-12, I6, I7)."""

import asyncio
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from models import AuditEntry, CreditNote, Customer, Invoice, InvoiceLine, Payment
from models.access import Role
from tests.billing import Shop, bill, codes, shop
from tests.client import Person
from tests.servers import Server
from tests.stored import connected

STEPS = ["PROFORMA", "READY", "ISSUABLE", "ISSUED", "CANCELLED"]
ALLOWED = {("PROFORMA", "READY"), ("READY", "ISSUABLE"), ("ISSUABLE", "ISSUED")}


@pytest.fixture
async def own(server: Server) -> Shop:
    return await shop(server)


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


# -- paid

@pytest.mark.row("B.9")
@pytest.mark.case(96)
async def test_payments_lower_what_is_due_until_nothing_is(own: Shop) -> None:
    issued = await own.issued(100_00)
    part = await own.done("recordPayment", {"invoiceId": issued["id"], "amount": "40.5", "currency": "EUR"})
    assert (part["paymentState"], part["amountDue"]["amount"]) == ("PARTIALLY_PAID", "59.50")
    whole = await own.done("recordPayment", {"invoiceId": issued["id"], "amount": "59.50"})
    assert (whole["paymentState"], whole["amountDue"]["amount"]) == ("PAID", "0.00")
    assert [p["amount"]["amount"] for p in whole["payments"]["nodes"]] == ["40.50", "59.50"]
    refused = await bill(own.admin, "recordPayment", {"invoiceId": issued["id"], "amount": "0.01"})
    assert codes(refused) == [("INVALID_STATE", "invoiceId")]


@pytest.mark.row("B.9")
async def test_an_overdue_invoice_stays_overdue_until_all_of_it_is_paid(own: Shop) -> None:
    id = await own.invoice(10_00, status="ISSUED", number="OLD-1", payment_state="OVERDUE", due_minor=10_00)
    assert (await own.done("recordPayment", {"invoiceId": id, "amount": "4.00"}))["paymentState"] == "OVERDUE"
    assert (await own.done("recordPayment", {"invoiceId": id, "amount": "6.00"}))["paymentState"] == "PAID"


@pytest.mark.row("B.9")
@pytest.mark.parametrize(("given", "refused"), [
    ({"amount": "100.01"}, [("INVALID", "amount")]), ({"amount": "0.00"}, [("INVALID", "amount")]),
    ({"amount": "-1.00"}, [("INVALID", "amount")]), ({"amount": "1.005"}, [("INVALID", "amount")]),
    ({"amount": "1,00"}, [("INVALID", "amount")]), ({"amount": "1e2"}, [("INVALID", "amount")]),
    ({"amount": "1.00", "currency": "USD"}, [("CURRENCY_MISMATCH", "currency")]),
    ({"amount": "x", "currency": "USD"}, [("CURRENCY_MISMATCH", "currency"), ("INVALID", "amount")]),
])
@pytest.mark.case(92)
async def test_overpayment_other_currencies_and_other_decimals_are_refused_without_telling_amounts(
        own: Shop, given: dict[str, Any], refused: list[tuple[str, str]]) -> None:
    issued = await own.issued(100_00)
    payload = await bill(own.admin, "recordPayment", {"invoiceId": issued["id"], **given})
    assert codes(payload) == refused
    assert "100" not in "".join(e["message"] for e in payload["userErrors"])
    assert await own.read(issued["id"]) == issued


@pytest.mark.row("B.9")
@pytest.mark.case(91)
async def test_currencies_have_the_decimals_that_they_have(server: Server) -> None:
    yen = await shop(server, currency="JPY", country="JP")
    issued = await yen.issued(1000)
    assert issued["total"] == {"amount": "1000", "currency": "JPY"}
    assert codes(await bill(yen.admin, "recordPayment", {"invoiceId": issued["id"], "amount": "10.0"})) == [("INVALID", "amount")]
    assert (await yen.done("recordPayment", {"invoiceId": issued["id"], "amount": "10"}))["amountDue"]["amount"] == "990"


@pytest.mark.row("B.9")
@pytest.mark.case(84, 87)
async def test_a_payment_that_comes_twice_under_one_key_is_recorded_once_and_two_at_once_never_overpay(own: Shop) -> None:
    issued = await own.issued(100_00)
    given = {"invoiceId": issued["id"], "amount": "60.00"}
    answers = await asyncio.gather(*(bill(own.admin, "recordPayment", given, idempotencyKey="first") for _ in range(3)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["invoice"]["amountDue"]["amount"] == "40.00"
    rivals = await asyncio.gather(*(bill(own.admin, "recordPayment", {**given, "amount": "30.00"}) for _ in range(2)))
    assert sorted(codes(answer) for answer in rivals) == [[], [("INVALID", "amount")]]
    assert (await own.read(issued["id"]))["amountDue"]["amount"] == "10.00"


# -- who

MUTATIONS = [("advanceInvoice", {"to": "ISSUABLE"}), ("cancelInvoice", {"reason": "Why not"}), ("recordPayment", {"amount": "1.00"})]


@pytest.mark.row("B.9", "S1.31", "S1.33")
@pytest.mark.parametrize("role", [Role.READ_ONLY, Role.REGULAR])
async def test_who_is_linked_to_the_customer_sees_that_they_lack_the_right_and_no_amount(own: Shop, role: Role) -> None:
    customer = await own.customer()
    id = await own.invoice(123_45, customer=customer)
    linked = await own.person(role, customer, linked=True)
    for name, more in MUTATIONS:
        payload = await bill(linked, name, {"invoiceId": id, **more})
        [error] = payload["userErrors"]
        assert (error["code"], error["requiredCapability"], error["path"]) == (
            "FORBIDDEN", "INVOICE_MANAGE", ["input", "invoiceId"])
        assert payload["invoice"] is None
        assert "123" not in error["message"]
    assert await own.read(id, linked)
    generated = await bill(linked, "generateInvoices", {"billingMonth": "2026-10", "customerIds": [customer]})
    assert (codes(generated), generated["invoices"]) == ([("FORBIDDEN", "customerIds.0")], None)
    assert (await own.read(id))["version"] == 1


@pytest.mark.case(35)
@pytest.mark.row("B.9", "S1.33")
async def test_who_does_not_know_the_invoice_is_told_what_is_told_of_no_invoice_at_all(own: Shop, server: Server) -> None:
    customer = await own.customer()
    id = await own.invoice(10_00, customer=customer)
    support = await own.person(Role.SUPPORT, customer, linked=True)  # knows the customer, and none of its invoices
    strangers = [support, await own.person(Role.REGULAR), Person(server, "admin@coastal.example"), Person(server, "admin@harbor.example"),
                 Person(server, "admin@meridian.example"), await own.person(Role.ADMIN, customer)]
    for stranger in strangers:
        for name, more in MUTATIONS:
            answers = [await bill(stranger, name, {"invoiceId": which, **more}) for which in (id, "bil_4611686018427387904", "x")]
            assert answers[0] == answers[1] == answers[2]
            assert codes(answers[0]) == [("NOT_FOUND", "invoiceId")]
        assert await own.read(id, stranger) is None


@pytest.mark.row("B.9")
async def test_the_billed_customer_sees_its_issued_invoice_and_may_not_touch_it(own: Shop) -> None:
    customer = await own.customer()
    issued = await own.issued(10_00, customer=customer)
    payload = await bill(own.admin, "cancelInvoice", {"invoiceId": issued["id"], "reason": "Twice"}, dryRun=True)
    assert payload["creditNote"]["amount"]["amount"] == "10.00"
    billed = await own.person(Role.ADMIN, customer)
    shown = await own.read(issued["id"], billed)
    assert shown == {**issued, "issuer": shown["issuer"]}
    for name, more in MUTATIONS:
        [error] = (await bill(billed, name, {"invoiceId": issued["id"], **more}))["userErrors"]
        assert (error["code"], error["requiredCapability"]) == ("FORBIDDEN", "INVOICE_MANAGE")


@pytest.mark.row("B.9")
async def test_a_reseller_may_not_touch_what_its_distributor_billed_it(own: Shop) -> None:
    async with connected(own.server.database_url):
        own_bill = await Invoice.create(
            tenant_id=own.tenant.id, issuer_id=own.tenant.parent_id, status="ISSUED", number=f"T-{own.tenant.id}", currency="EUR",
            billing_month="2026-09", payment_state="DUE", subtotal_minor=1, tax_minor=0, total_minor=1, due_minor=1)
    for name, more in MUTATIONS:
        assert codes(await bill(own.admin, name, {"invoiceId": f"bil_{own_bill.id}", **more})) == [("FORBIDDEN", "invoiceId")]


@pytest.mark.row("B.9")
async def test_credit_notes_and_payments_are_found_by_issuer_and_billed_only(own: Shop, server: Server) -> None:
    customer = await own.customer()
    paid, withdrawn = await own.issued(10_00, customer=customer), await own.issued(10_00, customer=customer)
    payment = (await own.done("recordPayment", {"invoiceId": paid["id"], "amount": "1.00"}))["payments"]["nodes"][0]["id"]
    note = (await own.done("cancelInvoice", {"invoiceId": withdrawn["id"], "reason": "Twice"}))["creditNotes"][0]["id"]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on CreditNote { customer { name } } } }"

    async def found(person: Person) -> list[bool]:
        return [node is not None for node in (await person.ask(query, {"ids": [payment, note]}))["data"]["nodes"]]
    assert await found(own.admin) == await found(await own.person(Role.ADMIN, customer)) == [True, True]
    assert await found(await own.person(Role.READ_ONLY, customer, linked=True)) == [True, True]
    for stranger in (await own.person(Role.SUPPORT, customer, linked=True), Person(server, "admin@harbor.example"),
                     Person(server, "admin@coastal.example")):
        assert await found(stranger) == [False, False]


@pytest.mark.case(29)
@pytest.mark.row("B.9")
async def test_what_was_done_is_written_down_where_it_was_done_without_amounts(own: Shop) -> None:
    issued = await own.issued(123_45)
    await own.done("recordPayment", {"invoiceId": issued["id"], "amount": "23.45"})
    log = await own.admin.ask("query($id: ID!) { tenant(id: $id) { activityLog { nodes { action summary onBehalf } } } }",
                              {"id": f"ten_{own.tenant.id}"})
    lines = log["data"]["tenant"]["activityLog"]["nodes"]
    assert [line["action"] for line in lines[:2]] == ["recordPayment", "advanceInvoice"]
    assert not any(figure in line["summary"] for line in lines for figure in ("123", "23.45"))
    async with connected(own.server.database_url):
        entries = await AuditEntry.filter(resource=issued["id"])
    assert not any("12345" in f"{e.before}{e.after}" or "2345" in f"{e.before}{e.after}" for e in entries)


# -- sums

@pytest.mark.row("B.9", "S2.42", "S2.43")
async def test_issuing_one_lowers_what_is_left_to_issue_by_exactly_its_total(own: Shop) -> None:
    month = f"{dt.datetime.now(dt.UTC):%Y-%m}"
    customer = await own.customer()
    first = await own.invoice(70_01, customer=customer, status="ISSUABLE", billing_month=month)
    await own.invoice(20_99, customer=customer, billing_month=month)

    async def sums() -> tuple[Decimal, Decimal]:
        answer = await own.admin.ask("""query($id: ID!) { customer(id: $id) { invoiceSummary {
          totalPossibleRevenue { amount } totalIssuableRemaining { amount } } } }""", {"id": customer})
        found = answer["data"]["customer"]["invoiceSummary"]
        return Decimal(found["totalPossibleRevenue"]["amount"]), Decimal(found["totalIssuableRemaining"]["amount"])
    before = await sums()
    await own.done("advanceInvoice", {"invoiceId": first, "to": "ISSUED"})
    after = await sums()
    assert (before[0] - after[0], before[1] - after[1]) == (0, Decimal("70.01"))


@pytest.mark.row("B.9")
async def test_the_tax_rate_of_an_invoice_that_was_worked_out_elsewhere_is_not_known(own: Shop) -> None:
    id = await own.invoice(10_00)
    assert (await own.read(id))["taxRate"] == "0.00"
    async with connected(own.server.database_url):
        await Invoice.filter(id=key(id)).update(tax_basis_points=None)
    assert (await own.read(id))["taxRate"] is None
