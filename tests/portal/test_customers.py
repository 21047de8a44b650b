"""The customers page as the people of the story see it: columns, locks, tiers, searching; nothing is changed here."""

import re

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.portal.portals import check_looks, visit
from tests.servers import Server

# A page is the same whatever the database.
pytestmark = pytest.mark.parametrize("story", ["sqlite"], indirect=True)

ACME, GLOBAL = "Acme Corporation", "Global Enterprises"
OURS = [ACME, GLOBAL, "Quiet Harbour Ltd", "Sleepy but Paying Inc", "Straße & Söhne GmbH"]


def line(page: Page, name: str) -> Locator:
    """The customer's line of the table."""
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader").filter(has_text=name))


def names(page: Page) -> Locator:
    return page.get_by_role("rowheader").locator("a, span[title]")


def searchbox(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search customers")


@pytest.mark.row("S1.7", "S1.8", "S1.9", "S1.10", "S1.11", "S1.12", "S1.14", "S1.48", "S2.1", "S2.3", "S2.6", "S2.19", "S2.32")
async def test_an_admin_sees_the_six_columns_of_each_customer_and_what_they_may_do(page: Page, story: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.post_data or "") if sent.url.endswith("/graphql") else None)
    await visit(page, story, "admin@brightline.example")
    await expect(names(page)).to_have_text(OURS)
    assert len(asked) == 1, "The first paint takes one request."
    for title in ("Name", "MRR", "Ports", "VCs", "Cloud", "Last activity", "Last order"):
        await expect(page.get_by_role("columnheader", name=title, exact=True)).to_be_visible()
    acme = line(page, ACME).get_by_role("cell")
    assert (await acme.all_inner_texts())[:4] == ["€1,250.00", "3", "5", "2"]
    await expect(acme.nth(4)).to_have_text(re.compile(r"\d{4}, \d+:\d\d"))
    await expect(line(page, "Quiet Harbour Ltd").get_by_role("cell").nth(5)).to_have_text("–")
    await expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Customers")).to_be_visible()
    await expect(page.get_by_role("button", name="Invite customer")).to_be_visible()
    await expect(page.get_by_role("button", name=f"Manage users of {ACME}")).to_be_visible()
    await expect(page.get_by_role("button", name=f"View {ACME}")).to_be_visible()
    await expect(page.get_by_role("link", name=f"Details of {ACME}")).to_have_attribute("href", re.compile("/customers/cus_"))
    await expect(page.get_by_text("Harbor Distribution")).to_have_count(0)
    await line(page, ACME).get_by_label("€300.00 more once freshly provisioned services enter billing").focus()
    await expect(page.get_by_role("tooltip")).to_contain_text("€300.00 more")
    await page.get_by_role("button", name="MRR").click()
    await expect(names(page).first).to_have_text(ACME)
    await expect(page.get_by_role("columnheader", name="MRR")).to_have_attribute("aria-sort", "descending")
    await page.get_by_role("button", name="MRR").click()
    await expect(names(page).first).to_have_text("Quiet Harbour Ltd")
    await check_looks(page)


@pytest.mark.row("S1.4", "S1.6", "S1.34", "S1.35", "S2.5")
async def test_a_regular_user_sees_a_lock_with_its_reason_where_they_are_support(page: Page, story: Server) -> None:
    await visit(page, story, "regular@brightline.example")
    await expect(names(page)).to_have_text([ACME, GLOBAL])
    await expect(line(page, ACME)).to_contain_text("€1,250.00")
    locks = line(page, GLOBAL).get_by_role("img", name="Withheld: Not shown to Support.")
    await expect(locks).to_have_count(6)
    await expect(page.locator("body")).not_to_contain_text("980.50")
    await locks.first.focus()
    await expect(page.get_by_role("tooltip")).to_contain_text("Ask an admin of Brightline Partners")
    notices = page.get_by_role("list", name="About this list")
    await expect(notices).to_contain_text("customers that you are linked to")
    await expect(notices).to_contain_text("customers that you hold as Support")
    await expect(page.get_by_role("button", name="Invite customer")).to_have_count(0)
    await expect(page.get_by_role("button", name="Manage users of")).to_have_count(0)
    await page.get_by_role("button", name=f"More for {GLOBAL}").click()
    refused = page.get_by_role("menuitem", name="Add services")
    await expect(refused).to_be_disabled()
    await expect(refused).to_contain_text("Ask an admin of Brightline Partners")
    await page.keyboard.press("ArrowDown")
    await expect(refused).to_be_focused()
    await check_looks(page)
    await page.keyboard.press("Escape")
    await check_looks(page)


