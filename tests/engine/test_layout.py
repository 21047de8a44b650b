"""Statements laid out to be read say the same."""

import re
from typing import Any

import pytest

from engine.layout import WIDTH, laid_out
from tests.engine.conftest import Stage
from tests.engine.test_plans import DOCUMENTS, PAGE
from tests.engine.world import NOW

QUOTED = re.compile(r"('(?:[^']|'')*')")


def words(sql: str) -> str:
    """Without the spaces, but for those in quotes."""
    return "".join(part if part.startswith("'") else "".join(part.split()) for part in QUOTED.split(sql))


@pytest.mark.parametrize(("text", "many"), DOCUMENTS, ids=[str(n) for n in range(len(DOCUMENTS))])
async def test_a_statement_laid_out_gives_the_same_answer(stage: Stage, text: str, many: list[dict[str, Any]]) -> None:
    document = stage.engine.documents.get(text, None)
    for viewer in stage.world.viewers.values():
        for values in map(document.coerce, many):
            plan = stage.engine.plan(document, values, viewer)
            lines = "\n".join(laid_out(plan.sql))
            assert words(lines) == words(plan.sql)
            arguments = stage.engine.arguments(plan, values, viewer, NOW)
            assert await stage.database.value(lines, arguments) == await stage.database.value(plan.sql, arguments)


async def test_lines_are_short_and_begin_where_something_nests(stage: Stage) -> None:
    document = stage.engine.documents.get(PAGE, None)
    lines = laid_out(stage.engine.plan(document, {}, stage.world.viewers[min(stage.world.viewers)]).sql)
    assert len(lines) > 50
    assert max(map(len, lines)) <= WIDTH
    assert {len(line) - len(line.lstrip()) for line in lines if line.startswith(" ")} <= set(range(0, 60, 2))


def test_words_in_quotes_are_left_alone() -> None:
    sql = "select 'from  ( it''s' || 'a, where b' from t where (a in ('x', ')')) order by case when a then b else c end limit 5"
    assert laid_out(sql, 1000) == [sql]
    assert laid_out(sql, 60) == ["select 'from  ( it''s' || 'a, where b'", "from t", "where (a in ('x', ')'))",
                                 "order by case when a then b else c end", "limit 5"]
