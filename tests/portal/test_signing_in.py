"""The portal's door: signing in and out, and what stays."""

import pytest
from playwright.async_api import Page, expect

from tests.client import PASSWORD
from tests.portal.portals import check_looks, visit
from tests.servers import Server
from tests.shop import open_shop

# A page is the same whatever the database.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


async def test_an_admin_signs_in_after_a_wrong_password_and_out_again(page: Page, server: Server) -> None:
    await page.goto(f"{server.url}/")
    form = page.get_by_role("form", name="Sign in")
    await expect(form).to_be_visible()
    await check_looks(page)
    await form.get_by_label("E-mail").fill("admin@brightline.example")
    await form.get_by_label("Password", exact=True).fill("not the password")
    await form.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).not_to_be_empty()
    await form.get_by_label("Password", exact=True).fill(PASSWORD)
    await form.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Customers")).to_be_visible()
    await expect(page.get_by_text("Acme Corporation")).to_be_visible()
    await page.get_by_role("button", name="Account of").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(form).to_be_visible()
    await expect(page.get_by_text("Acme Corporation")).to_have_count(0)


async def test_what_the_server_says_is_wrong_is_said_in_the_reader_s_language(page: Page, server: Server) -> None:
    await page.add_init_script("localStorage.setItem('tenantry.language', 'de')")
    await page.goto(f"{server.url}/")
    form = page.get_by_role("form", name="Anmelden")
    await form.get_by_label("E-Mail").fill("nobody@brightline.example")
    await form.get_by_label("Passwort", exact=True).fill("not the password")
    await form.get_by_role("button", name="Anmelden").click()
    await expect(page.get_by_role("alert")).to_contain_text("E-Mail-Adresse oder Passwort stimmen nicht")
    shop = await open_shop(server)
    await visit(page, server, shop.people["admin"], named="Konto von ")
    await page.get_by_role("button", name="Kunden einladen").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Firma").fill("Juniper Ltd")
    await dialog.get_by_label("E-Mail").fill("rose@juniper.example")
    await dialog.get_by_label("Internet-Domain").fill("no domain")
    await dialog.get_by_role("button", name="Einladung senden").click()
    await expect(dialog).to_contain_text("Geben Sie eine Domain an")
