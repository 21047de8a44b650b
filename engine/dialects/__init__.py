"""Everything in which PostgreSQL and SQLite differ: one method for each function that expressions may call."""

from engine.dialects.base import Dialect
from engine.dialects.postgres import Postgres
from engine.dialects.sqlite import SQLite

__all__ = ["DIALECTS", "Dialect"]

DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (Postgres(), SQLite())}
