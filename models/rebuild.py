"""SQLite cannot alter a table: it is made anew and filled from the old one, with everything that hangs on it kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations.schema_editor.sqlite import SqliteSchemaEditor

TOKEN = re.compile(r"""/\*.*?\*/ | --[^\n]* | '(?:[^']|'')*' | "(?:[^"]|"")*" | [(),] | [^'"(),/-]+ | .""", re.X | re.S)
NAMED = re.compile(r'CONSTRAINT\s+"([^"]+)"')
BIG_KEY = re.compile(r"\bBIGINT\b(?=\s+NOT\s+NULL\s+PRIMARY\s+KEY)")


class ForeignKeysOn(Exception):
    """A table would be made anew with foreign keys on: dropping the old one would delete its children."""

    def __init__(self) -> None:
        super().__init__("On SQLite run migrations with: python -m server migrate")


async def rebuild(client: BaseDBAsyncClient, table: str, *, add: Mapping[str, str] | None = None,
                  drop: Collection[str] = ()) -> None:
    """Make a table anew with the constraints `add` (name -> text) and without those named `drop`.

    Columns, rows, other constraints, indexes and triggers stay. An integer key becomes the row's own number, which
    saves each look-up by id a step. Call it inside a transaction; raises ForeignKeysOn, and ValueError for a name that
    there is twice or not at all.
    """
    if (await _rows(client, "PRAGMA foreign_keys"))[0]["foreign_keys"]:
        raise ForeignKeysOn
    old, hanging = await _texts(client, table)
    entries, tail = definition(old)
    names = {name: n for n, entry in enumerate(entries) if (name := _name(entry))}
    if wrong := (set(drop) - set(names)) | ((set(names) - set(drop)) & set(add or {})):
        raise ValueError(f"{table} has {sorted(names)}; cannot drop or add {sorted(wrong)}")
    kept = [BIG_KEY.sub("INTEGER", entry) for entry in entries if _name(entry) not in drop]
    kept += [f'CONSTRAINT "{name}" {text}' for name, text in (add or {}).items()]
    columns = ", ".join(f'"{row["name"]}"' for row in await _rows(client, f'PRAGMA table_info("{table}")'))
    await client.execute_query(f'CREATE TABLE "new__{table}" (\n    {(chr(44) + chr(10) + "    ").join(kept)}\n){tail}')
    await client.execute_query(f'INSERT INTO "new__{table}" ({columns}) SELECT {columns} FROM "{table}"')
    await client.execute_query(f'DROP TABLE "{table}"')
    await client.execute_query(f'ALTER TABLE "new__{table}" RENAME TO "{table}"')
    for text in hanging:
        await client.execute_query(text)


class Editor(SqliteSchemaEditor):
    """Tortoise's, with two remedies: a semicolon in a comment ends no statement, altering a column loses nothing."""

    async def _run_sql(self, sql: str) -> None:
        if self.collect_sql:
            await super()._run_sql(sql)
        else:
            await self.client.execute_query(sql)

    async def _remake_table(self, model: Any, create_field: Any = None, delete_field: Any = None,
                            alter_fields: Any = None) -> None:
        table = model._meta.db_table
        if (await _rows(self.client, "PRAGMA foreign_keys"))[0]["foreign_keys"]:
            raise ForeignKeysOn
        before, hanging = await _texts(self.client, table)
        unique = await _unique(self.client, table)
        await super()._remake_table(model, create_field, delete_field, alter_fields)
        after, _ = await _texts(self.client, table)
        known = {_name(entry) for entry in definition(after)[0]}
        lost = {name: NAMED.sub("", entry, count=1).strip() for entry in definition(before)[0]
                if (name := _name(entry)) and name not in known}
        given_up = {old.source_field or old.model_field_name for old, new in alter_fields or () if not new.unique}
        for column in unique - await _unique(self.client, table) - given_up:
            lost[f"{table}_{column}_unique"] = f'UNIQUE ("{column}")'
        await rebuild(self.client, table, add=lost)
        for text in hanging:
            await self.client.execute_query(text)


def definition(create_table: str) -> tuple[list[str], str]:
    """What stands between the brackets of CREATE TABLE, entry by entry without comments, and what follows them."""
    entries, depth, current, tail = [], 0, "", ""
    for token in TOKEN.findall(create_table):
        if token == ")":
            depth -= 1
        if depth > 0 and not token.startswith(("/*", "--")):
            if token == "," and depth == 1:
                entries.append(current.strip())
                current = ""
            else:
                current += token
        elif entries and depth == 0 and token != ")" and not token.startswith(("/*", "--")):
            tail += token
        if token == ")" and depth == 0:
            entries.append(current.strip())
        if token == "(":
            depth += 1
    return entries, " " + tail.strip() if tail.strip() else ""


def _name(entry: str) -> str | None:
    found = NAMED.match(entry)
    return found[1] if found else None


async def _texts(client: BaseDBAsyncClient, table: str) -> tuple[str, list[str]]:
    """The statement that made the table, and those that made its indexes and triggers."""
    rows = await _rows(client, f"SELECT type, sql FROM sqlite_master WHERE tbl_name = '{table}' AND sql IS NOT NULL")
    created = [row["sql"] for row in rows if row["type"] == "table"]
    if not created:
        raise ValueError(f"There is no table {table}")
    return created[0], [row["sql"] for row in rows if row["type"] in ("index", "trigger")]


async def _unique(client: BaseDBAsyncClient, table: str) -> set[str]:
    """The columns that are unique each by itself, by a word behind their type."""
    rows = await _rows(client, f"""SELECT min(i.name) AS name FROM pragma_index_list('{table}') l,
                                   pragma_index_info(l.name) i WHERE l.origin = 'u'
                                   GROUP BY l.name HAVING count(*) = 1""")
    return {row["name"] for row in rows}


async def _rows(client: BaseDBAsyncClient, sql: str) -> list[dict[str, Any]]:
    return await client.execute_query_dict(sql)
