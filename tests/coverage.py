"""Which test shows which row of the inventory: read from the tests' own marks, written to docs/coverage.md.

    python -m tests.coverage
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "coverage.md"
#: How many rows each part of the inventory has.
ROWS = {"S1": 48, "S2": 50, "S3": 56, "S4": 163, "S5": 85, "B": 32}
#: What is said to be done: each of these needs a test.
CLAIMED = ("S1.1-48", "S2.1-50", "S4.33", "S4.41-42", "S4.84-88", "S4.143", "S4.147", "S5.53-55", "S5.57-61", "S5.63-67", "S5.69", "S5.83-84", "B.8-9", "B.12", "B.17", "B.20")

HEAD = """# What is shown by which test

Each row of the inventory that is done has a test which drives it through HTTP, as somebody who may and as somebody who may
not. This page is written by `python -m tests.coverage` from the marks of the tests; `make test` fails where it is out of date,
where a row that is claimed has no test, and where a mark names a row that there is not.

"""


def rows_of(ranges: tuple[str, ...]) -> list[str]:
    """("S1.1-3", "B.8") as S1.1, S1.2, S1.3, B.8."""
    found = []
    for part in ranges:
        seed, _, numbers = part.partition(".")
        first, _, last = numbers.partition("-")
        found += [f"{seed}.{n}" for n in range(int(first), int(last or first) + 1)]
    return found


def marks(mark: str) -> dict[Any, list[str]]:
    """Each row or case that a test names, with the tests: "api/test_links.py: linking twice is idempotent"."""
    found: dict[Any, list[str]] = defaultdict(list)
    for path, tree in parsed():
        for named, test in _marked(tree, f"pytest.mark.{mark}"):
            found[named].append(f"{path.relative_to(ROOT / 'tests')}: {test.removeprefix('test_').replace('_', ' ')}")
    return found


@cache
def parsed() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text("utf-8"))) for path in sorted((ROOT / "tests").rglob("test_*.py"))]


def _marked(tree: ast.Module, mark: str) -> Iterator[tuple[Any, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            # a case of a parametrised test may be marked by itself
            for call in (inner for decorator in node.decorator_list for inner in ast.walk(decorator)):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == mark:
                    yield from ((ast.literal_eval(named), node.name) for named in call.args)


def lacking() -> list[str]:
    """What is wrong: claimed rows without a test, and marks of no row."""
    shown, known = marks("row"), rows_of(tuple(f"{seed}.1-{last}" for seed, last in ROWS.items()))
    return [f"{row} is claimed, and no test is marked with it" for row in rows_of(CLAIMED) if row not in shown] + \
        [f"{row} is no row of the inventory: {shown[row][0]}" for row in shown if row not in known]


def page() -> str:
    """docs/coverage.md as it should be."""
    shown, claimed, text = marks("row"), set(rows_of(CLAIMED)), HEAD
    for seed, last in ROWS.items():
        rows = [f"{seed}.{n}" for n in range(1, last + 1)]
        done = [row for row in rows if row in shown]
        text += f"## {seed}: {len(done)} of {last}\n\n"
        text += "| row | status | tests |\n|---|---|---|\n" if done else ""
        for row in done:
            text += f"| {row} | {'done' if row in claimed else 'shown in part'} | {'<br>'.join(shown[row])} |\n"
        text += "\n"
    return text.rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print("\n".join(lacking()) or "Every row that is claimed has a test.")  # noqa: T201
