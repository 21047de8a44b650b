"""Who may issue, cancel and take payments, who sees that, and what it comes to (B.9, D-12)."""

import datetime as dt
from decimal import Decimal

import pytest

from models import AuditEntry, Invoice
from models.access import Role
from tests.billing import Shop, bill, codes
from tests.client import Person
from tests.servers import Server
from tests.stored import connected


def key(id: str) -> int:
    return int(id.partition("_")[2])


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
