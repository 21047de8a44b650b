"""How soon the customer list is there: Chromium's own figures of a demo server that runs, as a table. `python -m tests.portal.paint URL`."""

import asyncio
import statistics
import sys

from playwright.async_api import Browser, Page, async_playwright

from tests.browser import EXECUTABLE, FLAGS
from tests.client import PASSWORD

VISITS = 7
WATCH = """
  window.seen = {lcp: 0, cls: 0, tbt: 0, list: 0};
  const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({type, buffered: true});
  watch("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
  watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
  watch("longtask", (entry) => { seen.tbt += Math.max(0, entry.duration - 50); });
  const look = () => {
    if (document.querySelector("tbody th a")) requestAnimationFrame(() => { seen.list = performance.now(); });
    else requestAnimationFrame(look);
  };
  look();
"""
TELL = """() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const sum = (some) => some.reduce((total, {transferSize}) => total + transferSize, 0) / 1000;
  const fcp = performance.getEntriesByName("first-contentful-paint")[0].startTime;
  return {...seen, fcp, kB: sum(all), js: sum(all.filter(({name}) => name.endsWith(".js"))), requests: all.length};
}"""
ROWS = {"fcp": "First contentful paint, ms", "lcp": "Largest contentful paint, ms", "list": "First row of the list painted, ms",
        "tbt": "Total blocking time, ms", "cls": "Cumulative layout shift", "kB": "Transferred, kB", "js": "of that JavaScript, kB",
        "requests": "Requests"}


async def visited(page: Page, url: str) -> dict[str, float]:
    await page.goto(f"{url}/customers")
    await page.wait_for_function("() => window.seen.list > 0")
    await page.wait_for_timeout(1000)
    found: dict[str, float] = await page.evaluate(TELL)
    return found


async def measured(browser: Browser, url: str, email: str) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Visits with nothing in the cache, and visits of somebody who was there before."""
    cold, warm = [], []
    for _ in range(VISITS):
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        page = await context.new_page()
        answer = await page.request.post(f"{url}/graphql", headers={"X-Tenantry-Client": "paint"}, data={
            "query": "mutation($input: SignInInput!) { signIn(input: $input) { token } }",
            "variables": {"input": {"email": email, "password": PASSWORD}}})
        assert (await answer.json())["data"]["signIn"]["token"]
        await page.add_init_script(f"localStorage.setItem('tenantry.signedIn', 'yes'); {WATCH}")
        cold.append(await visited(page, url))
        warm.append(await visited(page, url))
        await context.close()
    return cold, warm


async def main(url: str, email: str = "admin@brightline.example") -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        cold, warm = await measured(browser, url, email)
        await browser.close()
    lines = [f"| median of {VISITS} visits | first visit | later visits |", "|---|---:|---:|"]
    for key, title in ROWS.items():
        first, later = (statistics.median(visit[key] for visit in visits) for visits in (cold, warm))
        digits = 3 if key == "cls" else 0
        lines.append(f"| {title} | {first:.{digits}f} | {later:.{digits}f} |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
