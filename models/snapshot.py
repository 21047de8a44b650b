"""Every table as it is today, in one file for each kind of database: an empty one needs no migration run."""

from __future__ import annotations

import re
from importlib.resources import files

from tortoise.backends.base.client import BaseDBAsyncClient

#: What a file begins with: the last of the migrations that are in it.
HEAD = "-- Every table after {}, as `make snapshot` writes it; see docs/migrations.md."
LAST = re.compile(HEAD.format(r"(\w+)"))


async def make_tables(client: BaseDBAsyncClient, migrations: str, names: list[str]) -> list[str]:
    """Run the snapshot of that package of migrations, if it has one; those of the `names` that it spares."""
    file = files(migrations) / f"snapshot.{client.capabilities.dialect}.sql"
    if not file.is_file():
        return []
    head, *statements = re.split(r";?\n\n", file.read_text(encoding="utf-8").strip())
    if not (last := LAST.fullmatch(head)) or last[1] not in names:
        return []
    for statement in statements:
        await client.execute_query(statement)
    return names[:names.index(last[1]) + 1]
