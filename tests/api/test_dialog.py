"""Everything about one customer in one query (S3.1), as different people get it."""

from typing import Any

import pytest

from benchmarks.operations import DIALOG
from server.portfolio.story import tenant_id
from tests.client import Person
from tests.servers import Server

MONEY = {"mrr", "summary", "contractSummary", "contracts", "invoiceSummary", "invoices"}


async def dialog(story: Server, email: str) -> dict[str, Any]:
    return await Person(story, email).ask(DIALOG, {"id": f"cus_{tenant_id('acme')}"})


@pytest.mark.row("S2.32")
async def test_the_partners_admin_sees_the_whole_dialog(story: Server) -> None:
    answer = await dialog(story, "admin@brightline.example")
    customer = answer["data"]["customer"]
    assert "extensions" not in answer
    assert customer["mrr"]["amount"] == "1250.00"
    assert len(customer["contracts"]["nodes"]) == len(customer["invoices"]["nodes"]) == 3
    assert all(customer[field] is not None for field in (*MONEY, "primaryAdmin", "users", "services", "subAccounts"))


@pytest.mark.row("S2.32")
async def test_support_gets_it_without_what_is_about_money(story: Server) -> None:
    answer = await dialog(story, "support@brightline.example")
    customer = answer["data"]["customer"]
    assert customer["name"] == "Acme Corporation"
    assert {field for field in MONEY if customer[field] is None} == MONEY
    assert customer["services"]["nodes"] and all(s["monthlyCharge"] is None for s in customer["services"]["nodes"])
    assert {entry["path"] for entry in answer["extensions"]["withheld"]} == {
        *(f"customer.{field}" for field in MONEY), "customer.services.nodes.monthlyCharge"}


@pytest.mark.row("S2.32")
async def test_another_partners_admin_gets_nothing(story: Server) -> None:
    assert await dialog(story, "admin@coastal.example") == {"data": {"customer": None}}
