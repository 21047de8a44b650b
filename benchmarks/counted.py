"""Runs a server, adding a byte to a file for each statement that it sends to its database.

    python -m benchmarks.counted FILE MODULE [ARGUMENTS]
"""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import apsw
from asyncpg.connection import Connection


def count_to(path: str) -> None:
    """Counts on every connection that is opened from now on, whoever opens it."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def count(*_: Any) -> bool:
        os.write(file, b".")
        return True

    apsw.connection_hooks.append(lambda connection: connection.set_exec_trace(count))
    opened = Connection.__init__

    def open_logged(self: Connection, *args: Any, **kwargs: Any) -> None:
        opened(self, *args, **kwargs)
        self.add_query_logger(count)

    @contextmanager
    def count_first(*_: Any) -> Iterator[None]:
        count()
        yield

    Connection.__init__ = open_logged
    # a logger itself is called some time after the answer, when the client may have counted already
    Connection._time_and_log = count_first


if __name__ == "__main__":
    _, path, module, *arguments = sys.argv
    count_to(path)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
