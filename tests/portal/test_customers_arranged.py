"""The customers page arranged as somebody likes it, and found so again: at a reseller of the test's own."""

import datetime as dt
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, Request, Route, expect

from models import Customer
from tests.portal.portals import check_looks, visit
from tests.portal.test_customers import line, names, searchbox
from tests.servers import Server
from tests.shop import Shop, open_shop
from tests.stored import connected

# A page is the same whatever the database.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


@pytest.fixture
async def shop(server: Server) -> Shop:
    """A reseller with three customers, of whom the first has ordered something and the others never did, for long."""
    shop = await open_shop(server)
    places = [await shop.customer() for _ in range(3)]
    async with connected(server.database_url):
        long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=40)
        await Customer.filter(id__in=[place.key for place in places]).update(accepted_at=long_ago)
    await shop.add(places[0], "Dedicated port 10G")
    return shop


async def names_in_order(shop: Shop) -> list[str]:
    answer = await shop.person("admin").ask("{ customers(first: 100) { nodes { name } } }")
    return [node["name"] for node in answer["data"]["customers"]["nodes"]]


@pytest.mark.row("S1.16", "S1.20", "S2.11", "S2.16", "S2.17", "S2.27", "S2.29", "S2.33", "S2.39", "S5.66")
async def test_what_an_admin_chooses_is_there_again_after_loading_anew(page: Page, server: Server, shop: Shop) -> None:
    first, *others = await names_in_order(shop)
    await visit(page, server, shop.people["admin"])
    await expect(names(page)).to_have_text([first, *others])

    await page.get_by_role("button", name="Display").click()
    for chosen, first_title in (("Onboarding and billing", "Admin"), ("Usage", "MRR")):
        await page.get_by_role("button", name=chosen, exact=True).click()
        await expect(page.get_by_role("columnheader").nth(1)).to_have_text(first_title)
    for column in ("Status", "Admin", "Source data", "Contracts", "Invoices"):
        await page.get_by_role("checkbox", name=column, exact=True).check()
    await page.get_by_role("checkbox", name="Cloud").uncheck()
    await page.get_by_role("button", name="Move Invoices earlier").click()
    await page.get_by_text("Compact").click()
    await check_looks(page)
    await page.keyboard.press("Escape")
    titles = ["Name", "MRR", "Ports", "VCs", "Last activity", "Last order", "Status", "Admin", "Source data", "Invoices",
              "Contracts", "Actions"]
    await expect(page.get_by_role("columnheader")).to_have_text(titles)

    await page.get_by_role("button", name=f"Pin {others[0]}").click()
    pins = page.get_by_role("navigation", name="Pinned customers")
    await expect(pins.get_by_role("link")).to_have_text([others[0]])

    await page.get_by_role("switch", name="Hide inactive").check()
    await expect(names(page)).to_have_text([first])
    await expect(page.get_by_role("switch", name="Hide inactive (2 hidden)")).to_be_checked()
    await expect(page.get_by_role("list", name="Criteria")).to_contain_text("Inactive ones hidden")
    await page.get_by_role("radiogroup", name="View").get_by_text("Tree").click()
    await expect(names(page)).to_have_text([shop.name, first])
    await expect(page.get_by_role("switch", name="Hide inactive (2 hidden)")).to_be_checked()
    await page.get_by_role("radiogroup", name="View").get_by_text("List").click()

    await page.reload()
    await expect(names(page)).to_have_text([first])
    await expect(page.get_by_role("columnheader")).to_have_text(titles)
    await expect(page.get_by_role("region", name="Customers", exact=True)).to_have_attribute("data-density", "COMPACT")
    await expect(pins.get_by_role("link")).to_have_text([others[0]])
    await check_looks(page)
    await page.get_by_role("button", name="Remove Inactive ones hidden").click()
    await expect(names(page)).to_have_text([first, *others])
    await page.get_by_role("button", name=f"Pin {others[0]}").click()
    await expect(pins).to_have_count(0)


