"""What must hold for an answer to count: asked in the answer's own statement, and so of the same moment."""

from __future__ import annotations

import re
from typing import Any, NamedTuple


class Lapsed(Exception):
    """A proviso does not hold, and nothing was read. Never told to clients: whoever set it knows what to ask next."""


class Proviso(NamedTuple):
    """A condition in SQL with parameters numbered from 1 as the database writes them ($1 or ?1), and what they are.

    Plans are kept for each `sql`: let it be the same text for everybody.
    """

    sql: str
    args: tuple[Any, ...]

    def guarding(self, text: str, taken: int) -> str:
        """An expression that gives `text`, or '' where the condition does not hold. `taken`: parameters of `text`."""
        condition = re.sub(r"([$?])(\d+)", lambda found: f"{found[1]}{int(found[2]) + taken}", self.sql)
        return f"case when {condition} then {text} else '' end"
