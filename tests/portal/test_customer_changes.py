"""What is changed from a customer's page and its pop-ups: by whoever may, refused to the others, and when two meet."""

import datetime as dt

import pytest
from playwright.async_api import Locator, Page, expect

from models.access import Role
from tests import billing
from tests.agreed import draw_up, newcomer
from tests.client import Person
from tests.portal.portals import check_looks, findings, leave, visit
from tests.servers import Server
from tests.shop import Place, Shop, open_shop

# A page is the same whatever the database.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)

COLUMNS = """mutation { setListPreferences(input: {columns: [NAME, ONBOARDING, CONTRACTS, INVOICES]}) { userErrors { code } } }"""
PORT = "Access port 1G"


async def choose(page: Page, service: str, action: str) -> None:
    """An action of a service's menu."""
    await page.get_by_role("button", name=f"Actions for {service}").click()
    await page.get_by_role("menuitem", name=action, exact=True).click()


def line(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has_text=name)


async def stocked(server: Server, *products: str) -> tuple[Shop, Place]:
    """A reseller of one's own with a customer who runs these."""
    shop = await open_shop(server)
    place = await shop.customer()
    assert not products or (await shop.add(place, *products))["userErrors"] == []
    return shop, place


@pytest.mark.row("S1.30", "S1.15")
async def test_whoever_manages_services_sees_prices_before_ordering_and_mistakes_on_their_field(page: Page, server: Server) -> None:
    shop, place = await stocked(server)
    await visit(page, server, shop.people["regular"], f"/customers/{place.id}/services")
    await expect(page.get_by_text("There are no services yet.")).to_be_visible()
    await page.get_by_role("button", name="Order services").click()
    order = page.get_by_role("dialog", name="Order services")
    await expect(order.get_by_role("button", name="Order services")).to_be_disabled()
    await order.get_by_label("Product").select_option(PORT)
    await order.get_by_label("Last day").fill("2020-01-01")
    await order.get_by_role("button", name="Another service").click()
    await order.get_by_role("group", name="Service 2").get_by_label("Product").select_option("Disk 1 TB")
    await expect(order.get_by_role("status")).to_have_text("€345.50 a month")
    assert await findings(page) == []
    await order.get_by_role("button", name="Order for €345.50 a month").click()
    wrong = order.get_by_role("group", name="Service 1").get_by_label("Last day")
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    await expect(order.get_by_role("alert")).to_have_count(0)
    await wrong.fill("")
    await order.get_by_role("button", name="Order for").click()
    await expect(order).to_have_count(0)
    await expect(page.get_by_role("status").filter(has_text=f"Ordered: {PORT}, Disk 1 TB.")).to_be_visible()
    await expect(line(page, PORT)).to_contain_text("€300.00")
    assert len((await shop.stored(place))[1]) == 2


@pytest.mark.row("S1.30", "S1.33")
async def test_services_are_stopped_upgraded_and_removed_and_a_change_by_somebody_else_is_loaded_anew(page: Page, server: Server) -> None:
    shop, place = await stocked(server, PORT)
    await visit(page, server, shop.people["admin"], f"/customers/{place.id}/services")
    await choose(page, PORT, "Stop")
    await expect(line(page, PORT)).to_contain_text("Stopped")
    await choose(page, PORT, "Upgrade")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("status")).to_have_text("€900.00 a month, +€600.00")
    (service,) = (await shop.stored(place))[1]
    assert (await shop.act(f"svc_{service.id}", "START"))["userErrors"] == []
    await dialog.get_by_role("button", name="Upgrade").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Somebody changed this meanwhile")
    assert (await shop.stored(place))[1][0].product == PORT
    await dialog.get_by_role("button", name="Load anew").click()
    await expect(line(page, PORT)).to_contain_text("Running")
    await choose(page, PORT, "Upgrade")
    await dialog.get_by_role("button", name="Upgrade").click()
    await expect(line(page, PORT)).to_contain_text("€900.00")
    await choose(page, PORT, "Remove")
    await expect(dialog).to_contain_text("its charge of €900.00 a month ends")
    await dialog.get_by_role("button", name="Remove").click()
    await expect(page.get_by_role("status").filter(has_text="is removed")).to_be_visible()
    assert (await shop.stored(place))[1][0].status == "DELETED"