@pytest.mark.row("S2.12", "S5.57")
async def test_a_filter_is_saved_under_a_name_applied_and_forgotten(page: Page, server: Server, shop: Shop) -> None:
    *_, last = await names_in_order(shop)
    await visit(page, server, shop.people["admin"])
    await page.get_by_role("button", name="Filter").click()
    await page.get_by_label("Name has").fill(last)
    await expect(names(page)).to_have_text([last])
    await page.keyboard.press("Escape")
    saved = page.get_by_role("button", name="Saved")
    await saved.click()
    await page.get_by_label("Save this filter as").fill("The last one")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("button", name="The last one", exact=True)).to_be_visible()
    await check_looks(page)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Clear all").click()
    await expect(names(page)).to_have_count(3)
    await saved.click()
    await page.get_by_role("button", name="The last one", exact=True).click()
    await expect(names(page)).to_have_text([last])
    await saved.click()
    await page.get_by_role("button", name="Delete The last one").click()
    await expect(page.get_by_text("No filter is saved yet.")).to_be_visible()


@pytest.mark.row("S2.18", "S5.69")
async def test_the_list_is_exported_as_it_stands_with_its_progress_and_a_link_that_works_once(
    page: Page, server: Server, shop: Shop
) -> None:
    first, *_ = await names_in_order(shop)
    await visit(page, server, shop.people["admin"])
    await searchbox(page).fill(first)
    await expect(names(page)).to_have_text([first])
    fetched: list[str] = []
    page.on("request", lambda sent: fetched.append(sent.url) if "/files/" in sent.url else None)
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Export").click()
        await page.get_by_role("menuitem", name="As CSV").click()
    file = await (await download.value).path()
    assert re.fullmatch(rf"\ufeff?Name,.*\r\n{first},.*\r\n", Path(file).read_bytes().decode())
    panel = page.get_by_role("region", name="Export")
    await expect(panel.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "100")
    await expect(panel).to_contain_text("1 line, downloaded")
    await check_looks(page)
    async with page.expect_download():
        await panel.get_by_role("button", name="Download again").click()
    assert len(set(fetched)) == 2, "Each download has a link of its own."
    async with server.http.get(fetched[0], headers={"Authorization": f"Bearer {await shop.person('admin').token()}"}) as again:
        assert again.status != 200


@pytest.mark.row("S2.5")
async def test_sales_is_offered_nothing_that_changes(page: Page, server: Server, shop: Shop) -> None:
    await visit(page, server, shop.people["sales"])
    first, *_ = await names_in_order(shop)
    await expect(line(page, first)).to_be_visible()
    for name in ("Invite customer", "Manage users of", "View "):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
    await page.get_by_role("button", name=f"More for {first}").click()
    items = page.get_by_role("menuitem")
    await expect(items.first).to_be_visible()
    for action in ("Add services", "Edit details", "Draw up a contract", "Invite a person"):
        await expect(items.filter(has_text=action)).to_be_disabled()


async def test_further_pages_follow_when_they_are_asked_for(page: Page, server: Server, shop: Shop) -> None:
    async def by_ones(route: Route) -> None:
        """As if a page held one line: the request is real, and so is the answer."""
        await route.continue_(post_data=re.sub(r'"first":50', '"first":1', _body(route.request)))

    in_order = await names_in_order(shop)
    await page.route("**/graphql", by_ones)
    await visit(page, server, shop.people["admin"])
    await page.wait_for_timeout(2500)  # until the page has heard of the shop's rights, which were made behind the server's back
    for shown in (1, 2):
        await expect(names(page)).to_have_text(in_order[:shown])
        await expect(page.get_by_text(f"{shown} shown")).to_be_visible()
        await page.get_by_role("button", name="Load more").click()
    await expect(names(page)).to_have_text(in_order)
    await expect(page.get_by_role("button", name="Load more")).to_have_count(0)
    await page.unroute_all(behavior="wait")


def _body(request: Request) -> str:
    return request.post_data or ""
