"""The walk of docs/tour.md, in a real browser. With TENANTRY_TOUR=FOLDER (`make tour`) it takes the page's pictures anew."""

import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.client import PASSWORD
from tests.portal.portals import visit
from tests.servers import ROOT, Server

# A page is the same whatever the database. GraphiQL's editor complains of what it gave up when its page goes away,
# and what the switcher still looks for as one switches is asked in the tenant that one has left.
pytestmark = [pytest.mark.parametrize("server", ["sqlite"], indirect=True), pytest.mark.console("Canceled", "409")]
SIZE = {"width": 1180, "height": 720}
SMALL = {"width": 360, "height": 640}
TOUR = os.environ.get("TENANTRY_TOUR")


async def picture(page: Page, name: str) -> None:
    """The page as it stands, once it has come to rest."""
    if TOUR:
        await page.mouse.move(0, 0)
        await page.wait_for_timeout(700)
        await page.screenshot(path=Path(TOUR) / f"{name}.png", animations="disabled", caret="hide")


async def as_admin(page: Page, server: Server) -> None:
    await visit(page, server, "admin@brightline.example", "/customers")
    await expect(page.get_by_role("main").get_by_text("€1,250.00").first).to_be_visible()
    await picture(page, "admin")
    await page.get_by_role("button", name=re.compile("users of Acme Corporation", re.I)).first.click()
    await expect(page.get_by_role("dialog").get_by_role("listitem").first).to_be_visible()
    await picture(page, "manage-users")


async def as_support(page: Page, server: Server) -> None:
    await visit(page, server, "support@brightline.example", "/customers")
    await expect(page.get_by_role("main").get_by_text("Acme Corporation").first).to_be_visible()
    await expect(page.get_by_role("img", name=re.compile("^Withheld: Not shown to Support")).first).to_be_visible()
    await expect(page.get_by_text("€1,250.00")).to_have_count(0)
    await picture(page, "support")


async def invoices_are_offered(page: Page, offered: bool) -> None:
    """Whether the list may have the column that only a reseller's has."""
    await page.get_by_role("button", name="Display").click()
    await expect(page.get_by_role("checkbox", name="Contracts")).to_be_visible()
    await expect(page.get_by_role("checkbox", name="Invoices")).to_have_count(1 if offered else 0)
    await page.keyboard.press("Escape")


async def acting(page: Page, server: Server) -> None:
    await visit(page, server, "admin@harbor.example", "/customers")
    await invoices_are_offered(page, False)
    await page.get_by_role("button", name="Switch tenant, now in").click()
    await page.get_by_role("dialog").get_by_role("textbox").fill("Brightline")
    await page.get_by_role("option", name="Brightline Partners").click()
    await expect(page.get_by_role("region", name="Acting in another tenant")).to_contain_text("You are acting in Brightline Partners")
    await expect(page.get_by_role("main").get_by_text("Acme Corporation").first).to_be_visible()
    await picture(page, "acting")
    await invoices_are_offered(page, True)
    await page.get_by_role("button", name="Back to Harbor Distribution").click()
    await expect(page.get_by_role("region", name="Acting in another tenant")).to_have_count(0)


async def customer(page: Page, server: Server) -> None:
    await visit(page, server, "admin@acmecorp.example", "/customers")
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    await page.get_by_role("main").get_by_role("link", name="Acme Corporation").first.click()
    await expect(page.get_by_role("heading", name="Acme Corporation")).to_be_visible()
    await expect(page.get_by_text("€1,250.00").first).to_be_visible()
    await picture(page, "customer")


async def graphiql(page: Page, server: Server) -> None:
    await page.goto(server.graphql)
    await page.get_by_label("E-mail").fill("regular@brightline.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("status").first).to_contain_text("Brightline Partners")
    await page.wait_for_timeout(700)
    await page.get_by_role("button", name="Execute query").click()
    await expect(page.locator(".result-window")).to_contain_text("Acme Corporation")
    await picture(page, "graphiql")


@pytest.mark.row("S2.11", "S2.38", "S2.49")
@pytest.mark.parametrize("stop", [as_admin, as_support, acting, customer, graphiql], ids=lambda stop: stop.__name__)
async def test_the_tour_is_as_it_is_told(page: Page, server: Server, stop: Callable[[Page, Server], Awaitable[None]]) -> None:
    await page.set_viewport_size(SIZE)  # type: ignore[arg-type]
    await stop(page, server)


def test_every_picture_of_the_tour_is_there_and_small(server: Server) -> None:
    named = re.findall(r"\]\((tour/\S+\.png)\)", (ROOT / "docs" / "tour.md").read_text())
    pictures = {f"tour/{file.name}": file.stat().st_size for file in (ROOT / "docs" / "tour").glob("*.png")}
    assert set(named) == set(pictures)
    assert all(0 < size < 200_000 for size in pictures.values()), pictures
