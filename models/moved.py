"""Whether a SQLite file is still where it was opened: what is written to one that was removed or replaced, nobody finds again."""

from __future__ import annotations

import logging
import os
import sqlite3

log = logging.getLogger(__name__)

Identity = tuple[int, int] | None


class Opened:
    """A file that is open, and its log of changes beside it, by which names they have."""

    def __init__(self, path: str):
        self._path, self._log = path, f"{path}-wal"
        self._file, self._changes = _identity(path), _identity(self._log)
        self._told = False

    def is_there(self) -> bool:
        changes = _identity(self._log)
        self._changes = self._changes or changes  # it is made with the first change, and stays
        there = _identity(self._path) == self._file and changes == self._changes
        if self._told == there:
            self._told = not there
            if there:
                log.warning("%s is back: changes are stored again", self._path)
            else:
                log.error("%s or its -wal was removed or replaced while it is in use: no change is stored until it is back. "
                          "docs/backup.md says how", self._path)
        return there

    def check(self) -> None:
        """Raises OperationalError where nobody would find what is written."""
        if not self.is_there():
            error = sqlite3.OperationalError(f"{self._path} is no longer the file that was opened")
            error.sqlite_errorcode = sqlite3.SQLITE_READONLY_DBMOVED
            raise error


def _identity(path: str) -> Identity:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
