"""Imports the files whose lines stand each for itself: what each of them makes, changes or may not change."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from models.bulk import amend, blank, pour
from models.records import Versioned
from server.portfolio.reading import Line
from server.portfolio.world import Once, World, differing

Values = dict[str, Any]


class Entity:
    """One import of one file. `take` some lines at a time, then `finish`; `new`, `changed` and `same` count them."""

    model: type[Versioned]
    #: What a second line with the same key is told, and at which column.
    twice: tuple[str, str]

    def __init__(self, world: World):
        self.world = world
        self.once = Once(self.twice[0])
        self.blank = blank(self.model)
        self.new = self.changed = self.same = 0

    async def take(self, lines: Sequence[Line], *, may_store: Callable[[], bool]) -> None:
        """Check the lines against one another and the database, and write what they say if after that it still may."""
        await self.world.find(lines)
        wanted = [(line, values) for line in lines if line.fits and (values := self.values(line)) and line.fits
                  and self.once(line, self.key(values), self.twice[1])]
        there = await self.existing(wanted)
        fresh: list[tuple[Line, Values]] = []
        changes: list[tuple[int, Values]] = []
        for line, values in wanted:
            record = there.get(self.key(values))
            if record is None:
                fresh.append((line, {**self.blank, "updated_at": self.world.now, **self.fresh(line, values)}))
                self.new += 1
            elif changed := differing(record, self.compared(record, values)):
                self.may_change(line, record, changed)
                changes.append((record.id, changed))
                self.changed += 1
            else:
                self.same += 1
        if may_store():
            await self.before(fresh)
            await pour(self.model, [row for _, row in fresh])
            await self.beside([row for _, row in fresh], changes)
            await amend(self.model, changes, self.world.now)

    def values(self, line: Line) -> Values | None:
        """The columns of the table as the line says, its key among them; problems go to the line."""
        raise NotImplementedError

    def key(self, values: Values) -> Hashable:
        """What the line is known by."""
        raise NotImplementedError

    async def existing(self, wanted: Sequence[tuple[Line, Values]]) -> dict[Hashable, Any]:
        """What of it the database has, by key."""
        raise NotImplementedError

    def fresh(self, line: Line, values: Values) -> Values:
        """The columns of a new row: the values, an id, and what the line leaves out."""
        raise NotImplementedError

    def compared(self, record: Any, values: Values) -> Values:
        """What of the values a row that is there should have."""
        return values

    def may_change(self, line: Line, record: Any, changed: Values) -> None:
        """Problems where the row may not change so."""

    async def before(self, fresh: Sequence[tuple[Line, Values]]) -> None:
        """What takes long, and is for new rows that are written only."""

    async def beside(self, fresh: Sequence[Values], changes: Sequence[tuple[int, Values]]) -> None:
        """What is written of other tables: new rows are there by now, others as they were before."""

    def finish(self) -> None:
        """Problems that show only after the last line."""
