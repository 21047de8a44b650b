"""What stands on an invoice as it is printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PaperLine:
    """A line as it is printed: amounts and quantities are ready text."""

    description: str
    quantity: str
    price: str
    amount: str


@dataclass(frozen=True)
class Paper:
    """An invoice as it is printed. `sums` are (label, amount), the last of them the total."""

    title: str
    issuer: str
    billed: Sequence[str]
    facts: Sequence[tuple[str, str]]
    lines: Sequence[PaperLine]
    sums: Sequence[tuple[str, str]]
    notes: Sequence[str]
    issued_at: dt.datetime
