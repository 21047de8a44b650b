"""The monthly run by the calendar and on request: proformas, closed months, overdue invoices (S4.112, S4.113, I19)."""

import asyncio
import datetime as dt
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models import Customer, Event, Invoice, InvoiceLine, Service, Tenant
from models.access import Role
from models.billing import bill as bill_customers
from models.billing import end_of, month_of
from models.services import tally
from models.transaction import unit_of_work
from tests.billing import Shop, bill, codes, service, shop
from tests.client import Person
from tests.conftest import Serve
from tests.scheduling import DATABASES
from tests.servers import Server
from tests.stored import connected
from tests.ticking import tick

REFRESH, CLOSE = ("proforma-refresh", "bill-customers"), ("monthly-invoices", "bill-customers")
LISTED = """query($id: ID!, $month: BillingMonth) { customer(id: $id) { mrr { amount } invoices(billingMonth: $month) { nodes {
  id kind status version subtotal { amount } tax { amount } taxRate total { amount } lines { nodes { description amount { amount }
  service { name } } } usageBreakdown { totalCount } } } } }"""


@pytest.fixture(scope="module", params=DATABASES)
async def ledger(request: pytest.FixtureRequest, serve: Serve, tmp_path_factory: pytest.TempPathFactory,
                 create_postgres: Any) -> Server:
    """A server of its own, on which the clock may be turned: the run bills every customer there is."""
    file = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    return await serve(f"sqlite://{file}" if request.param == "sqlite" else await create_postgres("ledger"))


async def listed(own: Shop, customer: str, month: str | None = None) -> list[dict[str, Any]]:
    answer = await own.admin.ask(LISTED, {"id": customer, "month": month})
    return answer["data"]["customer"]["invoices"]["nodes"]


def at(zone: str, *parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)  # type: ignore[arg-type,misc]


# -- proformas

@pytest.mark.row("S4.112", "S4.113")
async def test_a_proforma_has_a_line_for_each_billed_service_and_adds_up_exactly_with_its_tax(ledger: Server) -> None:
    own = await shop(ledger)
    customer = await own.customer(300_00, 99_99)
    async with connected(ledger.database_url):
        record = next(iter(own.customers.values()))
        await service(record, "Waiting", 50_00, billing_state="PENDING_ENTRY")
        await service(record, "Over", 60_00, billing_state="ENDED")
        await service(record, "Free", 0)
        await tally([record.id])
    await tick(ledger, at("UTC", 2027, 5, 10, 4), *REFRESH)
    [invoice] = await listed(own, customer, "2027-05")
    assert (invoice["kind"], invoice["status"], invoice["taxRate"]) == ("MONTHLY", "PROFORMA", "19.00")
    assert [(line["service"]["name"], line["amount"]["amount"]) for line in invoice["lines"]["nodes"]] == [
        ("Port 1", "300.00"), ("Port 2", "99.99")]
    assert (invoice["subtotal"]["amount"], invoice["tax"]["amount"], invoice["total"]["amount"]) == ("399.99", "76.00", "475.99")
    assert invoice["usageBreakdown"]["totalCount"] == 2
    mrr = (await own.admin.ask(LISTED, {"id": customer}))["data"]["customer"]["mrr"]["amount"]
    assert invoice["subtotal"]["amount"] == mrr


@pytest.mark.row("S4.112")
async def test_a_proforma_is_rebuilt_when_services_change_and_left_alone_when_they_do_not(ledger: Server) -> None:
    own = await shop(ledger)
    customer = await own.customer(10_00)
    empty = await own.customer()
    day = at("UTC", 2027, 5, 10, 4)
    for n in range(3):
        await tick(ledger, day + dt.timedelta(days=n), *REFRESH)
    [first] = await listed(own, customer, "2027-05")
    assert first["version"] == 1
    assert await listed(own, empty) == []
    async with connected(ledger.database_url):
        await service(next(iter(own.customers.values())), "Another", 5_00)
    await tick(ledger, day + dt.timedelta(days=4), *REFRESH)
    [second] = await listed(own, customer, "2027-05")
    assert (second["id"], second["version"], second["subtotal"]["amount"]) == (first["id"], 2, "15.00")
    async with connected(ledger.database_url):
        await Service.filter(tenant_id=int(customer[4:])).update(billing_state="ENDED")
    await tick(ledger, day + dt.timedelta(days=5), *REFRESH)
    assert await listed(own, customer, "2027-05") == []


# -- months that end

