"""A statement laid out to be read: broken where it nests, the same words in the same order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

WIDTH = 110
TOKEN = re.compile(r"(\s*)('(?:[^']|'')*'|\|\||[(),]|[^\s(),'|]+|\S)")
OPENING = {"(": ")", "case": " end"}
CLAUSES = {"from", "where", "group", "order", "limit", "join", "cross", "left", "union"}
#: Where a line may be broken, what binds least first: before these words, or after the comma and "then".
BREAKS = (CLAUSES, {"when", "else"}, {","}, {"then"}, {"and"}, {"||"})
AFTER = {",", "then"}


@dataclass
class Piece:
    """A word, or an opening word with all up to its `close`."""

    text: str
    spaced: bool
    inside: list[Piece] = field(default_factory=list)
    close: str = ""

    @cached_property
    def flat(self) -> str:
        return f"{' ' * self.spaced}{self.text}{_flat(self.inside)}{self.close}"


def laid_out(sql: str, width: int = WIDTH) -> list[str]:
    """The lines of a statement. Joined by line feeds they are the same statement."""
    tokens = ((bool(space), text) for space, text in TOKEN.findall(sql))
    return list(_lines(list(_nested(tokens, "")), "", width))


def _nested(tokens: Iterator[tuple[bool, str]], close: str) -> Iterator[Piece]:
    for spaced, text in tokens:
        if close and text == close.strip():
            return
        closing = OPENING.get(text, "")
        yield Piece(text, spaced, list(_nested(tokens, closing)) if closing else [], closing)


def _lines(pieces: list[Piece], indent: str, width: int) -> Iterator[str]:
    line = indent + _flat(pieces).lstrip()
    if len(line) <= width:
        yield line
        return
    for at in BREAKS:
        parts = _parts(pieces, at)
        if len(parts) > 1:
            yield from _filled(parts, indent, width, alone=at is CLAUSES)
            return
    yield from _opened(pieces, indent, width)


def _parts(pieces: list[Piece], at: set[str]) -> list[list[Piece]]:
    parts: list[list[Piece]] = [[]]
    before = ""
    for piece in pieces:
        joins = piece.text == "join" and before in ("cross", "left")
        if parts[-1] and piece.text in at - AFTER and not joins:
            parts.append([])
        parts[-1].append(piece)
        if piece.text in at & AFTER:
            parts.append([])
        before = piece.text
    return [part for part in parts if part]


def _filled(parts: list[list[Piece]], indent: str, width: int, alone: bool) -> Iterator[str]:
    """As many parts on a line as fit, or each on its own."""
    line: list[Piece] = []
    for part in parts:
        if line and (alone or len(indent + _flat(line + part).lstrip()) > width):
            yield from _lines(line, indent, width)
            line = []
        line = line + part
    yield from _lines(line, indent, width)


def _opened(pieces: list[Piece], indent: str, width: int) -> Iterator[str]:
    """The longest that nests, on lines of its own."""
    n = max(range(len(pieces)), key=lambda n: len(pieces[n].flat) if pieces[n].inside else 0)
    piece = pieces[n]
    if not piece.inside:
        yield indent + _flat(pieces).lstrip()
        return
    yield indent + (_flat(pieces[:n]) + " " * piece.spaced + piece.text).lstrip()
    yield from _lines(piece.inside, indent + "  ", width)
    yield from _lines([Piece(piece.close.strip(), False), *pieces[n + 1:]], indent, width)


def _flat(pieces: list[Piece]) -> str:
    return "".join(piece.flat for piece in pieces)
