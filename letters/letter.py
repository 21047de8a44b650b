"""A letter before it has an addressee: subject and plain text, filled in from a template."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).parent
SUBJECT = 200


@dataclass(frozen=True)
class Letter:
    """One letter. `kind` names its function; "{link}" in the body stands for the secret link."""

    kind: str
    subject: str
    body: str


def written(kind: str, subject: str, **values: str) -> Letter:
    """The letter of a kind: <kind>.txt with $names replaced. What people chose stays within its line."""
    safe = {name: one_line(value) for name, value in values.items()}
    body = Template((TEMPLATES / f"{kind}.txt").read_text("utf-8")).substitute(safe)
    return Letter(kind, one_line(Template(subject).substitute(safe))[:SUBJECT], body)


def one_line(text: str) -> str:
    """The text without anything that could end a line or a header, turn the writing round, or stand for the link."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)
    return " ".join(kept.replace("{", "(").replace("}", ")").split())


def moment(at: dt.datetime) -> str:
    """A moment for people: 22 November 2026, 09:30 UTC."""
    at = at.astimezone(dt.UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"
