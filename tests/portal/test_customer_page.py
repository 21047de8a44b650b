"""The page of one customer as the story tells it: what each viewer finds there, and the lock where they may not."""

import pytest
from playwright.async_api import Page, expect

from tests.client import Person
from tests.portal.portals import check_looks, leave, visit
from tests.servers import Server

# A page is the same whatever the database.
pytestmark = pytest.mark.parametrize("story", ["sqlite"], indirect=True)

ADMIN, SUPPORT = "admin@brightline.example", "support@brightline.example"
REGULAR, SALES, ACME_ADMIN = "regular@brightline.example", "sales@harbor.example", "admin@acmecorp.example"


async def address_of(story: Server, name: str, part: str = "") -> str:
    """The address of a customer's page, or of a part of it."""
    answer = await Person(story, "admin@meridian.example").ask(
        "query($name: String) { customers(search: $name) { nodes { id name } } }", {"name": name})
    (found,) = [each["id"] for each in answer["data"]["customers"]["nodes"] if each["name"] == name]
    return f"/customers/{found}{part}"


async def open_tab(page: Page, name: str) -> None:
    await page.get_by_role("tab", name=name).click()


@pytest.mark.row("S1.7", "S1.9", "S1.38", "S2.32")
async def test_an_admin_sees_a_customers_figures_status_and_details_on_its_dashboard(page: Page, story: Server) -> None:
    await visit(page, story, ADMIN, await address_of(story, "Acme Corporation"))
    await expect(page.get_by_role("heading", name="Acme Corporation")).to_be_visible()
    figures = page.get_by_role("tabpanel")
    await expect(figures).to_contain_text("€1,250.00")
    await expect(figures).to_contain_text("€300.00 more once new services enter billing")
    await expect(page.get_by_role("region", name="Services")).to_contain_text("8Running")
    await expect(page.get_by_role("region", name="Contracts")).to_contain_text("2Active")
    invoices = page.get_by_role("region", name="Invoices")
    await expect(invoices).to_contain_text("Total possible revenue€2,158.88")
    await expect(invoices).to_contain_text("Total issuable remaining€1,977.38")
    await expect(page.get_by_role("region", name="Details")).to_contain_text("Alice Brandt, admin@acmecorp.example")
    await expect(page.get_by_text("You are Admin here")).to_be_visible()
    await expect(page.get_by_role("button", name="Manage users")).to_be_visible()
    await check_looks(page)


@pytest.mark.row("S1.6", "S1.33", "S1.34")
async def test_support_finds_locks_that_say_whom_to_ask_in_the_place_of_all_money(page: Page, story: Server) -> None:
    await visit(page, story, SUPPORT, await address_of(story, "Acme Corporation"))
    why = "Ask an admin of Brightline Partners for another role on this customer."
    panel = page.get_by_role("tabpanel")
    await expect(panel.get_by_role("img", name="Withheld")).to_have_count(6)
    lock = panel.get_by_role("img", name="Withheld").first
    await lock.focus()
    await expect(page.get_by_role("tooltip")).to_contain_text(why)
    for part in ("Contracts", "Invoices", "Recent activity"):
        await expect(page.get_by_role("region", name=part)).to_contain_text(why)
    await expect(page.get_by_role("main")).not_to_contain_text("€")
    await expect(page.get_by_role("button", name="Manage users")).to_have_count(0)
    for tab in ("Contracts", "Invoices", "Activity"):
        await open_tab(page, tab)
        await expect(page.get_by_role("note", name="Withheld")).to_contain_text(why)


@pytest.mark.row("S1.35", "S1.6")
async def test_a_regular_user_sees_the_money_of_one_customer_and_locks_at_the_one_held_as_support(page: Page, story: Server) -> None:
    await visit(page, story, REGULAR, await address_of(story, "Acme Corporation"))
    await expect(page.get_by_role("tabpanel")).to_contain_text("€1,250.00")
    await expect(page.get_by_text("You are Regular here")).to_be_visible()
    await page.goto(story.url + await address_of(story, "Global Enterprises"))
    await expect(page.get_by_text("You are Support here")).to_be_visible()
    await expect(page.get_by_role("main")).not_to_contain_text("€")


