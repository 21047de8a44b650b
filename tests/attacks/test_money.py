"""Amounts that are none, and a balance that many want at once."""

from __future__ import annotations

import asyncio

import pytest

from tests.billing import bill, codes, shop
from tests.servers import Server


@pytest.mark.case(84)
async def test_of_many_payments_at_once_as_many_are_taken_as_there_is_left_to_pay(server: Server) -> None:
    own = await shop(server)
    issued = await own.issued(70_00)
    given = {"invoiceId": issued["id"], "amount": "20.00"}
    answers = await asyncio.gather(*(bill(own.admin, "recordPayment", given) for _ in range(9)))
    assert sorted(codes(answer) for answer in answers) == [[]] * 3 + [[("INVALID", "amount")]] * 6
    assert (await own.read(issued["id"]))["amountDue"]["amount"] == "10.00"


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.case(90, 92)
async def test_what_is_no_amount_pays_nothing(server: Server) -> None:
    own = await shop(server)
    issued = await own.issued(70_00)
    for amount in ("-1.00", "0", "0.00", "-0", "NaN", "Infinity", "-Infinity", "1e2", "1e400", "0.1+0.2", "9" * 40, str(2**63), "1.005",
                   "1,00", "+1", " 1", "1.", ".5", "0x10", "١٢", "1_0", "", "null"):
        answer = await bill(own.admin, "recordPayment", {"invoiceId": issued["id"], "amount": amount})
        assert codes(answer) == [("INVALID", "amount")], amount
    assert (await own.read(issued["id"]))["amountDue"]["amount"] == "70.00"
    for amount in (1.0, 20, True, None, ["1.00"], {"amount": "1.00"}):
        answer = await own.admin.ask("mutation($input: RecordPaymentInput!) { recordPayment(input: $input) { dryRun } }",
                                     {"input": {"invoiceId": issued["id"], "amount": amount}})
        assert answer["errors"][0]["extensions"]["code"] in ("VARIABLES_INVALID", "BAD_REQUEST"), amount
        assert "data" not in answer
