"""The portal at a server that answers no documents but those of the portal's own list."""

import orjson
import pytest
from playwright.async_api import Page, Request, expect

from tests.client import PASSWORD, SIGN_IN, Person
from tests.conftest import Serve
from tests.portal.test_customers import line, names
from tests.servers import ROOT

LISTED = ROOT / "portal" / "dist" / "persisted-documents.json"


@pytest.mark.row("B.29")
async def test_every_operation_is_named_by_its_hash_and_none_is_sent(page: Page, serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> None:
    server = await serve(f"sqlite://{tmp_path_factory.mktemp('listed') / 'tenantry.sqlite'}", TENANTRY_TRUSTED_DOCUMENTS=str(LISTED))
    asked: list[dict[str, object]] = []

    def note(sent: Request) -> None:
        if sent.url.endswith("/graphql") and sent.post_data:
            asked.append(orjson.loads(sent.post_data))

    page.on("request", note)
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: asked.append(orjson.loads(frame).get("payload", {}))))
    await page.goto(f"{server.url}/")
    await page.get_by_label("E-mail").fill("admin@brightline.example")
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(line(page, "Acme Corporation")).to_contain_text("€1,250.00")
    await page.get_by_role("button", name="Pin Acme Corporation").click()
    await expect(page.get_by_role("navigation", name="Pinned customers")).to_be_visible()
    await page.get_by_role("link", name="Details of Acme Corporation").click()
    await page.get_by_role("tab", name="Services").click()
    await expect(page.get_by_role("table", name="Services").get_by_role("row")).to_have_count(9)
    await page.get_by_role("button", name="Enter the portal of Acme Corporation").click()
    await page.get_by_role("button", name="Back to Brightline Partners").click()
    await expect(page.get_by_role("region", name="Acting in another tenant")).to_have_count(0)
    await page.get_by_role("link", name="Customers").first.click()
    await expect(names(page)).to_have_count(5)
    operations = [each for each in asked if "documentId" in each or "query" in each]
    assert len(operations) > 10 and all(str(each.get("documentId")).startswith("sha256:") for each in operations)
    assert not any(each.get("query") for each in operations), "Nothing is sent that could be named."
    own = await Person(server).ask(SIGN_IN, {"input": {"email": "admin@brightline.example", "password": PASSWORD}})
    assert own["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
