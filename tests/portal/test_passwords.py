"""Forgotten, first and changed passwords, in a browser."""

import pytest
from playwright.async_api import Page, expect

from models import User
from tests.api.test_passwords import NEXT, anew, is_in, opens
from tests.client import PASSWORD
from tests.inviting import links
from tests.portal.portals import check_looks, visit
from tests.servers import Server
from tests.shop import open_shop
from tests.stored import connected

# A page is the same whatever the database.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


@pytest.mark.row("S4.147")
@pytest.mark.case(65, 72)
async def test_whoever_forgot_their_password_gets_in_by_the_link_of_a_letter(page: Page, server: Server) -> None:
    email = (await open_shop(server)).people["regular"]
    await page.goto(f"{server.url}/")
    await page.get_by_role("link", name="Forgotten password?").click()
    asking = page.get_by_role("form", name="Forgotten password")
    await asking.get_by_label("E-mail").fill(email)
    await check_looks(page)
    await asking.get_by_role("button", name="Send link").click()
    await expect(asking.get_by_role("status")).to_contain_text(f"If somebody signs in as {email}")
    [link] = await links(server, email, what="reset")
    await page.goto(link)
    choosing = page.get_by_role("form", name="Choose a new password")
    await choosing.get_by_label("New password", exact=True).fill("short")
    await choosing.get_by_role("button", name="Save and sign in").click()
    await expect(choosing).to_contain_text("A password has at least 12 characters")
    await check_looks(page)
    await choosing.get_by_label("New password", exact=True).fill(NEXT)
    await choosing.get_by_role("button", name="Save and sign in").click()
    await expect(page.get_by_role("heading", name="Customers", exact=True)).to_be_visible()
    assert "reset=" not in page.url and await opens(server, email, NEXT)
    await page.goto(f"{server.url}/live")
    await page.goto(link)
    await choosing.get_by_label("New password", exact=True).fill(f"{NEXT} again")
    await choosing.get_by_role("button", name="Save and sign in").click()
    await expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()
    await page.get_by_role("link", name="Ask for another one").click()
    await expect(asking).to_be_visible()


@pytest.mark.row("S4.33")
@pytest.mark.case(65)
async def test_a_person_changes_their_password_and_stays_where_they_are_and_nowhere_else(page: Page, server: Server) -> None:
    email = (await open_shop(server)).people["readonly"]
    elsewhere = await anew(server, email)
    await page.add_init_script("localStorage.setItem('tenantry.language', 'de')")
    await visit(page, server, email, "/account", named="Konto von ")
    form = page.get_by_role("form", name="Passwort")
    await form.get_by_label("Jetziges Passwort", exact=True).fill("not my password")
    await form.get_by_label("Neues Passwort", exact=True).fill("short")
    await form.get_by_role("button", name="Passwort ändern").click()
    await expect(form).to_contain_text("Das ist nicht Ihr Passwort")
    await expect(form).to_contain_text("Ein Passwort hat mindestens 12 Zeichen")
    await form.get_by_label("Jetziges Passwort", exact=True).fill(PASSWORD)
    await form.get_by_label("Neues Passwort", exact=True).fill(NEXT)
    await form.get_by_role("button", name="Passwort ändern").click()
    await expect(form.get_by_role("status")).to_contain_text("Ihr Passwort ist geändert")
    await expect(page.get_by_role("region", name="Anmeldungen").get_by_role("listitem")).to_have_count(1)
    await page.wait_for_timeout(500)  # until what listened by the old token has heard that it is over
    await expect(form).to_be_visible()
    assert not await is_in(elsewhere)


@pytest.mark.row("S4.33")
async def test_whoever_has_a_password_of_somebody_elses_choosing_is_asked_for_their_own(page: Page, server: Server) -> None:
    email = (await open_shop(server)).people["support"]
    async with connected(server.database_url):
        await User.filter(email=email).update(must_change_password=True)
    await visit(page, server, email)
    form = page.get_by_role("form", name="Choose a password of your own")
    await expect(form).to_be_visible()
    await expect(page.get_by_role("heading", name="Customers", exact=True)).to_have_count(0)
    await check_looks(page)
    await form.get_by_label("Present password", exact=True).fill(PASSWORD)
    await form.get_by_label("New password", exact=True).fill(NEXT)
    await form.get_by_role("button", name="Change password").click()
    await expect(page.get_by_role("heading", name="Customers", exact=True)).to_be_visible()