@pytest.mark.row("S1.4", "S2.9")
async def test_a_customer_that_is_hidden_and_none_look_the_same(page: Page, story: Server) -> None:
    hidden = await address_of(story, "Delta Retail")
    await visit(page, story, ADMIN, hidden)
    for address in (hidden, "/customers/cus_1"):
        await page.goto(story.url + address)
        await expect(page.get_by_role("heading", name="There is no such customer")).to_be_visible()
        await expect(page.get_by_role("main")).not_to_contain_text("Delta")


@pytest.mark.row("S2.33", "S2.36", "S2.37")
async def test_every_contract_is_listed_and_opens_at_an_address_of_its_own(page: Page, story: Server) -> None:
    await visit(page, story, ADMIN, await address_of(story, "Acme Corporation", "/contracts"))
    table = page.get_by_role("table", name="Contracts")
    await expect(table.get_by_role("row")).to_have_count(5)
    await expect(table.get_by_role("row", name="Cloud access")).to_contain_text("€9,600.00")
    await page.get_by_role("link", name="Connectivity framework").click()
    drawer = page.get_by_role("dialog")
    await expect(drawer).to_contain_text("€36,000.00")
    await expect(drawer).to_contain_text("BRL-C-0101")
    assert "/contracts/con_" in page.url
    await page.wait_for_timeout(300)  # the drawer glides in, and half transparent text has half its contrast
    await check_looks(page)
    await page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)


@pytest.mark.row("S2.41", "S2.44", "S1.31")
async def test_invoices_are_filtered_by_period_with_their_totals_and_issued_ones_as_pdf(page: Page, story: Server) -> None:
    await visit(page, story, ADMIN, await address_of(story, "Acme Corporation", "/invoices"))
    table = page.get_by_role("table", name="Invoices of Acme Corporation")
    await expect(table.get_by_role("row")).to_have_count(9)
    month = (await page.get_by_label("Billing period").locator("option").nth(1).text_content()) or ""
    await page.get_by_label("Billing period").select_option(month)
    await expect(table.get_by_role("row")).to_have_count(5)
    await expect(page.get_by_role("region", name=f"Totals of {month}")).to_contain_text("€2,158.88")
    await expect(table.get_by_role("button", name="as PDF")).to_have_count(1)
    await check_looks(page)
    async with page.expect_download() as download:
        await table.get_by_role("button", name="as PDF").click()
    assert (await (await download.value).path()).read_bytes()[:5] == b"%PDF-"


@pytest.mark.row("S2.38")
async def test_the_customer_itself_sees_what_was_issued_to_it_and_reviews_nothing(page: Page, story: Server) -> None:
    await visit(page, story, ACME_ADMIN, await address_of(story, "Acme Corporation", "/invoices"))
    table = page.get_by_role("table", name="Invoices of Acme Corporation")
    await expect(table.get_by_role("row")).to_have_count(6)
    await expect(table).not_to_contain_text("Proforma")
    await table.get_by_role("link").first.click()
    await expect(page.get_by_role("dialog")).to_contain_text("Subtotal")
    await expect(page.get_by_role("dialog").get_by_role("button", name="Issue")).to_have_count(0)


@pytest.mark.row("S2.38", "S2.5")
async def test_sales_see_a_customer_and_are_told_where_its_invoices_are(page: Page, story: Server) -> None:
    await visit(page, story, SALES, await address_of(story, "Acme Corporation"))
    await expect(page.get_by_role("tabpanel")).to_contain_text("€1,250.00")
    await expect(page.get_by_role("region", name="Invoices")).to_contain_text("Switch into the tenant that issues the invoices")
    await open_tab(page, "Services")
    await expect(page.get_by_role("note", name="Ordering is not open to you")).to_contain_text("Ask an admin of Harbor Distribution")
    await expect(page.get_by_role("button", name="Order services")).to_have_count(0)
    await open_tab(page, "Contacts")
    await expect(page.get_by_role("table", name="Contacts")).to_contain_text("noc@acmecorp.example")
    await expect(page.get_by_role("button", name="Add a contact")).to_have_count(0)
    await expect(page.get_by_role("region", name="Notifications")).to_contain_text("Ask an admin of Harbor Distribution")


