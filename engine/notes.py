"""What is told while a statement is written, to whoever wants to know how it came about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.bind import Field
    from engine.expr import Expr
    from engine.pages import PageWriter
    from engine.results import One
    from engine.rows import Rows


class Notes:
    """Listens to a planner, and forgets at once. engine/explain.py has one that remembers."""

    def door(self, rows: Rows[Any], capability: str, given: set[str], test: Expr | bool) -> None:
        """How the capability was decided without which rows are not there; `given` was proved before."""

    def tests(self, rows: Rows[Any], written: list[str]) -> None:
        """What must hold of rows, as SQL."""

    def field(self, path: list[str], declared: Field, given: set[str], test: Expr | bool) -> None:
        """How the capability was decided without which a field is null."""

    def objects(self, path: list[str], found: One) -> None:
        """An object or a list is about to be written."""

    def page(self, page: PageWriter) -> None:
        """The same of a page."""


SILENT = Notes()
