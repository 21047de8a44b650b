"""Who may see a customer, inviting, accepting, and one's own account, in a browser."""

import pytest
from playwright.async_api import Page, expect

from tests.client import Person, sign_in
from tests.inviting import fresh, links
from tests.portal.portals import check_looks, leave, visit
from tests.servers import Server
from tests.shop import open_shop

# A page is the same whatever the database.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
ROLE = "query($id: ID!) { customer(id: $id) { viewerRole } }"


@pytest.mark.row("S1.23", "S1.24", "S1.25", "S1.26", "S1.27", "S1.37")
async def test_an_admin_links_a_person_as_support_changes_their_role_and_unlinks_them(page: Page, server: Server) -> None:
    shop = await open_shop(server)
    place, unlinked = await shop.customer(), shop.people["unlinked"]
    await visit(page, server, shop.people["admin"], f"/customers/{place.id}")
    await page.get_by_role("button", name="Manage users").click()
    panel = page.get_by_role("dialog", name=f"Manage users of {place.name}")
    await expect(panel.get_by_role("listitem")).to_have_count(3)
    await panel.get_by_role("combobox", name="Person").click()
    await expect(page.get_by_role("option")).to_have_count(2)  # Sales and one more: neither admins nor who is linked already
    await expect(page.get_by_role("option", name=shop.people["admin"])).to_have_count(0)
    await page.get_by_role("option", name=unlinked).click()
    await panel.get_by_role("button", name="Link user").click()
    row = panel.get_by_role("listitem").filter(has_text=unlinked)
    await expect(row.get_by_role("combobox")).to_have_value("Support")
    await check_looks(page)
    await row.get_by_role("combobox").click()
    await page.get_by_role("option", name="Regular").click()
    await expect(row.get_by_role("combobox")).to_have_value("Regular")
    assert (await shop.person("unlinked").ask(ROLE, {"id": place.id}))["data"]["customer"] == {"viewerRole": "REGULAR"}
    await row.get_by_role("button", name="Unlink").click()
    await expect(panel.get_by_role("status")).to_contain_text("is unlinked")
    assert (await shop.person("unlinked").ask(ROLE, {"id": place.id}))["data"] == {"customer": None}
    await panel.get_by_role("button", name="Undo").click()
    await expect(row.get_by_role("combobox")).to_have_value("Regular")


@pytest.mark.row("S1.29", "S1.48")
async def test_whoever_may_not_link_is_not_offered_it(page: Page, server: Server) -> None:
    shop = await open_shop(server)
    place = await shop.customer()
    await visit(page, server, shop.people["regular"], f"/customers/{place.id}")
    await expect(page.get_by_role("heading", name=place.name)).to_be_visible()
    await expect(page.get_by_role("button", name="Manage users")).to_have_count(0)
    await page.goto(f"{server.url}/customers")
    await expect(page.get_by_role("main").get_by_text(place.name)).to_be_visible()
    await expect(page.get_by_role("button", name="Invite")).to_have_count(0)


@pytest.mark.row("S1.1", "S1.2", "S1.3")
async def test_an_admin_invites_a_customer_whose_administrator_accepts_and_is_in(page: Page, server: Server) -> None:
    shop, email = await open_shop(server), fresh("newcomer")
    await visit(page, server, shop.people["admin"], "/customers")
    await page.get_by_role("button", name="Invite").first.click()
    dialog = page.get_by_role("dialog", name="Invite")
    await dialog.get_by_label("Company").fill("Juniper Ltd")
    await dialog.get_by_label("E-mail").fill(email)
    await dialog.get_by_label("Internet domain").fill("no domain")
    await dialog.get_by_role("button", name="Send invitation").click()
    await expect(dialog.get_by_label("Internet domain")).to_have_attribute("aria-invalid", "true")
    await check_looks(page)
    await dialog.get_by_label("Internet domain").fill("")
    await dialog.get_by_role("button", name="Send invitation").click()
    await expect(dialog.get_by_role("status")).to_contain_text(f"on its way to {email}")
    await dialog.get_by_role("tab", name="Waiting").click()
    await expect(dialog.get_by_role("listitem").filter(has_text=email)).to_contain_text("Juniper Ltd")

    [link] = await links(server, email)
    assert link.startswith(f"{server.url}/accept-invitation#invitation=")
    await leave(page)
    await page.evaluate("localStorage.clear()")
    await page.goto(f"{server.url}/live")  # left where it was, it would ask with the newcomer's cookie, and be told 409
    visitor = await page.context.new_page()
    await visitor.add_init_script("localStorage.clear()")
    await visitor.goto(link)
    form = visitor.get_by_role("form", name="Accept the invitation")
    await expect(form).to_contain_text(f"{shop.name} invites Juniper Ltd")
    await expect(form.get_by_label("You will sign in with")).to_have_value(email)
    await form.get_by_label("Given name").fill("June")
    await form.get_by_label("Family name").fill("Per")
    await form.get_by_label("Password", exact=True).fill("short")
    await form.get_by_role("button", name="Accept").click()
    await expect(form).to_contain_text("A password has at least 12 characters")
    await check_looks(visitor)
    await form.get_by_label("Password", exact=True).fill("correct horse battery")
    await form.get_by_role("button", name="Accept").click()
    await expect(visitor.get_by_role("button", name="Account of June Per")).to_be_visible()
    await expect(visitor.get_by_role("main").get_by_text("Juniper Ltd").first).to_be_visible()
    await visitor.close()


