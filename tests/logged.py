"""What no line of a server's log may hold: addresses, tokens, API keys, passwords and amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

#: A client's own words, and where in the code something failed; in development a failure is quoted as well.
NOT_OURS = {"operation", "requestId", "at", "message"}
KEPT_OUT = {
    "an address": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "an API key": re.compile(r"tky_[\w-]{6}"),
    "a token": re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])"),
    "a password": re.compile(r"(?i)portal-demo|://[^/\s:]+:[^/\s@]+@"),
    "an amount": re.compile(r"[€$£]\s?\d|(?<![\w.])\d+[.,]\d\d(?![\d.])"),
}


def leaks(log: Path) -> list[str]:
    """Each line of JSON that holds any of it, with what that is. What people are told on the terminal is none."""
    found = []
    with log.open("rb") as lines:
        for line in lines:
            if line.startswith(b"{"):
                text = "\n".join(_texts(orjson.loads(line)))
                found += [f"{what}: {line.decode()}" for what, pattern in KEPT_OUT.items() if pattern.search(text)]
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in NOT_OURS:
                yield from _texts(each)
