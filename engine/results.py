"""What a resolver returns beside a row: an object, a list, a connection, or something worked out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from engine.expr import Expr

if TYPE_CHECKING:
    from engine.rows import Row, Rows


class One:
    """An object, or null."""

    def __init__(self, rows: Rows[Any], item: Row):
        self.rows, self.item = rows, item


class Many(One):
    """A list of objects."""


class Page(One):
    """A Relay connection. `about` has what its type tells beside the page, where it tells more than others."""

    def __init__(self, rows: Rows[Any], item: Row, about: Row | None = None):
        super().__init__(rows, item)
        self.about = about


class Several:
    """A list whose objects are known while planning. None stands for null."""

    def __init__(self, items: Sequence[Row | One | None]):
        self.items = list(items)


class Computed:
    """A Python function of named expressions, for what SQL cannot say. The only thing that makes an answer be parsed."""

    def __init__(self, run: Callable[..., Any], needs: Sequence[Expr], args: dict[str, Any]):
        self.run, self.needs, self.args = run, list(needs), args


def computed(run: Callable[..., Any], *needs: Expr, **args: Any) -> Computed:
    return Computed(run, needs, args)
