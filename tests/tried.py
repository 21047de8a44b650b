"""`pytest --cases=1-132` runs the tests of those cases of the catalogue alone, and ends with one table of them."""

from __future__ import annotations

import pytest
from _pytest.terminal import TerminalReporter

from tests.catalogue import ABSENT, CASES, SECTIONS


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cases", help="run the tests of these cases of tests/catalogue.py alone: 5 or 35-59 or 1-34,57")


def asked(config: pytest.Config) -> set[int]:
    """The cases asked for, none where the option was not given."""
    found: set[int] = set()
    for part in (config.getoption("cases") or "").split(",") if config.getoption("cases") else []:
        first, _, last = part.partition("-")
        found |= {*range(int(first), int(last or first) + 1)}
    return found


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        # properties are what a worker of a parallel run tells of a test besides its outcome
        item.user_properties += [("case", n) for mark in item.iter_markers("case") for n in mark.args]
    if wanted := asked(config):
        chosen = [item for item in items if wanted & cases_of(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen


def cases_of(tried: pytest.Item | pytest.TestReport) -> set[int]:
    return {n for name, n in tried.user_properties if name == "case"}  # type: ignore[misc]


def counted(reporter: TerminalReporter) -> dict[int, tuple[int, int]]:
    """For each case how many tests tried it, and in how many it was held."""
    reports = {outcome: [r for r in reporter.stats.get(outcome, ()) if isinstance(r, pytest.TestReport)]
               for outcome in ("passed", "failed", "error")}
    broken = {r.nodeid for outcome in ("failed", "error") for r in reports[outcome]}
    of = {r.nodeid: cases_of(r) for found in reports.values() for r in found}
    return {n: (sum(n in cases for cases in of.values()), sum(n in cases for test, cases in of.items() if test not in broken))
            for n in CASES}


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    if not (wanted := asked(config)):
        return
    found, write = counted(terminalreporter), terminalreporter.write_line
    write("")
    write(f"{'case':>4}  {'':60} {'tried':>6} {'held':>6}")
    for section, numbers in SECTIONS.items():
        here = [n for n in numbers if n in wanted and n not in ABSENT]
        if here:
            write(section, bold=True)
        for n in here:
            tried, held = found[n]
            write(f"{n:>4}  {CASES[n]:60} {tried:>6} {held:>6}", **({} if tried and tried == held else {"red": True}))
    absent = [n for n in ABSENT if n in wanted]
    if absent:
        write("Not tried, because the product has no such surface", bold=True)
    for n in absent:
        write(f"{n:>4}  {CASES[n]}: {ABSENT[n]}")
    of = sorted(wanted - ABSENT.keys())
    write(f"{len(of)} cases, {sum(0 < found[n][0] == found[n][1] for n in of if n in found)} held; {len(absent)} absent.")