@pytest.mark.row("S1.32", "S1.33", "S1.38", "S1.39")
async def test_support_diagnoses_a_service_and_finds_no_way_to_order(page: Page, server: Server) -> None:
    shop, place = await stocked(server, PORT)
    await visit(page, server, shop.people["support"], f"/customers/{place.id}/services")
    await choose(page, PORT, "Diagnose")
    await expect(page.get_by_role("status").filter(has_text=f"{PORT} is diagnosed. It runs as it should.")).to_be_visible()
    await expect(line(page, PORT)).to_contain_text("Diagnosis: It runs as it should.")
    await expect(page.get_by_role("button", name="Order services")).to_have_count(0)
    await expect(page.get_by_role("main")).not_to_contain_text("€")
    await page.get_by_role("button", name=f"Enter the portal of {place.name}").click()
    await expect(page.get_by_role("region", name="Acting in another tenant")).to_contain_text(f"in {place.name} as Support")
    await page.get_by_role("tab", name="Services").click()
    await expect(line(page, PORT)).to_be_visible()
    await expect(page.get_by_role("note", name="Ordering is not open to you")).to_be_visible()
    await expect(page.get_by_role("main")).not_to_contain_text("€")


@pytest.mark.row("S1.44", "S1.41")
@pytest.mark.console("400")
async def test_contacts_are_kept_and_notifications_chosen_by_whoever_may_edit_and_by_nobody_else(page: Page, server: Server) -> None:
    shop, place = await stocked(server)
    address = f"/customers/{place.id}/contacts"
    await visit(page, server, shop.people["admin"], address)
    await page.get_by_role("button", name="Add a contact").click()
    form = page.get_by_role("dialog", name="Add a contact")
    await form.get_by_label("Name").fill("Front desk")
    await form.get_by_label("E-mail").fill("desk@pine.example")
    await form.get_by_label("Phone").fill("by the door")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_label("Phone")).to_have_attribute("aria-invalid", "true")
    await expect(form).to_contain_text("A PhoneNumber is written as")
    await form.get_by_label("Phone").fill("+49-30-555-0100")
    assert await findings(page) == []
    await form.get_by_role("button", name="Save").click()
    await expect(line(page, "Front desk")).to_contain_text("Admin")
    await page.get_by_role("button", name="Edit Front desk").click()
    form = page.get_by_role("dialog", name="Change the contact")
    await form.get_by_label("Type").select_option("BILLING")
    await form.get_by_role("button", name="Save").click()
    await expect(line(page, "Front desk")).to_contain_text("Billing")
    letters = page.get_by_role("switch", name="Invoice changed: Letter")
    await expect(letters).not_to_be_checked()
    await letters.click(force=True)
    await expect(letters).to_be_checked()
    await page.reload()
    await expect(letters).to_be_checked()
    await page.get_by_role("button", name="Edit Front desk").click()
    await form.get_by_role("button", name="Remove").click()
    await form.get_by_role("button", name="Remove for good").click()
    await expect(page.get_by_text("There are no contacts yet.")).to_be_visible()
    await leave(page)
    await visit(page, server, shop.people["readonly"], address)
    await expect(page.get_by_text("There are no contacts yet.")).to_be_visible()
    await expect(page.get_by_role("button", name="Add a contact")).to_have_count(0)
    await expect(page.get_by_role("region", name="Notifications").get_by_role("note", name="Withheld")).to_be_visible()


