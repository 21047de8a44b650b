"""A server on SQLite that kills itself, as kill -9 does, right before or after a statement of a change that is told by
DIE_BEFORE or DIE_AFTER; what it serves is the server itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from typing import Any

from models.sqlite import Connection, Cursor
from tests.faults.proxy import CLAIM
from tests.forked import WARM, Forked, run


class Dying(Forked):
    """In place of the process that tests.servers starts."""

    def __init__(self, arguments: Sequence[str], environment: dict[str, str], output: Any):
        self._process = WARM.Process(target=run_dying, args=(list(arguments), environment, str(output)), daemon=True)
        self._process.start()
        self.pid: int = self._process.pid


def run_dying(arguments: list[str], environment: dict[str, str], output: str) -> None:
    before, after = environment.pop("DIE_BEFORE", None), environment.pop("DIE_AFTER", None)
    claimed = False

    def mortal(plain: Callable[..., Cursor]) -> Callable[..., Cursor]:
        def execute(self: Connection, sql: str, *values: Any) -> Cursor:
            nonlocal claimed
            claimed = claimed or (sql.startswith("INSERT") and CLAIM in sql)
            if claimed and before is not None and sql.startswith(before):
                os.kill(os.getpid(), signal.SIGKILL)
            cursor = plain(self, sql, *values)
            if claimed and after is not None and sql.startswith(after):
                os.kill(os.getpid(), signal.SIGKILL)
            return cursor
        return execute
    for name in ("execute", "executemany"):
        setattr(Connection, name, mortal(getattr(Connection, name)))
    run(arguments, environment, output)
