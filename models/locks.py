"""One process per SQLite file."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO


class FileInUse(Exception):
    """Another process works on the SQLite file."""


def lock_file(path: Path) -> IO[str]:
    """Take the SQLite file `path` for this process, until the returned file is closed or the process is gone.

    Raises FileInUse, naming the process that has it. The lock lies on `path`.lock, which stays: removing it would let
    two processes lock two files of the same name.
    """
    lock = open(f"{path}.lock", "a+")  # noqa: SIM115  the caller keeps it open
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read().strip()
        lock.close()
        raise FileInUse(f"{path} is in use by process {owner or 'unknown'}. "
                        "Stop that one first, or name another database.") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
