"""Payments of invoices: what is due, and what they may be (B.9, D-12, I6, I7)."""

import asyncio
from typing import Any

import pytest

from tests.billing import Shop, bill, codes, shop
from tests.servers import Server


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