@pytest.mark.row("S4.112", "S2.39")
@pytest.mark.parametrize(("zone", "month", "last"), [
    ("Pacific/Auckland", "2027-01", (2027, 1, 31, 23, 59)), ("America/New_York", "2027-10", (2027, 10, 31, 23, 59)),
    ("Europe/Amsterdam", "2028-02", (2028, 2, 29, 23, 59)), ("America/St_Johns", "2027-12", (2027, 12, 31, 23, 59)),
])
@pytest.mark.case(153)
async def test_a_month_closes_at_its_end_in_the_issuers_zone(ledger: Server, zone: str, month: str, last: tuple[int, ...]) -> None:
    own = await shop(ledger, zone=zone)
    customer = await own.customer(10_00)
    late = at(zone, *last)
    await tick(ledger, late - dt.timedelta(hours=20), *REFRESH)
    await tick(ledger, late, *CLOSE)
    assert [i["status"] for i in await listed(own, customer, month)] == ["PROFORMA"]
    for _ in range(2):
        await tick(ledger, late + dt.timedelta(minutes=1), *CLOSE)
        assert [i["status"] for i in await listed(own, customer, month)] == ["READY"]
    assert month_of(own.tenant, late) == month
    assert end_of(month, own.tenant) == late + dt.timedelta(minutes=1)


@pytest.mark.row("S4.112")
@pytest.mark.case(95, 153, 154)
async def test_closing_takes_what_came_on_the_last_day_and_leaves_what_came_after(ledger: Server) -> None:
    own = await shop(ledger, zone="Europe/Amsterdam")
    customer = await own.customer(10_00)
    end = at("Europe/Amsterdam", 2027, 4, 1)
    await tick(ledger, end - dt.timedelta(days=2), *REFRESH)
    async with connected(ledger.database_url):
        record = next(iter(own.customers.values()))
        await service(record, "In time", 1_00, provisioned_at=end - dt.timedelta(seconds=1))
        await service(record, "Too late", 2_00, provisioned_at=end)
    await tick(ledger, end + dt.timedelta(hours=7), *CLOSE)
    [invoice] = await listed(own, customer, "2027-03")
    assert (invoice["status"], invoice["subtotal"]["amount"]) == ("READY", "11.00")


@pytest.mark.row("S4.112")
@pytest.mark.case(94, 154)
async def test_running_it_again_or_twice_at_once_makes_one_invoice_for_each_customer_and_month(ledger: Server) -> None:
    """I19."""
    own = await shop(ledger)
    customers = [await own.customer(10_00 + n) for n in range(4)]
    ids, now = [int(id[4:]) for id in customers], at("UTC", 2027, 6, 15)
    async with connected(ledger.database_url):
        async def run() -> None:
            await bill_customers(await Tenant.get(id=own.tenant.id), "2027-06", ids, now)
        await asyncio.gather(*(unit_of_work(run) for _ in range(4)))
    await tick(ledger, now, *REFRESH)
    for _ in range(2):
        await tick(ledger, at("UTC", 2027, 7, 1), *CLOSE)
    async with connected(ledger.database_url):
        there = await Invoice.filter(issuer_id=own.tenant.id, billing_month="2027-06")
        assert Counter(invoice.tenant_id for invoice in there) == Counter(ids)
        assert {invoice.status for invoice in there} == {"READY"}
        lines = Counter([line.invoice_id for line in await InvoiceLine.filter(invoice_id__in=[i.id for i in there])])
        assert set(lines.values()) == {1}


@pytest.mark.row("S4.112")
@pytest.mark.case(154)
async def test_what_is_ready_or_further_is_left_as_it_is(ledger: Server) -> None:
    own = await shop(ledger)
    customer = await own.customer(10_00)
    await tick(ledger, at("UTC", 2027, 8, 10), *REFRESH)
    await tick(ledger, at("UTC", 2027, 9, 1), *CLOSE)
    [ready] = await listed(own, customer, "2027-08")
    async with connected(ledger.database_url):
        await Service.filter(tenant_id=int(customer[4:])).update(monthly_charge_minor=99_00)
    await tick(ledger, at("UTC", 2027, 9, 2), *CLOSE)
    await tick(ledger, at("UTC", 2027, 9, 2, 4), *REFRESH)
    assert await listed(own, customer, "2027-08") == [ready]
    [running] = await listed(own, customer, "2027-09")
    assert running["subtotal"]["amount"] == "99.00"


# -- on request

@pytest.mark.row("S4.112")
async def test_named_customers_are_billed_at_once_and_again_makes_none(ledger: Server) -> None:
    own = await shop(ledger)
    customer, empty = await own.customer(10_00), await own.customer()
    past = (dt.datetime.now(dt.UTC).replace(day=1) - dt.timedelta(days=1)).strftime("%Y-%m")
    first = await bill(own.admin, "generateInvoices", {"billingMonth": past, "customerIds": [customer, empty]})
    assert [(i["status"], i["customer"]["name"]) for i in first["invoices"]] == [("READY", next(iter(own.customers)))]
    again = await bill(own.admin, "generateInvoices", {"billingMonth": past, "customerIds": [customer, empty]})
    assert [i["id"] for i in again["invoices"]] == [i["id"] for i in first["invoices"]]
    assert [w["code"] for w in again["warnings"]] == ["ALREADY_DONE"]
    running = f"{dt.datetime.now(dt.UTC):%Y-%m}"
    proforma = await bill(own.admin, "generateInvoices", {"billingMonth": running, "customerIds": [customer]}, dryRun=True)
    assert [i["status"] for i in proforma["invoices"]] == ["PROFORMA"]
    assert await listed(own, customer, running) == []


