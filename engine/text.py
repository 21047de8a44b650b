"""Pieces of the answer: JSON text of our own, and SQL that yields text."""

from __future__ import annotations

from engine.dialects import Dialect


class Text:
    """What an object or a value is written as. Neighbouring texts of our own are joined while planning."""

    def __init__(self) -> None:
        self.pieces: list[tuple[bool, str]] = []

    def say(self, text: str) -> Text:
        """Adds JSON of our own."""
        if self.pieces and self.pieces[-1][0]:
            text = self.pieces.pop()[1] + text
        if text:
            self.pieces.append((True, text))
        return self

    def put(self, sql: str) -> Text:
        """Adds SQL whose value is text and never null."""
        self.pieces.append((False, sql))
        return self

    def add(self, more: Text) -> Text:
        for ours, piece in more.pieces:
            self.say(piece) if ours else self.put(piece)
        return self

    @property
    def is_plain(self) -> bool:
        """Whether no SQL is in it."""
        return all(ours for ours, _ in self.pieces)

    def sql(self, dialect: Dialect) -> str:
        """The whole as one SQL expression."""
        if not self.pieces:
            return "''"
        return dialect.concat([dialect.literal(piece) if ours else piece for ours, piece in self.pieces])
