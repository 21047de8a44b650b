"""GraphiQL at GET /graphql, in a real browser."""

import pytest
from playwright.async_api import Page, expect

from tests.client import PASSWORD, Person
from tests.servers import Server

# A page is the same whatever the database. GraphiQL's editor complains of what it gave up when its page goes away.
pytestmark = [pytest.mark.parametrize("server", ["sqlite"], indirect=True), pytest.mark.console("Canceled")]

# GraphiQL parses what is typed with a delay, and runs what it parsed last.
PARSED = 700  # milliseconds


async def open_graphiql(page: Page, server: Server) -> None:
    await page.goto(server.graphql)
    await expect(page.get_by_role("button", name="Execute query")).to_be_visible()
    await page.wait_for_timeout(PARSED)


async def sign_in(page: Page, password: str) -> None:
    await page.get_by_label("E-mail").fill("regular@brightline.example")
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def test_a_browser_gets_graphiql_with_the_schema_and_nothing_from_elsewhere(page: Page, server: Server) -> None:
    await open_graphiql(page, server)
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    await expect(page.get_by_role("link", name="Query")).to_be_visible()


async def test_a_regular_user_signs_in_and_sees_the_customers_of_the_example_query(page: Page, server: Server) -> None:
    await open_graphiql(page, server)
    await sign_in(page, PASSWORD)
    await expect(page.get_by_role("status")).to_contain_text("REGULAR at Brightline Partners")
    await page.wait_for_timeout(PARSED)
    await page.get_by_role("button", name="Execute query").click()
    answer = page.locator(".result-window")
    await expect(answer).to_contain_text("Acme Corporation")
    cookies = await page.context.cookies()
    assert cookies
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in cookies)


async def test_signing_out_takes_the_last_answer_away(page: Page, server: Server) -> None:
    await open_graphiql(page, server)
    await sign_in(page, PASSWORD)
    await expect(page.get_by_role("status")).to_be_visible()
    await page.wait_for_timeout(PARSED)
    await page.get_by_role("button", name="Execute query").click()
    await expect(page.locator(".result-window")).to_contain_text("Acme Corporation")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("E-mail")).to_be_visible()
    await expect(page.locator(".result-window")).not_to_contain_text("Acme Corporation")


async def test_a_wrong_password_says_so_and_signs_nobody_in(page: Page, server: Server) -> None:
    await open_graphiql(page, server)
    await sign_in(page, "not the password")
    await expect(page.get_by_role("banner").get_by_role("alert")).not_to_be_empty()
    await expect(page.get_by_label("E-mail")).to_be_visible()
    await expect(page.get_by_role("status")).to_have_count(0)


@pytest.mark.console("401")
async def test_a_session_that_ended_elsewhere_brings_the_form_back(page: Page, server: Server) -> None:
    await open_graphiql(page, server)
    await sign_in(page, PASSWORD)
    await expect(page.get_by_role("status")).to_be_visible()
    await page.wait_for_timeout(PARSED)
    (cookie,) = await page.context.cookies()
    await Person(server, token=cookie["value"]).ask("mutation { signOut(input: {}) { done } }")
    await page.get_by_role("button", name="Execute query").click()
    await expect(page.locator(".result-window")).to_contain_text("UNAUTHENTICATED")
    await expect(page.get_by_label("E-mail")).to_be_visible()
    await sign_in(page, PASSWORD)
    await expect(page.get_by_role("status")).to_be_visible()