@pytest.mark.row("S4.112")
@pytest.mark.case(93)
async def test_a_monthly_invoice_that_was_cancelled_is_made_anew_on_request_only(ledger: Server) -> None:
    own = await shop(ledger)
    customer = await own.customer(10_00)
    given = {"billingMonth": "2026-10", "customerIds": [customer]}
    [first] = (await bill(own.admin, "generateInvoices", given))["invoices"]
    await own.done("cancelInvoice", {"invoiceId": first["id"], "reason": "Wrong"})
    async with connected(ledger.database_url):
        await unit_of_work(lambda: bill_customers(own.tenant, "2026-10", [int(customer[4:])], dt.datetime.now(dt.UTC)))
    assert [i["status"] for i in await listed(own, customer, "2026-10")] == ["CANCELLED"]
    [second] = (await bill(own.admin, "generateInvoices", given))["invoices"]
    assert second["id"] != first["id"]
    assert sorted(i["status"] for i in await listed(own, customer, "2026-10")) == ["CANCELLED", "READY"]


@pytest.mark.row("S4.112")
async def test_without_names_every_customer_is_billed_in_the_background(ledger: Server) -> None:
    own = await shop(ledger)
    customers = [await own.customer(10_00) for _ in range(3)]
    started = await bill(own.admin, "generateInvoices", {"billingMonth": "2026-09"})
    assert (started["userErrors"], started["invoices"]) == ([], None)
    for _ in range(300):
        found = [await listed(own, customer, "2026-09") for customer in customers]
        if all(found):
            break
        await asyncio.sleep(0.1)
    assert [[i["status"] for i in each] for each in found] == [["READY"]] * 3


@pytest.mark.row("S4.112")
async def test_months_to_come_and_customers_of_others_are_refused(ledger: Server) -> None:
    own, other = await shop(ledger), await shop(ledger)
    mine, theirs = await own.customer(10_00), await other.customer(10_00)
    refused = await bill(own.admin, "generateInvoices", {"billingMonth": "2999-01", "customerIds": [mine, theirs, "cus_1"]})
    assert codes(refused) == [("INVALID", "billingMonth"), ("NOT_FOUND", "customerIds.1"), ("NOT_FOUND", "customerIds.2")]
    above = Person(ledger, "admin@harbor.example")
    assert codes(await bill(above, "generateInvoices", {"billingMonth": "2026-10", "customerIds": [mine]})) == [
        ("INVALID", "customerIds.0")]
    sales = await own.person(Role.SALES)
    assert codes(await bill(sales, "generateInvoices", {"billingMonth": "2026-10"})) == [("FORBIDDEN", "")]


# -- what is due

@pytest.mark.row("S4.112", "B.9")
async def test_an_invoice_is_overdue_when_its_last_day_is_over_for_its_issuer(ledger: Server) -> None:
    own = await shop(ledger, zone="America/New_York")
    issued = await own.issued(10_00)
    part = await own.issued(10_00)
    await own.done("recordPayment", {"invoiceId": part["id"], "amount": "1.00"})
    last = dt.date.fromisoformat(issued["dueOn"])
    over = dt.datetime(last.year, last.month, last.day, tzinfo=ZoneInfo("America/New_York")) + dt.timedelta(days=1)
    await tick(ledger, over.astimezone(dt.UTC) - dt.timedelta(seconds=1), "overdue")
    assert (await own.read(issued["id"]))["paymentState"] == "DUE"
    await tick(ledger, over.astimezone(dt.UTC), "overdue")
    assert (await own.read(issued["id"]))["paymentState"] == "OVERDUE"
    assert (await own.read(part["id"]))["paymentState"] == "PARTIALLY_PAID"


@pytest.mark.case(29)
@pytest.mark.row("S4.112")
async def test_events_tell_of_states_and_never_of_amounts(ledger: Server) -> None:
    own = await shop(ledger)
    customer = await own.customer(123_45)
    await bill(own.admin, "generateInvoices", {"billingMonth": "2026-10", "customerIds": [customer]})
    [invoice] = await listed(own, customer, "2026-10")
    for to in ("ISSUABLE", "ISSUED"):
        await own.done("advanceInvoice", {"invoiceId": invoice["id"], "to": to})
    await own.done("recordPayment", {"invoiceId": invoice["id"], "amount": "23.45"})
    async with connected(ledger.database_url):
        events = await Event.filter(tenant_id=int(customer[4:]), kind="INVOICE_CHANGED").order_by("id")
        name = (await Customer.get(id=int(customer[4:]))).name
    assert [(e.facts["status"], e.facts.get("paymentState")) for e in events] == [
        ("READY", None), ("ISSUABLE", "NOT_DUE"), ("ISSUED", "DUE"), ("ISSUED", "PARTIALLY_PAID")]
    assert {e.about for e in events} == {invoice["id"]}
    assert not any(figure in str(e.facts) for e in events for figure in ("123", "2345", "23.45", name))
