"""What GraphiQL's page has for whoever learns the API: examples, other tenants, live events, and what is told of an answer."""

import asyncio

import pytest
from playwright.async_api import Locator, Page, expect

from models.events import EventKind
from server.portfolio.story import tenant_id
from tests.api.test_links import ACME
from tests.api.test_subscriptions import customer
from tests.client import Person
from tests.edge.test_graphiql import PARSED, open_graphiql
from tests.live import SOON, figure, happen, reached
from tests.portal.portals import AXE
from tests.servers import Server

# A page is the same whatever the database. GraphiQL's editor complains of what it gave up when its page goes away.
pytestmark = [pytest.mark.parametrize("server", ["sqlite"], indirect=True), pytest.mark.console("Canceled")]

OPEN = "tenantry_subscriptions_open"
#: What axe-core finds in GraphiQL itself: the rule, and the part of the page that has it.
THEIRS = {
    "color-contrast": ".monaco-editor",
    "nested-interactive": ".graphiql-tab",
    "label": ".graphiql-explorer-root",
    "select-name": ".graphiql-explorer-root",
}
FINDINGS = """theirs => axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => violations.flatMap(
  ({id, nodes}) => nodes.filter(({target}) => document.querySelector(target[0])?.closest(theirs[id] ?? "nothing") === null)
    .map(({html, failureSummary}) => `${id}: ${html} ${failureSummary}`)))"""


async def begin(page: Page, server: Server, email: str) -> None:
    await open_graphiql(page, server)
    await page.get_by_role("button", name=f"Sign in as {email}").click()
    await expect(page.get_by_role("status")).to_be_visible()


async def run(page: Page, example: str | None = None) -> None:
    if example:
        await page.get_by_role("button", name=example).click()
    await page.wait_for_timeout(PARSED)
    await page.get_by_role("button", name="Execute query").click()


def told(page: Page, label: str) -> Locator:
    return page.get_by_label("About the answer").get_by_role("button", name=label)


@pytest.mark.row("B.29")
async def test_support_is_told_what_of_an_example_was_withheld_whom_to_ask_what_it_cost_and_how_it_came_about(
    page: Page, server: Server
) -> None:
    await begin(page, server, "support@brightline.example")
    await expect(page.get_by_label("Examples").get_by_text("You", exact=True)).to_be_visible()
    await run(page, "A customer without its money")
    await expect(page.locator(".result-window")).to_contain_text("Acme Corporation")
    await told(page, "4 withheld").click()
    panel = page.get_by_role("region", name="What was withheld")
    await expect(panel.get_by_role("row", name="customer.contracts")).to_contain_text(
        "Ask an administrator of Brightline Partners for a role that includes CONTRACT_VIEW.")
    await expect(panel.get_by_role("row", name="customer.mrr")).to_contain_text("SUPPORT, which never sees it")

    await told(page, "Cost").click()
    panel = page.get_by_role("region", name="What it cost")
    await expect(panel).to_contain_text("Left of it")
    await expect(panel.get_by_role("row", name="customer.services")).to_be_visible()

    await told(page, "Explain").click()
    await page.get_by_label("Explain queries").check()
    panel = page.get_by_role("region", name="How it came about")
    await expect(panel.get_by_text("The database")).to_be_visible()
    await expect(panel.locator("pre")).to_contain_text("from customer")
    await expect(panel.get_by_role("row", name="customer.mrr")).to_contain_text("FINANCIALS_VIEW")
    await expect(panel.get_by_role("heading", name="Parameters")).to_be_visible()
    await expect(page.locator(".result-window")).not_to_contain_text("select")
    await told(page, "Explained").click()
    await expect(panel).to_be_hidden()


@pytest.mark.row("B.29", "S1.38", "S2.46")
async def test_an_admin_acts_in_a_tenant_that_they_search_for_and_comes_back_in_one_click(page: Page, server: Server) -> None:
    await begin(page, server, "admin@harbor.example")
    named: list[str | None] = []
    page.on("request", lambda sent: named.append(sent.headers.get("x-tenantry-tenant"))
            if "query Customers {" in (sent.post_data or "") else None)
    search = page.get_by_role("combobox", name="Act in another tenant")
    await search.fill("glob")
    await expect(page.get_by_role("option")).to_have_text(["Global EnterprisesBrightline Partners"])
    await search.press("Enter")
    bar = page.get_by_role("banner")
    await expect(bar.get_by_text("Acting", exact=True)).to_be_visible()
    await expect(bar.get_by_role("status")).to_contain_text("ADMIN at Global Enterprises")
    assert "Acting in Global Enterprises" in await page.title()
    await run(page, "One list, two roles")
    answer = page.locator(".result-window")
    await expect(answer).to_contain_text('"totalCount": 1')
    await search.click()
    await expect(page.get_by_text("There is nothing to enter from Global Enterprises.")).to_be_visible()
    await search.press("Escape")

    await bar.get_by_role("button", name="Back to Harbor Distribution").click()
    await expect(bar.get_by_role("status")).to_contain_text("ADMIN at Harbor Distribution")
    await expect(answer).not_to_contain_text("totalCount")
    await run(page)
    await expect(answer).to_contain_text("Acme Corporation")
    assert named == [f"ten_{tenant_id('global')}", f"ten_{tenant_id('harbor')}"]


@pytest.mark.row("B.29")
async def test_an_event_arrives_while_one_listens_and_signing_out_ends_that(page: Page, server: Server) -> None:
    acme, before = await customer(Person(server, "admin@brightline.example"), ACME), await figure(server, OPEN)
    await begin(page, server, "admin@brightline.example")
    await run(page, "Hear of changes as they happen")
    await reached(server, OPEN, before + 1)
    await happen(server, EventKind.UPDATED, acme)
    await expect(page.locator(".result-window")).to_contain_text(ACME, timeout=SOON * 1000)
    await expect(page.locator(".result-window")).to_contain_text("UPDATED")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("E-mail")).to_be_visible()
    async with asyncio.timeout(SOON):
        while await figure(server, OPEN) > before:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_the_page_has_no_finding_but_graphiqls_own_and_the_explorer_puts_a_query_together(
    page: Page, server: Server
) -> None:
    await begin(page, server, "regular@brightline.example")
    await run(page, "One list, two roles")
    await told(page, "1 withheld").click()
    await page.evaluate(AXE.read_text())
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        assert await page.evaluate(FINDINGS, THEIRS) == []
    await page.get_by_role("button", name="Show GraphiQL Explorer").click()
    await page.locator(".graphiql-explorer-root").get_by_text("isPinned", exact=True).click()
    await expect(page.get_by_label("Operation Editor")).to_contain_text("isPinned")
    await page.get_by_role("combobox", name="Act in another tenant").click()
    await expect(page.get_by_role("option", name="Acme Corporation")).to_be_visible()
    assert await page.evaluate(FINDINGS, THEIRS) == []
