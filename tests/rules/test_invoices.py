"""Whatever is done to invoices, their figures add up and issued ones stay as they are (I6, I7, I12, I19)."""

from __future__ import annotations

import asyncio
import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Invoice, InvoiceLine, Service
from models.billing import bill as bill_customers
from models.customers import Customer
from models.invoices import NEXT, NEXT_PAYMENT, InvoiceStatus, PaymentState
from models.taxes import RATES, tax_on, tax_rate
from models.transaction import unit_of_work
from resolvers.money import DIGITS, minor_units
from tests.billing import INVOICE, Shop, bill, service, shop
from tests.servers import Server
from tests.stored import connected

AMOUNTS = st.integers(0, 10**13)
FROZEN = ("number", "subtotal", "tax", "total", "lines", "issuedAt", "dueOn", "billedName", "billedAddress", "billingMonth", "kind")
SUMMARY = f"""query($id: ID!, $month: BillingMonth!) {{ customer(id: $id) {{ invoices(billingMonth: $month) {{ nodes {{ {INVOICE} }} }}
  invoiceSummary(billingMonth: $month) {{ groups {{ status count total {{ amount }} }} totalIssuableRemaining {{ amount }}
  totalPossibleRevenue {{ amount }} }} }} }}"""


@pytest.fixture
async def loop() -> asyncio.AbstractEventLoop:
    """For tests that are no coroutines, as Hypothesis wants them."""
    return asyncio.get_running_loop()


# -- tax and amounts

@given(AMOUNTS, st.integers(0, 5000))
@pytest.mark.case(91)
def test_tax_is_exact_to_half_a_minor_unit(subtotal: int, basis_points: int) -> None:
    exact = Decimal(subtotal) * basis_points / 10_000
    assert tax_on(subtotal, basis_points) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.row("S4.17")
@pytest.mark.parametrize(("issuer", "customer", "rate"), [
    ("NL", "DE", 1900), ("NL", "NL", 2100), ("NL", "US", 2100), ("NL", None, 2100), ("US", "DE", 0), ("CH", "DE", 810),
    (None, "DE", 1900), (None, "US", 0), (None, None, 0),
])
def test_the_country_decides_on_the_tax(issuer: str | None, customer: str | None, rate: int) -> None:
    assert tax_rate(issuer, customer) == rate
    assert rate in (0, *RATES.values())


@given(AMOUNTS, st.sampled_from(["EUR", "JPY", "KWD"]))
@pytest.mark.case(91)
def test_an_amount_is_read_as_it_is_written(minor: int, currency: str) -> None:
    digits = DIGITS.get(currency, 2)
    text = f"{Decimal(minor).scaleb(-digits):.{digits}f}"
    assert minor_units(text, currency) == minor
    assert minor_units(text + "0" if digits else text + ".0", currency) is None


def test_the_tables_name_every_status_and_lead_nowhere_from_the_last() -> None:
    assert set(NEXT) == set(InvoiceStatus)
    assert set(NEXT_PAYMENT) == set(PaymentState)
    assert NEXT[InvoiceStatus.CANCELLED] == NEXT_PAYMENT[PaymentState.PAID] == NEXT_PAYMENT[PaymentState.WRITTEN_OFF] == ()


# -- any order of steps

STEP = st.one_of(
    st.tuples(st.just("advanceInvoice"), st.integers(0, 3), st.sampled_from(["READY", "ISSUABLE", "ISSUED"])),
    st.tuples(st.just("cancelInvoice"), st.integers(0, 3), st.just("Why not")),
    st.tuples(st.just("recordPayment"), st.integers(0, 3), st.sampled_from(["0.01", "5.00", "12.34", "99.99"])))
INPUT = {"advanceInvoice": "to", "cancelInvoice": "reason", "recordPayment": "amount"}


@pytest.mark.row("S2.40", "S2.42", "S2.43")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(1, 50_00), min_size=1, max_size=3), min_size=4, max_size=4), st.lists(STEP, min_size=3, max_size=14))
@pytest.mark.case(91)
@pytest.mark.case(96)
def test_after_any_steps_the_figures_add_up_and_issued_invoices_are_as_they_were(
        server: Server, loop: asyncio.AbstractEventLoop, amounts: list[list[int]], steps: list[tuple[str, int, str]]) -> None:
    loop.run_until_complete(_stepped(server, amounts, steps))