@pytest.mark.row("B.8", "S1.45", "S1.46", "S2.5")
async def test_a_contract_is_drawn_up_and_offered_by_a_partner_and_accepted_by_the_customer(page: Page, server: Server) -> None:
    shop, place = await stocked(server)
    await visit(page, server, shop.people["admin"], "/customers")
    await page.get_by_role("button", name=f"More for {place.name}").click()
    await page.get_by_role("menuitem", name="Draw up a contract").click()
    form = page.get_by_role("dialog", name="Draw up a contract")
    await form.get_by_label("What it is about").fill("Connectivity")
    await form.get_by_label("First day").fill("2030-01-01")
    await form.get_by_label("Last day").fill("2029-01-01")
    await form.get_by_label("Value, in EUR").fill("1200.00")
    await form.get_by_role("button", name="Draw up a contract").click()
    await expect(form.get_by_label("Last day")).to_have_attribute("aria-invalid", "true")
    assert await findings(page) == []
    await form.get_by_label("Last day").fill("2030-12-31")
    await form.get_by_role("button", name="Draw up a contract").click()
    drawer = page.get_by_role("dialog", name="Contract", exact=True)
    await expect(drawer).to_contain_text("€1,200.00")
    address = page.url.removeprefix(server.url)
    await drawer.get_by_role("button", name="Offer to the customer").click()
    await expect(drawer).to_contain_text("It waits for the word of an admin of the customer")
    await expect(drawer.get_by_role("button", name="Accept")).to_have_count(0)
    await expect(drawer.get_by_role("button", name="Withdraw")).to_be_visible()
    await page.wait_for_timeout(300)
    await check_looks(page)

    await leave(page)
    await visit(page, server, shop.people["sales"], address)
    await expect(drawer).to_contain_text("To be accepted")
    for name in ("Offer", "Accept", "Withdraw"):
        await expect(drawer.get_by_role("button", name=name)).to_have_count(0)
    await leave(page)
    await visit(page, server, place.admin, address)
    await drawer.get_by_role("button", name="Accept").click()
    await expect(drawer).to_contain_text("Scheduled")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Draw up a contract")).to_have_count(0)
    await page.get_by_role("tab", name="Activity").click()
    drawn = page.get_by_role("tabpanel").get_by_role("listitem").filter(has_text="drew up")
    await expect(drawn).to_contain_text(shop.people["admin"])
    await expect(drawn).to_contain_text("on the customer's behalf")


@pytest.mark.row("S2.3", "S2.20", "S2.5")
@pytest.mark.console("400")
async def test_details_are_edited_from_the_list_with_mistakes_on_their_field_however_long_the_name(page: Page, server: Server) -> None:
    shop, place = await stocked(server)
    long = "Very Long Name of a Company That Never Ends " * 4 + "Ltd"
    await visit(page, server, shop.people["admin"], "/customers")
    await page.get_by_role("button", name=f"More for {place.name}").click()
    await page.get_by_role("menuitem", name="Edit details").click()
    form = page.get_by_role("dialog", name="Edit the details")
    await form.get_by_label("Company name").fill(long)
    await form.get_by_label("Street and number").fill("Elm Street 1")
    await form.get_by_label("City").fill("Berlin")
    await form.get_by_label("Phone").fill("by the door")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_label("Phone")).to_have_attribute("aria-invalid", "true")
    assert await findings(page) == []
    await form.get_by_label("Phone").fill("+49-30-555-0100")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_have_count(0)
    await expect(page.get_by_role("region", name="Details")).to_contain_text("Elm Street 1, Berlin")
    await check_looks(page)
    await page.goto(f"{server.url}/customers")
    await expect(page.get_by_role("link", name=long).first).to_be_visible()
    await check_looks(page)
    await leave(page)
    await visit(page, server, shop.people["sales"], f"/customers/{place.id}?form")
    await expect(page.get_by_role("region", name="Details")).to_contain_text("+49-30-555-0100")
    await expect(page.get_by_role("button", name="Edit the details")).to_have_count(0)
    await expect(form).to_have_count(0)