@pytest.mark.row("S1.32", "S1.33")
async def test_support_may_diagnose_and_is_told_once_what_it_may_not(page: Page, story: Server) -> None:
    await visit(page, story, SUPPORT, await address_of(story, "Acme Corporation", "/services"))
    table = page.get_by_role("table", name="Services")
    await expect(table.get_by_role("row")).to_have_count(9)
    await expect(table.get_by_role("img", name="Withheld")).to_have_count(8)
    await expect(page.get_by_role("note", name="Ordering is not open to you")).to_contain_text("Support may not do this")
    await page.get_by_role("button", name="Actions for Amsterdam AMS1").click()
    await expect(page.get_by_role("menuitem", name="Diagnose", exact=True)).to_be_visible()
    refused = page.get_by_role("menuitem", disabled=True)
    await expect(refused).to_have_count(1)
    await expect(refused).to_contain_text("Upgrade, Change, Remove")
    await expect(refused).to_contain_text("Ask an admin of Brightline Partners")
    await page.wait_for_timeout(300)
    await check_looks(page)


@pytest.mark.row("S2.24", "S2.25", "S2.26")
async def test_the_ring_opens_the_tasks_and_says_what_a_blocked_one_waits_for(page: Page, story: Server) -> None:
    await visit(page, story, ADMIN, await address_of(story, "Global Enterprises"))
    await page.get_by_role("button", name="Onboarding of Global Enterprises: 60%").click()
    popup = page.get_by_role("dialog", name="Onboarding")
    await expect(popup).to_contain_text("3 of 5 required tasks done")
    await expect(popup.get_by_role("listitem").filter(has_text="Blocked")).to_contain_text("Waits for: Complete the company profile")
    await expect(popup.get_by_role("listitem").filter(has_text="Blocked").get_by_role("button")).to_have_count(0)
    await page.wait_for_timeout(300)
    await check_looks(page)
    await page.keyboard.press("Escape")
    await expect(popup).to_have_count(0)


@pytest.mark.row("S2.29", "S2.31")
async def test_source_data_open_with_the_feeds_that_failed(page: Page, story: Server) -> None:
    await visit(page, story, ADMIN, await address_of(story, "Straße & Söhne GmbH"))
    await page.get_by_role("button", name="Source data of Straße & Söhne GmbH: Failed").click()
    popup = page.get_by_role("dialog", name="Source data")
    await expect(popup).to_contain_text("access denied")


@pytest.mark.row("S1.29")
async def test_the_customers_people_are_listed_and_invited_by_its_admin_and_not_by_regular(page: Page, story: Server) -> None:
    address = await address_of(story, "Acme Corporation", "/users")
    await visit(page, story, ACME_ADMIN, address)
    await expect(page.get_by_role("row").filter(has_text="admin@acmecorp.example")).to_contain_text("Alice Brandt")
    await page.get_by_role("button", name="Invite a person").click()
    await expect(page.get_by_role("dialog", name="Invite a person into Acme Corporation").get_by_label("E-mail")).to_be_visible()
    await leave(page)
    await visit(page, story, REGULAR, address)
    await expect(page.get_by_role("row").filter(has_text="admin@acmecorp.example")).to_be_visible()
    await expect(page.get_by_role("button", name="Invite a person")).to_have_count(0)


async def test_the_page_speaks_german_and_writes_money_and_months_so(page: Page, story: Server) -> None:
    await page.add_init_script("localStorage.setItem('tenantry.language', 'de')")
    await visit(page, story, ADMIN, await address_of(story, "Acme Corporation"), named="Konto von ")
    await expect(page.get_by_role("tabpanel")).to_contain_text("1.250,00 €")
    await expect(page.get_by_role("tab", name="Verträge")).to_be_visible()
    await expect(page.get_by_role("main")).not_to_contain_text("Contracts")