async def _stepped(server: Server, amounts: list[list[int]], steps: list[tuple[str, int, str]]) -> None:
    own = await shop(server)
    customer = await own.customer()
    starts = ["PROFORMA", "READY", "ISSUABLE", "ISSUABLE"]
    ids = [await own.invoice(*lines, customer=customer, status=status) for lines, status in zip(amounts, starts, strict=True)]
    seen: dict[str, dict[str, Any]] = {}
    for name, which, value in steps:
        await bill(own.admin, name, {"invoiceId": ids[which], INPUT[name]: value})
        await _check(own, customer, seen)


async def _check(own: Shop, customer: str, seen: dict[str, dict[str, Any]]) -> None:
    answer = (await own.admin.ask(SUMMARY, {"id": customer, "month": "2026-09"}))["data"]["customer"]
    invoices, summary = answer["invoices"]["nodes"], answer["invoiceSummary"]
    for invoice in invoices:
        lines = sum(_amount(line["amount"]) for line in invoice["lines"]["nodes"])
        assert lines + _amount(invoice["tax"]) == _amount(invoice["total"])  # I6
        assert {line["amount"]["currency"] for line in invoice["lines"]["nodes"]} == {invoice["total"]["currency"]}
        paid = sum(_amount(payment["amount"]) for payment in invoice["payments"]["nodes"])
        if invoice["status"] == "ISSUED":
            assert _amount(invoice["amountDue"]) == _amount(invoice["total"]) - paid
        if invoice["number"]:
            frozen = {name: invoice[name] for name in FROZEN}
            assert seen.setdefault(invoice["id"], frozen) == frozen  # I7
        credited = sum(_amount(note["amount"]) for note in invoice["creditNotes"])
        assert credited == (_amount(invoice["total"]) if invoice["number"] and invoice["status"] == "CANCELLED" else 0)
    by_status = {group["status"]: _amount(group["total"]) for group in summary["groups"]}
    possible, remaining = _amount(summary["totalPossibleRevenue"]), _amount(summary["totalIssuableRemaining"])
    assert possible - by_status.get("ISSUED", 0) - by_status.get("CANCELLED", 0) == remaining  # I12
    assert possible == sum(by_status.values()) == sum(_amount(invoice["total"]) for invoice in invoices)
    numbers = sorted(invoice["number"] for invoice in invoices if invoice["number"])
    assert numbers == [f"{dt.datetime.now(dt.UTC).year}-{n:04}" for n in range(1, len(numbers) + 1)]


def _amount(money: dict[str, str]) -> Decimal:
    return Decimal(money["amount"])


# -- any services

@pytest.mark.row("S4.112", "S4.113")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(st.integers(0, 10**9), st.sampled_from(["BILLED", "BILLED", "ENDED", "PENDING_ENTRY"])), max_size=4),
                min_size=1, max_size=3), st.sampled_from(["DE", "US", "HU", None]))
@pytest.mark.case(91)
def test_any_services_come_to_one_invoice_for_each_customer_that_adds_up(
        server: Server, loop: asyncio.AbstractEventLoop, services: list[list[tuple[int, str]]], country: str | None) -> None:
    loop.run_until_complete(_billed(server, services, country))


async def _billed(server: Server, services: list[list[tuple[int, str]]], country: str | None) -> None:
    own = await shop(server)
    ids = [int((await own.customer(country=country))[4:]) for _ in services]
    now = dt.datetime.now(dt.UTC)
    month = f"{now:%Y-%m}"
    async with connected(server.database_url):
        for id, charged in zip(ids, services, strict=True):
            for n, (charge, state) in enumerate(charged):
                await service(await Customer.get(id=id), f"Port {n}", charge, billing_state=state)
        for _ in range(2):
            await unit_of_work(lambda: bill_customers(own.tenant, month, ids, now))
        invoices = await Invoice.filter(issuer_id=own.tenant.id)
        assert len(invoices) == len({invoice.tenant_id for invoice in invoices})  # I19
        for id in ids:
            charges = [s.monthly_charge_minor for s in await Service.filter(tenant_id=id, billing_state="BILLED")]
            there = [invoice for invoice in invoices if invoice.tenant_id == id]
            assert [invoice.subtotal_minor for invoice in there] == ([sum(charges)] if sum(charges) else [])
            for invoice in there:
                lines = await InvoiceLine.filter(invoice_id=invoice.id)
                assert sum(line.amount_minor for line in lines) + invoice.tax_minor == invoice.total_minor  # I6
                assert (len(lines), {line.currency for line in lines}) == (invoice.line_count, {invoice.currency})