@pytest.mark.row("S1.4", "S1.5", "S1.21")
async def test_who_is_linked_to_nobody_is_told_what_to_do(page: Page, story: Server) -> None:
    """In the language of the person's profile."""
    await visit(page, story, "unlinked@brightline.example", named="Konto von ")
    await expect(page.get_by_role("heading", name="Keine Kunden zu sehen")).to_be_visible()
    await expect(page.get_by_text("Bitten Sie einen Administrator").first).to_be_visible()
    await check_looks(page)


@pytest.mark.row("S1.6", "S1.34")
async def test_support_reads_its_customer_in_german_without_any_figure(page: Page, story: Server) -> None:
    await page.add_init_script("localStorage.setItem('tenantry.language', 'de')")
    await visit(page, story, "support@brightline.example", named="Konto von ")
    await expect(page.get_by_role("heading", name="Kunden", exact=True)).to_be_visible()
    await expect(page.get_by_role("img", name="Nicht einsehbar: Für Support nicht sichtbar.")).to_have_count(6)
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await expect(page.get_by_role("main").get_by_role("status")).to_have_text("1 Kunde")
    for name in ("Kunden einladen", "Exportieren", "Benutzer von"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)


@pytest.mark.row("S2.4", "S2.5", "S2.7", "S2.13", "S2.14", "S2.15", "S2.38")
async def test_sales_of_a_distributor_sees_three_tiers_and_the_parents_of_each_match(page: Page, story: Server) -> None:
    await visit(page, story, "sales@harbor.example", "/?view=tree")
    await expect(names(page)).to_have_text([
        "Harbor Distribution", "Brightline Partners", *OURS, "Coastal IT", "Delta Retail", "Echo Health", "Echo Clinic North"])
    await expect(line(page, ACME)).to_contain_text("€1,250.00")
    await expect(page.get_by_role("button", name="Invite customer")).to_have_count(0)
    await expect(page.get_by_role("button", name="Manage users of")).to_have_count(0)
    await page.get_by_role("button", name="Fold Brightline Partners").click()
    await expect(names(page).filter(has_text=ACME)).to_have_count(0)
    await page.get_by_role("button", name="Unfold Brightline Partners").click()
    await searchbox(page).fill("acme")
    await expect(names(page)).to_have_text(["Harbor Distribution", "Brightline Partners", ACME])
    await expect(page.get_by_role("main").get_by_role("status")).to_have_text("1 customer")
    await expect(line(page, "Brightline Partners").get_by_role("rowheader")).to_contain_text("because of customers beneath it")
    await expect(searchbox(page)).to_be_focused()
    chips = page.get_by_role("list", name="Criteria")
    await chips.get_by_role("button", name="Remove Search").click()
    await expect(searchbox(page)).to_have_value("")
    await page.get_by_role("button", name="Filter").click()
    await page.get_by_role("group", name="Source data").get_by_text("Failed").click()
    await page.keyboard.press("Escape")
    await expect(chips).to_contain_text("Source data Failed")
    await expect(names(page)).to_have_text(["Harbor Distribution", "Brightline Partners", "Straße & Söhne GmbH"])
    await page.get_by_role("button", name="Display").click()
    await expect(page.get_by_role("checkbox", name="Contracts")).to_be_visible()
    await expect(page.get_by_role("checkbox", name="Invoices")).to_have_count(0)
    await page.keyboard.press("Escape")
    await check_looks(page)


