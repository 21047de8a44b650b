"""Entering a customer's portal from the page and coming back, and what happens when the right to be there ends."""

import pytest
from playwright.async_api import Page, expect

from models import AccessGrant, User
from models.access import GrantSource
from tests.client import Person, sign_in
from tests.portal.portals import check_looks, visit
from tests.portal.test_customers import names
from tests.servers import Server
from tests.shop import Place, Shop, open_shop
from tests.stored import connected

# A page is the same whatever the database.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
UNLINK = "mutation($id: ID!) { unlinkUser(input: {grantId: $id}) { userErrors { code } } }"


@pytest.mark.row("S1.38", "S2.45", "S2.48", "S2.50")
async def test_an_admin_looks_a_customer_up_enters_it_and_comes_back_to_where_they_were(page: Page, server: Server) -> None:
    shop = await open_shop(server)
    place = await shop.customer()
    await visit(page, server, shop.people["admin"], "/account")
    await page.get_by_role("button", name="Switch tenant, now in").click()
    dialog = page.get_by_role("dialog", name="Switch tenant")
    await dialog.get_by_role("textbox").fill(place.name.upper())
    await expect(dialog.get_by_role("option", name=place.name)).to_be_visible()
    await expect(dialog.get_by_role("option", name=place.name)).to_have_attribute("data-combobox-selected", "true")
    await check_looks(page)
    await page.keyboard.press("Enter")
    banner = page.get_by_role("region", name="Acting in another tenant")
    await expect(banner).to_contain_text(f"You are acting in {place.name} as Admin")
    await expect(page.get_by_role("heading", name=place.name)).to_be_visible()
    assert page.url == f"{server.url}/customers/{place.id}"
    assert await page.title() == f"{place.name} (acting) - Tenantry"
    await banner.get_by_role("button", name=f"Back to {shop.name}").click()
    await expect(page.get_by_role("heading", name="Account")).to_be_visible()
    await expect(banner).to_have_count(0)
    assert page.url == f"{server.url}/account"
    await page.get_by_role("button", name="Account of").click()
    await page.get_by_role("menuitem", name="Switch tenant").click()
    await expect(dialog.get_by_role("group", name="Recent").get_by_role("option", name=place.name)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


@pytest.mark.row("S2.46", "S2.47")
async def test_sales_have_no_switcher_and_see_where_they_stand(page: Page, server: Server) -> None:
    shop = await open_shop(server)
    place = await shop.customer()
    await visit(page, server, shop.people["sales"], f"/customers/{place.id}")
    await expect(page.get_by_role("heading", name=place.name)).to_be_visible()
    await expect(page.get_by_role("banner").get_by_text(shop.name)).to_be_visible()
    await expect(page.get_by_role("button", name="Switch tenant")).to_have_count(0)
    await page.get_by_role("button", name="Account of").click()
    await expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    await expect(page.get_by_role("menuitem", name="Switch tenant")).to_have_count(0)


@pytest.mark.row("S1.40")
@pytest.mark.console("409")
async def test_a_window_that_another_one_left_behind_says_so_and_loads_anew(page: Page, server: Server) -> None:
    shop = await open_shop(server)
    place = await shop.customer()
    await visit(page, server, shop.people["admin"], f"/customers/{place.id}")
    other = await page.context.new_page()
    await other.goto(f"{server.url}/customers/{place.id}")
    await other.get_by_role("button", name=f"Enter the portal of {place.name}").click()
    await expect(other.get_by_role("region", name="Acting in another tenant")).to_be_visible()
    # the first window still shows the reseller, whose name its next request tells
    await page.get_by_role("tab", name="Services").click()
    await expect(page.get_by_role("region", name="Acting in another tenant")).to_contain_text(place.name)
    await other.close()


@pytest.mark.row("S1.37")
@pytest.mark.console("401", "409")
async def test_whoever_is_unlinked_while_acting_is_told_at_once_and_sees_no_more(page: Page, server: Server) -> None:
    shop = await open_shop(server)
    place = await shop.customer()
    await visit(page, server, shop.people["regular"], f"/customers/{place.id}")
    await page.get_by_role("button", name="Switch tenant, now in").click()
    await page.get_by_role("dialog").get_by_role("option", name=place.name).click()
    await expect(page.get_by_role("region", name="Acting in another tenant")).to_contain_text("as Regular")
    await unlink(shop, place, "regular")
    await expect(page.get_by_role("alert")).to_contain_text(f"Your stay in {place.name} has ended")
    await expect(page.get_by_role("heading", name=place.name)).to_have_count(0)
    await check_looks(page)


@pytest.mark.row("S1.37")
async def test_a_page_that_one_may_not_see_any_more_goes_away_by_itself(page: Page, server: Server) -> None:
    shop = await open_shop(server)
    place, other = await shop.customer(), await shop.customer()
    await visit(page, server, shop.people["support"], f"/customers/{place.id}")
    await expect(page.get_by_role("heading", name=place.name)).to_be_visible()
    listed = await page.context.new_page()
    await listed.goto(f"{server.url}/customers")
    await expect(names(listed)).to_have_text([place.name, other.name])
    await page.wait_for_timeout(1000)  # until the pages listen
    await unlink(shop, place, "support")
    await expect(page.get_by_role("heading", name=place.name)).to_have_count(0)
    await expect(page.get_by_role("link", name="customers").last).to_be_visible()
    await expect(names(listed)).to_have_text([other.name])
    await listed.close()


async def unlink(shop: Shop, place: Place, who: str) -> None:
    async with connected(shop.server.database_url):
        user = await User.get(email=shop.people[who])
        link = await AccessGrant.get(user_id=user.id, tenant_id=place.key, source=GrantSource.LINKED.name, revoked_at=None)
    admin = Person(shop.server, token=await sign_in(shop.server, shop.people["admin"]))
    answer = await admin.ask(UNLINK, {"id": f"grt_{link.id}"})
    assert answer["data"]["unlinkUser"]["userErrors"] == []
