"""Rows are read through the door of their table: whatever goes past it is on a list here, with its reason."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from engine.rows import Row
from schema import build_schema

ROOT = Path(__file__).parents[2]
SQL = re.compile(r"\s*(select|insert\s+into|update\s+\w+\s+set|delete\s+from|with\s+\w+\s+as)\b", re.IGNORECASE)
#: Files outside of the engine and the models that hold SQL, and why nobody's rows are shown by it.
WRITES_SQL = {
    "server/sessions.py": "finds out whose a token is, before there is a viewer",
    "server/app.py": "asks whether the database answers",
    "server/backup.py": "copies the database as a whole, at the operator's command",
    "server/live/feed.py": "numbers of events; what is told of one is read through its door",
    "resolvers/contract_dates.py": "the nightly work of the house on all contracts",
    "resolvers/service_dates.py": "the nightly work of the house on all services",
}
#: Rows whose table has no door, and why what is read of them tells nobody of others.
OPEN = {
    "GrantHeld": "says who is administrator; never shown", "Reach": "the closure of the tree; never shown",
    "Said": "what a company said of one kind of event, read for that company", "Mark": "how far the viewer has read",
    "Kept": "how the viewer has the list", "PinKept": "what the viewer has pinned",
    "FileKept": "the size of a report's file, by way of the report", "InvitationOffer": "found by its secret alone",
}


@pytest.mark.case(57)
def test_sql_is_written_by_the_engine_and_the_models_and_where_it_is_listed() -> None:
    build_schema()
    found = {str(path.relative_to(ROOT)) for folder in ("server", "schema", "resolvers", "jobs", "letters")
             for path in (ROOT / folder).rglob("*.py") if _has_sql(ast.parse(path.read_text("utf-8")))}
    assert found == WRITES_SQL.keys()


def _has_sql(tree: ast.Module) -> bool:
    documented = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef |
                  ast.AsyncFunctionDef) and node.body and isinstance(node.body[0], ast.Expr)}
    return any(isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
               and SQL.match(node.value) for node in ast.walk(tree))


@pytest.mark.case(57)
def test_rows_without_a_door_are_listed() -> None:
    build_schema()
    assert {row.__name__ for row in _rows(Row) if row.__module__.startswith("resolvers.") and row.is_open} == OPEN.keys()


def _rows(row: type[Row]) -> list[type[Row]]:
    return [each for inner in row.__subclasses__() for each in (inner, *_rows(inner))]