@pytest.mark.row("S2.8", "S2.9", "S2.10", "S2.12")
async def test_a_reseller_sees_itself_and_its_customers_as_a_tree_and_nobody_else(page: Page, story: Server) -> None:
    await visit(page, story, "admin@brightline.example", "/?view=tree")
    await expect(names(page)).to_have_text(["Brightline Partners", *OURS])
    await searchbox(page).fill("delta retail")
    await expect(page.get_by_role("heading", name="No customer matches")).to_be_visible()
    await page.get_by_role("button", name="Clear all").last.click()
    await expect(names(page)).to_have_text(["Brightline Partners", *OURS])


@pytest.mark.row("S5.57")
async def test_an_answer_that_comes_late_does_not_replace_a_newer_one(page: Page, story: Server) -> None:
    async def slowly(route: Route) -> None:
        if '"search":"a"' in (route.request.post_data or "").replace(" ", ""):
            await page.wait_for_timeout(1500)
        await route.continue_()

    await visit(page, story, "admin@brightline.example")
    await page.route("**/graphql", slowly)
    await searchbox(page).press_sequentially("a")
    await page.wait_for_timeout(400)
    await searchbox(page).press_sequentially("cme")
    await expect(names(page)).to_have_text([ACME])
    await page.wait_for_timeout(1500)
    await expect(names(page)).to_have_text([ACME])
    await expect(searchbox(page)).to_have_value("acme")
    await page.unroute_all(behavior="wait")


@pytest.mark.row("S1.7", "S1.21", "S1.48", "S2.9", "S2.10", "S2.38", "S2.46")
async def test_a_customer_s_admin_sees_its_own_company_alone(page: Page, story: Server) -> None:
    await visit(page, story, "admin@acmecorp.example")
    await expect(names(page)).to_have_text([ACME])
    await expect(line(page, ACME)).to_contain_text("€1,250.00")
    for name in (f"View {ACME}", "Manage users of", "Invite customer", "Switch tenant"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
    await page.get_by_role("button", name=f"More for {ACME}").click()
    await expect(page.get_by_role("menuitem", name="Edit details", exact=True)).to_be_enabled()
    await expect(page.get_by_role("menuitem").filter(has_text="Draw up a contract")).to_be_disabled()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Display").click()
    await expect(page.get_by_role("checkbox", name="Invoices")).to_have_count(0)


async def test_the_list_is_found_searched_and_left_with_the_keyboard_alone(page: Page, story: Server) -> None:
    async def on(target: Locator) -> None:
        for _ in range(40):
            if await target.evaluate("node => node === document.activeElement"):
                return
            await page.keyboard.press("Tab")
        await expect(target).to_be_focused()

    await visit(page, story, "admin@brightline.example")
    await expect(names(page)).to_have_text(OURS)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    await page.keyboard.press("Enter")
    await on(searchbox(page))
    await page.keyboard.type("acme")
    await expect(names(page)).to_have_text([ACME])
    await on(page.get_by_role("button", name="Display"))
    await page.keyboard.press("Enter")
    menu = page.get_by_role("dialog", name="Display")
    await expect(menu.locator(":focus")).to_have_count(1)  # it hears Escape once the focus has moved into it
    await page.keyboard.press("Escape")
    await expect(menu).to_have_count(0)
    await expect(page.get_by_role("button", name="Display")).to_be_focused()
    await on(page.get_by_role("link", name=ACME, exact=True))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=ACME)).to_be_visible()
    await on(page.get_by_role("tab", name="Dashboard"))
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("table", name="Services").get_by_role("row")).to_have_count(9)


@pytest.mark.console("Failed to load resource", "ERR_FAILED")
async def test_a_read_that_fails_says_so_and_can_be_tried_again(page: Page, story: Server) -> None:
    await page.route("**/graphql", lambda route: route.abort())
    await visit(page, story, "admin@brightline.example", named=None)
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("The server cannot be reached")
    await check_looks(page)
    await page.unroute_all()
    told = {"errors": [{"message": "The server has more to do than it can.", "extensions": {"code": "OVERLOADED"}}]}
    await page.route("**/graphql", lambda route: route.fulfill(status=503, json=told))
    await alert.get_by_role("button", name="Try again").click()
    await expect(alert).to_contain_text("more to do than it can")
    await page.unroute_all()
    await alert.get_by_role("button", name="Try again").click()
    await expect(names(page)).to_have_text(OURS)
