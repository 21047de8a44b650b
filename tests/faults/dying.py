"""`python -m server …` on SQLite, which kills itself, as kill -9 does, right before or after a statement of a change with an
idempotency key: the one that DIE_BEFORE or DIE_AFTER begins. What it serves is the server itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from models.sqlite import Connection, Cursor
from server.__main__ import commands
from tests.faults.proxy import CLAIM

__all__ = ["commands"]

BEFORE, AFTER = os.environ.get("DIE_BEFORE"), os.environ.get("DIE_AFTER")
_claimed = False


def mortal(plain: Callable[..., Cursor]) -> Callable[..., Cursor]:
    def execute(self: Connection, sql: str, *values: Any) -> Cursor:
        global _claimed
        _claimed = _claimed or (sql.startswith("INSERT") and CLAIM in sql)
        if _claimed and BEFORE is not None and sql.startswith(BEFORE):
            os.kill(os.getpid(), signal.SIGKILL)
        cursor = plain(self, sql, *values)
        if _claimed and AFTER is not None and sql.startswith(AFTER):
            os.kill(os.getpid(), signal.SIGKILL)
        return cursor
    return execute


for name in ("execute", "executemany"):
    setattr(Connection, name, mortal(getattr(Connection, name)))
