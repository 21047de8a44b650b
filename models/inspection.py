"""What a database really has, compared with what the models and the catalogue say it must have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.indexes import Index
from tortoise.models import Model

import models
from models import belonging, frozen, trigrams
from models.catalogue import CHECKS, INDEXES, KEYS, Dialect
from models.rebuild import definition

Columns = tuple[str, ...]

#: References that are the row's own id, by a check.
SAME_AS_ID = {("customer", "tenant")}

POSTGRES_COLUMNS = """select table_name, column_name from information_schema.columns
 where table_schema = current_schema()"""
POSTGRES_INDEXES = """select t.relname as table_name, i.relname as name, x.indisunique as is_unique,
 x.indpred is not null as is_partial, obj_description(i.oid, 'pg_class') as text,
 (select string_agg(coalesce(a.attname, ''), ',' order by k.n) from unnest(x.indkey) with ordinality k(number, n)
  left join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number where k.n <= x.indnkeyatts) as columns
 from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
 where t.relnamespace = current_schema()::regnamespace and x.indisvalid"""
POSTGRES_CONSTRAINTS = """select t.relname as table_name, c.conname as name, c.contype::text as kind,
 c.confrelid::regclass::text as target, obj_description(c.oid, 'pg_constraint') as text,
 (select string_agg(a.attname, ',' order by k.n) from unnest(c.conkey) with ordinality k(number, n)
  join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number) as columns
 from pg_constraint c join pg_class t on t.oid = c.conrelid
 where c.connamespace = current_schema()::regnamespace and c.convalidated and c.contype in ('c', 'f')"""

#: Triggers in force, and the functions that they call.
POSTGRES_TRIGGERS = """select g.tgname as name, obj_description(g.oid, 'pg_trigger') as text from pg_trigger g
 join pg_class t on t.oid = g.tgrelid where t.relnamespace = current_schema()::regnamespace and not g.tgisinternal
 and g.tgenabled in ('O', 'A') union all select p.proname || '()', obj_description(p.oid, 'pg_proc') from pg_proc p
 where p.pronamespace = current_schema()::regnamespace"""

POSTGRES_SERIALS = """select table_name from information_schema.columns
 where table_schema = current_schema() and column_default like 'nextval(%'"""

SQLITE_TRIGGERS = "select name, sql as text from sqlite_master where type = 'trigger'"
SQLITE_TABLES = "select name, sql from sqlite_master where type = 'table'"
SQLITE_COLUMNS = """select m.name as table_name, c.name as column_name from sqlite_master m, pragma_table_info(m.name) c
 where m.type = 'table'"""
SQLITE_INDEXES = """select m.name as table_name, l.name as name, l."unique" as is_unique, l.partial as is_partial,
 (select sql from sqlite_master s where s.type = 'index' and s.name = l.name) as text,
 (select group_concat(coalesce(i.name, ''), ',') from pragma_index_info(l.name) i) as columns
 from sqlite_master m, pragma_index_list(m.name) l where m.type = 'table'"""
SQLITE_KEYS = """select m.name as table_name, k."table" as target, group_concat(k."from", ',') as columns
 from sqlite_master m, pragma_foreign_key_list(m.name) k where m.type = 'table' group by m.name, k.id"""


class Incomplete(Exception):
    """The database lacks something that the programme counts on. `lacking` has a line for each."""

    def __init__(self, lacking: list[str]):
        self.lacking = lacking
        super().__init__("\n".join(["The database is not as this version needs it. Run: python -m server migrate",
                                    *lacking]))


@dataclass
class Found:
    """What the database has."""

    columns: set[tuple[str, str]]
    unique: set[tuple[str, Columns]]
    ordered: set[tuple[str, Columns]]
    keys: set[tuple[str, Columns, str]]
    texts: dict[str, str | None]
    #: Tables that number their rows by themselves, which would tell how many there are.
    counting: set[str] = field(default_factory=set)


async def assert_catalogue(connection: BaseDBAsyncClient) -> None:
    """Raises Incomplete unless every column, key, check and index that is declared is there and in force."""
    dialect: Dialect = "sqlite" if connection.capabilities.dialect == "sqlite" else "postgres"
    found = await (_in_sqlite if dialect == "sqlite" else _in_postgres)(connection)
    lacking = [line for model in tables() for line in _lacking(model, found)]
    declarations: tuple[Any, ...] = (*CHECKS, *KEYS, *belonging.KEYS, *INDEXES, *belonging.INDEXES, *trigrams.TRIGGERS,
                                      *frozen.TRIGGERS)
    wanted = [(declared.table, declared.name, text) for declared in declarations if (text := declared.sql(dialect))]
    if dialect == "postgres":
        wanted += [(table, f"{name}()", text) for table, functions in (("customer", trigrams.FUNCTIONS),
                                                                       ("invoice", frozen.FUNCTIONS))
                   for name, text in functions.items()]
    for table, name, text in wanted:
        if name not in found.texts:
            lacking.append(f"{table} lacks {name}: {text}")
        elif (there := found.texts[name]) != text:
            lacking.append(f"{table} has another {name}: {there}\n  instead of {text}")
    if lacking:
        raise Incomplete(lacking)


def tables() -> list[type[Model]]:
    """Every model that has a table."""
    return [getattr(models, name) for name in models.__all__]


def _lacking(model: type[Model], found: Found) -> Iterable[str]:
    meta = model._meta
    table = meta.db_table
    names = meta.fields_db_projection
    for column in names.values():
        if (table, column) not in found.columns:
            yield f"{table} lacks the column {column}"
    if table in found.counting and not getattr(model, "numbered", False):
        yield f"{table} numbers its rows: its migration must say generated=False of the id"
    key = getattr(model, "key", (meta.pk_attr,))
    alone = [(name,) for name in names if meta.fields_map[name].unique and not meta.fields_map[name].pk]
    for fields in (key, *alone, *meta.unique_together):
        if (columns := tuple(names[field] for field in fields)) and (table, columns) not in found.unique:
            yield f"{table} may hold the same {', '.join(columns)} twice"
    for index in meta.indexes:
        columns = tuple(names[field] for field in (index.fields if isinstance(index, Index) else index))
        if not any(t == table and there[:len(columns)] == columns for t, there in found.ordered):
            yield f"{table} lacks an index by {', '.join(columns)}"
    for name in meta.fk_fields:
        field: Any = meta.fields_map[name]
        if isinstance(field, ForeignKeyFieldInstance):
            target = field.related_model._meta.db_table
            if not any((t, columns[-1], to) == (table, field.source_field, target) for t, columns, to in found.keys):
                yield f"{table}.{field.source_field} does not have to be there in {target}"
            # Tortoise itself makes nothing of it
            if field.unique and (table, (field.source_field,)) not in found.unique and (table, name) not in SAME_AS_ID:
                yield f"{table} may hold the same {field.source_field} twice"


async def _in_postgres(connection: BaseDBAsyncClient) -> Found:
    columns = await connection.execute_query_dict(POSTGRES_COLUMNS)
    indexes = await connection.execute_query_dict(POSTGRES_INDEXES)
    constraints = await connection.execute_query_dict(POSTGRES_CONSTRAINTS)
    found = _found(columns, indexes, [c for c in constraints if c["kind"] == "f"])
    found.texts |= {c["name"]: c["text"] for c in constraints}
    found.texts |= {t["name"]: t["text"] for t in await connection.execute_query_dict(POSTGRES_TRIGGERS)}
    found.counting = {row["table_name"] for row in await connection.execute_query_dict(POSTGRES_SERIALS)}
    return found


async def _in_sqlite(connection: BaseDBAsyncClient) -> Found:
    found = _found(await connection.execute_query_dict(SQLITE_COLUMNS),
                   await connection.execute_query_dict(SQLITE_INDEXES),
                   await connection.execute_query_dict(SQLITE_KEYS))
    found.texts |= {t["name"]: t["text"] for t in await connection.execute_query_dict(SQLITE_TRIGGERS)}
    for table in await connection.execute_query_dict(SQLITE_TABLES):
        found.unique |= {(table["name"], (column["name"],)) for column in await connection.execute_query_dict(
            f"select name from pragma_table_info('{table['name']}') where pk = 1")}
        if "AUTOINCREMENT" in table["sql"]:
            found.counting.add(table["name"])
        for entry in definition(table["sql"])[0]:
            if entry.startswith('CONSTRAINT "'):
                name, text = entry.removeprefix('CONSTRAINT "').split('" ', 1)
                found.texts[name] = text
    return found


def _found(columns: list[dict[str, Any]], indexes: list[dict[str, Any]], keys: list[dict[str, Any]]) -> Found:
    whole = [(i, (i["table_name"], tuple(i["columns"].split(",")))) for i in indexes if not i["is_partial"]]
    return Found(
        columns={(c["table_name"], c["column_name"]) for c in columns},
        unique={place for index, place in whole if index["is_unique"]},
        ordered={place for _, place in whole},
        keys={(k["table_name"], tuple(k["columns"].split(",")), k["target"]) for k in keys},
        texts={i["name"]: i["text"] for i in indexes},
    )