async def test_a_link_that_is_dead_or_not_whole_says_what_to_do(page: Page, server: Server) -> None:
    await page.goto(f"{server.url}/accept-invitation#invitation=no-such-token")
    await expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()
    await check_looks(page)
    await page.goto(f"{server.url}/accept-invitation")
    await page.reload()
    await expect(page.get_by_role("heading", name="The link is not whole")).to_be_visible()


async def test_a_person_changes_their_profile_and_signs_out_everywhere(page: Page, server: Server) -> None:
    shop = await open_shop(server)
    elsewhere = Person(server, token=await sign_in(server, shop.people["readonly"]))
    await visit(page, server, shop.people["readonly"], "/account")
    profile = page.get_by_role("region", name="Profile")
    await profile.get_by_label("Given name").fill("Ravi")
    await profile.get_by_role("combobox", name="Time zone").fill("Vienna")
    await page.get_by_role("option", name="Europe/Vienna").click()
    await profile.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name="Account of Ravi Lee")).to_be_visible()
    asked = await elsewhere.ask("{ viewer { user { firstName timeZone } } }")
    assert asked["data"]["viewer"]["user"] == {"firstName": "Ravi", "timeZone": "Europe/Vienna"}
    await expect(page.get_by_role("region", name="Notifications of").get_by_role("note")).to_be_visible()
    await expect(page.get_by_role("region", name="Sign-ins").get_by_role("listitem")).to_have_count(2)
    await check_looks(page)
    await page.get_by_role("button", name="Sign out everywhere").click()
    await page.get_by_role("button", name="Yes, sign out everywhere").click()
    await expect(page.get_by_role("form", name="Sign in")).to_be_visible()
    assert (await elsewhere.ask("{ viewer { user { id } } }"))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_an_admin_chooses_of_what_the_company_is_told(page: Page, server: Server) -> None:
    shop = await open_shop(server)
    await visit(page, server, shop.people["admin"], "/account")
    choice = page.get_by_role("switch", name="Details changed: Letter")
    await choice.check(force=True)
    await expect(choice).to_be_checked()
    query = "{ tenantTree { notificationPreferences { event email } } }"
    await expect(page.locator("tr[aria-busy=true]")).to_have_count(0)
    told = (await shop.person("admin").ask(query))["data"]["tenantTree"]["notificationPreferences"]
    assert {"event": "UPDATED", "email": True} in told


async def test_the_bell_counts_live_and_forgets_what_is_read(page: Page, server: Server) -> None:
    shop = await open_shop(server)
    place = await shop.customer()
    await visit(page, server, shop.people["admin"], "/account")
    bell = page.get_by_role("banner").get_by_role("button", name="Notifications")
    await expect(bell).to_have_accessible_name("Notifications, none unread")
    await page.wait_for_timeout(1000)  # until the page listens
    assert not (await shop.add(place, "Mail archive", by="regular"))["userErrors"]
    await expect(bell).to_have_accessible_name("Notifications, 1 unread")
    await bell.click()
    await expect(page.get_by_role("dialog").get_by_role("link", name=place.name)).to_be_visible()
    await check_looks(page)
    await page.get_by_role("button", name="Mark all as read").click()
    await expect(bell).to_have_accessible_name("Notifications, none unread")
