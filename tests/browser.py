"""A real Chromium, and a page that lets nothing pass: no console error, no policy violation, no other host."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

EXECUTABLE = Path(os.environ.get("TENANTRY_CHROMIUM", "/usr/bin/chromium"))
# No sandbox, because a container's root has none; the rest keeps Chromium from calling home.
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]
# Generous, because the machine is shared with the servers and the other workers.
expect.set_options(timeout=20_000)

REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`))"""


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests; without one the test fails, because a skipped browser test proves nothing."""
    if not EXECUTABLE.exists():
        pytest.fail(f"There is no Chromium at {EXECUTABLE}. Install it (on Debian: apt-get install "
                    "--no-install-recommends chromium) or name one in TENANTRY_CHROMIUM.", pytrace=False)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A page in a fresh context, which fails its test on anything that went wrong unseen.

    `pytest.mark.console("401")` lets console errors with that text pass, where the test means to cause them.
    """
    context = await browser.new_context()
    page = await context.new_page()
    wrong: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    context.on("request", lambda sent: asked.append(sent.url))
    await page.add_init_script(REPORT_VIOLATIONS)
    yield page
    await context.close()
    expected = [text for mark in request.node.iter_markers("console") for text in mark.args]
    wrong = [text for text in wrong if not any(part in text for part in expected)]
    assert not wrong, "\n".join(wrong)
    hosts = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme not in {"data", "blob"}}
    assert len(hosts) <= 1, f"The page asked {len(hosts)} hosts: {sorted(hosts)}"
