"""Invoices of a customer by month and status, and who sees which (S2.38-S2.44, D-12, D-13)."""

from decimal import Decimal

import pytest

from tests.billing import shop
from tests.client import Person
from tests.servers import Server

SUMMARY = """{ customers(search: "acme") { nodes { id invoiceSummary { billingMonth
  groups { status count total { amount } reviewable invoices { id status total { amount } } }
  totalPossibleRevenue { amount currency } withoutCancelled: totalPossibleRevenue(includeCancelled: false) { amount }
  totalIssuableRemaining { amount } allInvoicesFilter { key label value } } } } }"""


async def summary(story: Server, email: str = "admin@brightline.example") -> dict:
    answer = await Person(story, email).ask(SUMMARY)
    return answer["data"]["customers"]["nodes"][0]["invoiceSummary"]


@pytest.mark.row("S2.11", "S2.39", "S2.40", "S2.41")
async def test_this_months_invoices_are_counted_by_status_in_their_order(story: Server) -> None:
    found = await summary(story)
    assert [g["status"] for g in found["groups"]] == ["PROFORMA", "READY", "ISSUABLE", "ISSUED"]
    assert all(g["count"] == len(g["invoices"]) for g in found["groups"])
    assert all({i["status"] for i in g["invoices"]} == {g["status"]} for g in found["groups"])
    assert [g["reviewable"] for g in found["groups"]] == [False, True, False, False]
    node = "query($id: ID!) { node(id: $id) { ... on Invoice { id status total { amount } } } }"
    for invoice in (i for g in found["groups"] for i in g["invoices"]):
        assert (await Person(story, "admin@brightline.example").ask(node, {"id": invoice["id"]}))["data"]["node"] == invoice
        assert (await Person(story, "admin@coastal.example").ask(node, {"id": invoice["id"]}))["data"]["node"] is None


@pytest.mark.row("S2.42", "S2.43")
async def test_the_totals_are_the_sums_of_their_groups(story: Server) -> None:
    found = await summary(story)
    totals = {g["status"]: Decimal(g["total"]["amount"]) for g in found["groups"]}
    assert Decimal(found["totalPossibleRevenue"]["amount"]) == sum(totals.values())
    assert Decimal(found["totalIssuableRemaining"]["amount"]) == totals["PROFORMA"] + totals["READY"] + totals["ISSUABLE"]
    assert found["totalPossibleRevenue"]["currency"] == "EUR"


@pytest.mark.row("S2.44")
async def test_all_invoices_of_the_month_are_found_by_the_filter(story: Server) -> None:
    found = await summary(story)
    given = {f["key"]: f["value"] for f in found["allInvoicesFilter"]}
    assert given.keys() == {"customer", "billingMonth"}
    answer = await Person(story, "admin@brightline.example").ask(
        "query($customer: ID, $billingMonth: BillingMonth) { invoices(customer: $customer, billingMonth: $billingMonth, first: 100) { nodes { id } } }",
        given)
    assert {i["id"] for i in answer["data"]["invoices"]["nodes"]} == {i["id"] for g in found["groups"] for i in g["invoices"]}


@pytest.mark.row("S2.42")
async def test_cancelled_invoices_count_unless_told_otherwise(story: Server) -> None:
    viewer = Person(story, "admin@brightline.example")
    cancelled = await viewer.ask('{ customers(search: "acme") { nodes { invoices(status: [CANCELLED]) { nodes { billingMonth total { amount } } } } } }')
    (invoice,) = cancelled["data"]["customers"]["nodes"][0]["invoices"]["nodes"]
    answer = await viewer.ask("""query($m: BillingMonth) { customers(search: "acme") { nodes { invoiceSummary(billingMonth: $m) {
      with: totalPossibleRevenue { amount } without: totalPossibleRevenue(includeCancelled: false) { amount } } } } }""",
                              {"m": invoice["billingMonth"]})
    found = answer["data"]["customers"]["nodes"][0]["invoiceSummary"]
    assert Decimal(found["with"]["amount"]) - Decimal(found["without"]["amount"]) == Decimal(invoice["total"]["amount"])


