"""What migrations do that Tortoise's own operations cannot: constraints and indexes by name, on both databases.

A text is either the same on both or {"postgres": …, "sqlite": …}; a database that is not named goes without. Each carries its
text as a comment on PostgreSQL, so that `assert_catalogue` can compare it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tortoise.migrations.operations import RunPython

from models.rebuild import rebuild

Text = str | Mapping[str, str]
Names = Mapping[str, Mapping[str, Text]]
UNIQUE = re.compile(r'CREATE UNIQUE INDEX "\w+" ON "(\w+)"')


class Step(RunPython):
    """A step that may refuse rows of these tables from then on."""

    def __init__(self, forwards: Any, backwards: Any, binds: Collection[str]):
        super().__init__(forwards, backwards)
        self.binds = frozenset(binds)


def add_constraints(tables: Names) -> Step:
    """{table: {name: "check (…)" or "foreign key (…) references …"}}; rows that break one stop the migration."""

    async def forwards(_apps: Any, editor: Any) -> None:
        await _change(editor, {table: (_in(texts, editor), ()) for table, texts in tables.items()})

    async def backwards(_apps: Any, editor: Any) -> None:
        await _change(editor, {table: ({}, tuple(_in(texts, editor))) for table, texts in reversed(list(tables.items()))})

    return Step(forwards, backwards, tables)


def replace_constraints(tables: Names, old: Names) -> Step:
    """Put constraints in the place of old ones, such as a check after an enum has grown, or a key that says more."""

    async def forwards(_apps: Any, editor: Any) -> None:
        await _change(editor, {table: (_in(texts, editor), tuple(_in(old[table], editor))) for table, texts in tables.items()})

    async def backwards(_apps: Any, editor: Any) -> None:
        await _change(editor, {table: (_in(texts, editor), tuple(_in(tables[table], editor))) for table, texts in old.items()})

    return Step(forwards, backwards, tables)


def create_indexes(indexes: Mapping[str, Text]) -> Step:
    """{name: "CREATE … INDEX …"}."""

    async def forwards(_apps: Any, editor: Any) -> None:
        for name, text in _in(indexes, editor).items():
            await editor.client.execute_query(text)
            if editor.DIALECT == "postgres":
                await editor.client.execute_query(f'COMMENT ON INDEX "{name}" IS {_quoted(text)}')

    async def backwards(_apps: Any, editor: Any) -> None:
        for name in _in(indexes, editor):
            await editor.client.execute_query(f'DROP INDEX "{name}"')

    texts = [each for text in indexes.values() for each in ([text] if isinstance(text, str) else text.values())]
    return Step(forwards, backwards, {found[1] for each in texts if (found := UNIQUE.match(each))})


def create_functions(functions: Mapping[str, str]) -> Step:
    """{name: "returns … language … as $$ … $$"}, each without arguments: what triggers do on PostgreSQL, and only there."""

    async def forwards(_apps: Any, editor: Any) -> None:
        for name, text in functions.items() if editor.DIALECT == "postgres" else ():
            await editor.client.execute_query(f'CREATE FUNCTION "{name}"() {text}')
            await editor.client.execute_query(f'COMMENT ON FUNCTION "{name}"() IS {_quoted(text)}')

    async def backwards(_apps: Any, editor: Any) -> None:
        for name in functions if editor.DIALECT == "postgres" else ():
            await editor.client.execute_query(f'DROP FUNCTION "{name}"()')

    return Step(forwards, backwards, ())


def create_triggers(table: str, triggers: Mapping[str, Text]) -> Step:
    """{name: "CREATE TRIGGER …"} of one table."""

    async def forwards(_apps: Any, editor: Any) -> None:
        for name, text in _in(triggers, editor).items():
            await editor.client.execute_query(text)
            if editor.DIALECT == "postgres":
                await editor.client.execute_query(f'COMMENT ON TRIGGER "{name}" ON "{table}" IS {_quoted(text)}')

    async def backwards(_apps: Any, editor: Any) -> None:
        for name in triggers:
            await editor.client.execute_query(
                f'DROP TRIGGER "{name}"' + (f' ON "{table}"' if editor.DIALECT == "postgres" else ""))

    return Step(forwards, backwards, {table})


async def _change(editor: Any, tables: Mapping[str, tuple[Mapping[str, str], Sequence[str]]]) -> None:
    for table, (add, drop) in tables.items():
        if editor.DIALECT == "sqlite" and not (add or drop):
            continue
        if editor.DIALECT == "sqlite":
            await rebuild(editor.client, table, add=add, drop=drop)
            continue
        for name in drop:
            await editor.client.execute_query(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        for name, text in add.items():
            await editor.client.execute_query(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {text}')
            await editor.client.execute_query(f'COMMENT ON CONSTRAINT "{name}" ON "{table}" IS {_quoted(text)}')


def _in(texts: Mapping[str, Text], editor: Any) -> dict[str, str]:
    return {name: text if isinstance(text, str) else text[editor.DIALECT] for name, text in texts.items()
            if isinstance(text, str) or editor.DIALECT in text}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
