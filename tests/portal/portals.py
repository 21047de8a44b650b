"""How a browser test of the portal begins: somebody signed in on one of its pages; and axe-core over what it shows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.async_api import Page, expect

from tests.client import Person
from tests.servers import ROOT, Server

AXE = ROOT / "portal" / "node_modules" / "axe-core" / "axe.min.js"
SMALL = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 800}


async def visit(page: Page, server: Server, email: str, address: str = "/", named: str | None = "Account of ") -> None:
    """Open an address of the portal as somebody of the story, without typing their password.

    Waits until they are greeted: by a menu called `named`, or not at all.
    """
    token = await Person(server, email).token()
    assert token
    await page.context.add_cookies([{"name": "tenantry_session", "value": token, "url": server.url, "httpOnly": True,
                                     "sameSite": "Lax"}])
    await page.add_init_script("localStorage.setItem('tenantry.signedIn', 'yes')")
    await page.goto(f"{server.url}{address}")
    if named:
        await expect(page.get_by_role("banner").get_by_role("button", name=named)).to_be_visible()


async def leave(page: Page) -> None:
    """Forget who was signed in: from a page without scripts, because the portal would ask once more and be refused."""
    await page.goto(urljoin(page.url, "/live"))
    await page.context.clear_cookies()


#: What floats above the page, such as a tooltip on its way out, stands in no landmark.
FLOATING = '<div data-portal="true"'


async def findings(page: Page, *but: str) -> Sequence[str]:
    """What axe-core finds wrong on the page as it stands, but for the rules named."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(Path(AXE).read_text())
    found: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{broken['id']}: {node['html']} {node['failureSummary']}"
            for broken in found["violations"] if broken["id"] not in but for node in broken["nodes"]
            if not (broken["id"] == "region" and node["html"].startswith(FLOATING))]


async def check_looks(page: Page) -> None:
    """No finding in light and in dark, and nothing wider than a small window."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await _passes(page)
    await page.set_viewport_size(SMALL)
    await page.wait_for_function(f"document.documentElement.scrollWidth <= {SMALL['width']}", timeout=5000)
    await _passes(page)
    await page.set_viewport_size(WIDE)
    await page.emulate_media(color_scheme="light")


async def _passes(page: Page) -> None:
    found = await findings(page)
    assert not found, "\n".join(found)