@pytest.mark.row("S2.38")
async def test_the_billed_customer_sees_issued_and_cancelled_ones_only(story: Server) -> None:
    query = '{ customers { nodes { invoices(first: 100) { nodes { status } } } } }'
    issuer = await Person(story, "admin@brightline.example").ask('{ customers(search: "acme") { nodes { invoices(first: 100) { nodes { status } } } } }')
    billed = await Person(story, "admin@acmecorp.example").ask(query)
    everything = [i["status"] for i in issuer["data"]["customers"]["nodes"][0]["invoices"]["nodes"]]
    shown = [i["status"] for i in billed["data"]["customers"]["nodes"][0]["invoices"]["nodes"]]
    assert set(everything) == {"PROFORMA", "READY", "ISSUABLE", "ISSUED", "CANCELLED"}
    assert sorted(shown) == sorted(s for s in everything if s in ("ISSUED", "CANCELLED"))


@pytest.mark.row("S2.11", "S2.38")
async def test_a_distributor_has_no_invoices_column_in_its_own_context(story: Server) -> None:
    answer = await Person(story, "admin@harbor.example").ask(SUMMARY)
    assert answer["data"]["customers"]["nodes"][0]["invoiceSummary"] is None
    assert answer["extensions"]["withheld"] == [
        {"path": "customers.nodes.invoiceSummary", "capability": "INVOICE_VIEW", "reason": "TENANT_KIND"}]


@pytest.mark.row("S1.33", "S2.11", "S2.39", "S2.40", "S2.41", "S2.42", "S2.43", "S2.44")
async def test_support_finds_no_invoice_and_no_sum_of_them_by_any_way(story: Server) -> None:
    found = await summary(story)
    assert await summary(story, "support@brightline.example") is None
    invoice = found["groups"][0]["invoices"][0]["id"]
    answer = await Person(story, "support@brightline.example").ask(
        "query($id: ID!) { node(id: $id) { id } invoices { totalCount } customers { nodes { invoices { totalCount } } } }", {"id": invoice})
    assert answer["data"] == {"node": None, "invoices": None, "customers": {"nodes": [{"invoices": None}]}}


STEPS = "{ invoices(first: 100) { nodes { id status nextStatus downloadable } } }"


@pytest.mark.row("S2.41", "S1.31")
async def test_an_invoice_says_what_the_viewer_may_make_of_it_and_whether_they_may_have_the_document(story: Server) -> None:
    async def steps(email: str) -> dict[str, tuple[str | None, bool]]:
        found = await Person(story, email).ask(STEPS)
        return {i["status"]: (i["nextStatus"], i["downloadable"]) for i in found["data"]["invoices"]["nodes"]}
    issuing = {"PROFORMA": (None, False), "READY": ("ISSUABLE", False), "ISSUABLE": ("ISSUED", False), "ISSUED": (None, True),
               "CANCELLED": (None, True)}
    assert await steps("admin@brightline.example") == issuing
    for reader in ("regular@brightline.example", "readonly@brightline.example"):
        assert await steps(reader) == {status: (None, document) for status, (_, document) in issuing.items()}
    assert await steps("admin@acmecorp.example") == {"ISSUED": (None, True), "CANCELLED": (None, True)}


@pytest.mark.row("S2.41")
async def test_the_step_that_an_invoice_tells_of_is_one_that_is_taken(server: Server) -> None:
    own = await shop(server)
    past = await own.invoice(10_00, status="PROFORMA", billing_month="2026-09")
    for following in ("READY", "ISSUABLE", "ISSUED"):
        answer = await own.admin.ask("query($id: ID!) { node(id: $id) { ... on Invoice { nextStatus } } }", {"id": past})
        assert answer["data"]["node"] == {"nextStatus": following}
        assert (await own.done("advanceInvoice", {"invoiceId": past, "to": following}))["status"] == following