async def listed(server: Server) -> tuple[billing.Shop, str, str, Person]:
    """A reseller with a customer on its way in, who has four contracts and two invoices of this month; all columns shown."""
    own = await billing.shop(server)
    assert own.admin.email
    name, customer, _ = await newcomer(server, own.admin.email)
    for n in range(4):
        assert (await draw_up(own.admin, customer, title=f"Line {n}"))["userErrors"] == []
    month = f"{dt.datetime.now(dt.UTC):%Y-%m}"
    await own.invoice(12_00, customer=customer, status="READY", billing_month=month)
    await own.invoice(30_00, customer=customer, status="PROFORMA", billing_month=month)
    reader = await own.person(Role.READ_ONLY, customer, linked=True)
    for person in (own.admin, reader):
        assert (await person.ask(COLUMNS))["data"]["setListPreferences"]["userErrors"] == []
    return own, name, customer, reader


@pytest.mark.row("S2.25", "S2.26", "S2.35", "S2.36", "S2.37", "S2.41", "S2.42", "S2.43", "S2.44")
async def test_the_pop_ups_of_the_list_show_tasks_contracts_and_invoices_and_lead_to_them(page: Page, server: Server) -> None:
    own, name, customer, reader = await listed(server)
    assert own.admin.email and reader.email
    await visit(page, server, own.admin.email)

    await page.get_by_role("button", name=f"Onboarding of {name}").click()
    tasks = page.get_by_role("dialog", name="Onboarding")
    await tasks.get_by_role("button", name="Start: Complete the company profile").click()
    await expect(tasks.get_by_role("listitem").filter(has_text="Complete the company profile").first).to_contain_text("In progress")
    await page.keyboard.press("Escape")

    await page.get_by_role("button", name=f"4 contracts of {name}").click()
    contracts = page.get_by_role("dialog", name="Contracts")
    await expect(contracts.get_by_role("link", name="View the contract")).to_have_count(3)
    assert await findings(page) == []
    await contracts.get_by_role("link", name="View all contracts").click()
    await expect(page.get_by_role("table", name="Contracts").get_by_role("row")).to_have_count(5)
    await page.go_back()

    await page.get_by_role("button", name=f"2 invoices of {name}").click()
    invoices = page.get_by_role("dialog", name="Invoices")
    await expect(invoices).to_contain_text("Total possible revenue€42.00")
    await expect(invoices).to_contain_text("Total issuable remaining€42.00")
    await expect(invoices.get_by_role("link", name="View the invoice that is Proforma")).to_be_visible()
    await invoices.get_by_role("link", name="Review the invoice that is Ready").click()
    sheet = page.get_by_role("dialog", name="Invoice")
    await sheet.get_by_role("button", name="Reviewed: may be issued").click()
    await expect(sheet).to_contain_text("Issuable")
    await sheet.get_by_role("button", name="Issue", exact=True).click()
    await expect(sheet).to_contain_text("never changes again")
    await sheet.get_by_role("button", name="Issue for good").click()
    await expect(sheet.get_by_role("button", name="as PDF")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("region", name="Totals of")).to_contain_text("Total issuable remaining€30.00")

    await leave(page)
    await visit(page, server, reader.email)
    await page.get_by_role("button", name=f"Onboarding of {name}").click()
    await expect(tasks.get_by_role("listitem").first).to_be_visible()
    await expect(tasks.get_by_role("button")).to_have_count(0)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name=f"2 invoices of {name}").click()
    await expect(invoices.get_by_role("link", name="View the invoice that is Issued")).to_be_visible()
    await expect(invoices.get_by_role("link", name="Review")).to_have_count(0)
    await invoices.get_by_role("link", name="View all invoices").click()
    await expect(page.get_by_role("table", name="Invoices of").get_by_role("row")).to_have_count(3)
    assert f"/customers/{customer}/invoices?period=" in page.url
