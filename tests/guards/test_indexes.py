"""The page of customers is answered from indexes: an expression that changed in the engine must change there, too."""

import datetime as dt
from collections.abc import Awaitable, Callable
from pathlib import Path

from engine.drivers import PostgresDatabase, SQLiteDatabase
from engine.run import Engine
from models import User
from models.sessions import viewer_of
from resolvers.policy import AccessPolicy
from schema import build_schema
from server.portfolio.generate import generate
from tests.stored import stored

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
PAGE = """{ customers(first: 50) { edges { node { id name primaryAdmin { displayName email }
 contracts(first: 3) { nodes { number status startsOn title } }
 invoices(first: 3) { nodes { number status total { amount currency } } } } } } }"""
SERVED_BY = ("app_user_invited", "contract_liveliest", "invoice_month")


async def plan(url: str, sqlite_path: Path) -> str:
    """How the database means to answer the page for the admin of a reseller with 250 customers."""
    async with stored(url):
        await generate(500, 1, now=NOW)
        admin = await User.get(email="admin@reseller-1-1.example")
        viewer = await viewer_of(admin, 1, None, NOW)
    is_sqlite = url.startswith("sqlite")
    database = await (SQLiteDatabase.open(sqlite_path) if is_sqlite else PostgresDatabase.open(url, size=1))
    try:
        engine = Engine(build_schema()._schema, database, AccessPolicy())
        document = engine.documents.get(PAGE, None)
        found = engine.plan(document, {}, viewer)
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN (COSTS OFF) "
        rows = await database.rows(explain + found.sql, engine._arguments(found, {}, viewer, NOW))
    finally:
        await database.close()
    return "\n".join(str(row[-1]) for row in rows)


async def test_sqlite_answers_the_nested_lists_from_their_indexes_in_order(sqlite_path: Path) -> None:
    told = await plan(f"sqlite://{sqlite_path}", sqlite_path)
    for index in SERVED_BY:
        assert f"USING COVERING INDEX {index} (tenant_id=?)" in told, told
    assert "TEMP B-TREE" not in told, told


async def test_postgres_answers_the_nested_lists_from_their_indexes_in_order(
        sqlite_path: Path, create_postgres: Callable[[str], Awaitable[str]]) -> None:
    told = await plan(await create_postgres("indexes"), sqlite_path)
    for index in SERVED_BY:
        assert f"Index Only Scan using {index} on" in told, told
    assert told.count("Sort Key: ") == told.count("Sort Key: cus"), told  # the page itself; the lists come in order
