"""What a planner tells of its decisions, kept to be shown: through which door rows are seen, and who decides on fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import FieldNode

from engine.expr import Expr, Inside, Within
from engine.notes import Notes
from engine.results import Many, One
from engine.rows import Row, Rows, table

if TYPE_CHECKING:
    from engine.bind import Field
    from engine.pages import PageWriter
    from engine.plan import Planner

Noted = dict[str, Any]


@dataclass
class Found:
    """Rows that the answer shows: what of them is known at once, and where they stand in it."""

    item: Row
    rows: Rows[Any]
    shape: str
    path: list[str]
    more: Noted = field(default_factory=dict)
    #: The path of each row's object or value; None where only their number is asked.
    shown: list[str] | None = None


class Notebook(Notes):
    """Remembers what a planner told it."""

    def __init__(self) -> None:
        self.fields: list[Noted] = []
        #: The capabilities for which each group of the viewer's places was asked.
        self.groups: dict[int, list[str]] = {}
        self._doors: dict[int, Noted] = {}
        self._tests: dict[int, list[str]] = {}
        self._found: list[Found] = []

    # -- what is told

    def door(self, rows: Rows[Any], capability: str, given: set[str], test: Expr | bool) -> None:
        by_place = rows.sought and isinstance(test, Within)
        self._doors[id(rows)] = {**self._decided(capability, given, test), **({"held": "BY PLACE"} if by_place else {})}

    def tests(self, rows: Rows[Any], written: list[str]) -> None:
        self._tests.setdefault(id(rows), written)

    def field(self, path: list[str], declared: Field, given: set[str], test: Expr | bool) -> None:
        if declared.requires:
            row = {"when": declared.when, "otherwise": declared.metadata["otherwise"]} if declared.when else {}
            self.fields.append({"path": ".".join(path), **self._decided(declared.requires, given, test), **row})

    def objects(self, path: list[str], found: One) -> None:
        more = {"limit": found.rows.limit} if isinstance(found.rows.limit, int) else {}
        self._found.append(Found(found.item, found.rows, "LIST" if isinstance(found, Many) else "OBJECT", path, more, path))

    def page(self, page: PageWriter) -> None:
        more: Noted = {"last" if page.backwards else "first": page.size}
        more |= {name: True for name, cursor in (("after", page.after), ("before", page.before)) if cursor is not None}
        if page.runs_by_name:
            by_letters = page.rows.words is not None and type(page.row).parts is not None
            more["found"] = "BY LETTERS IN ORDER" if by_letters else "BY PLACE IN ORDER"
        self._found.append(Found(page.row, page.rows, "PAGE", page.path, more, _shown(page.path, page.selected)))

    def _decided(self, capability: str, given: set[str], test: Expr | bool) -> Noted:
        """How it is known whether the viewer holds a capability; `given` of the same tenant is known already."""
        if isinstance(test, Within | Inside):
            named = self.groups.setdefault(test.group, [])
            named += [capability] if capability not in named else []
            return {"capability": capability, "held": "PER ROW", "by": "MASK" if isinstance(test, Inside) else "REACH"}
        known = {"given": sorted(given)} if test is True and given else {}
        return {"capability": capability, "held": "ALWAYS" if test is True else "NEVER", **known}

    # -- what is shown

    def rows(self, planner: Planner, data: Any) -> list[Noted]:
        """Every object, list and page of the answer: whose rows, through which door, in which order and how many."""
        return [self._entry(found, planner, data) for found in self._found]

    def _entry(self, found: Found, planner: Planner, data: Any) -> Noted:
        rows = found.rows
        keys = planner.write.keys(rows, rows.row)[:1 if rows.group is not None else None]
        order = {"order": [label for label, _, _ in keys]} if rows.orders or found.shape != "OBJECT" else {}
        count = {} if found.shown is None else {"rows": sum(item is not None for item in _at(data, found.shown))}
        return {"path": ".".join(found.path), "type": planner.bindings.rows[type(found.item)], "shape": found.shape,
                "table": table(rows.row), "door": self._doors.get(id(rows), {"held": "OPEN"}),
                "found": "BY CONDITIONS" if planner.doors.way(rows) is None else "BY PLACE",
                "conditions": self._tests.get(id(rows), []), **order, **found.more, **count}


def _shown(path: list[str], selected: dict[str, list[FieldNode]]) -> list[str] | None:
    return next(([*path, key] for key, nodes in selected.items() if nodes[0].name.value in ("edges", "nodes")), None)


def _at(data: Any, path: list[str]) -> Iterator[Any]:
    """What stands at a path, in every list on the way."""
    if isinstance(data, list):
        for item in data:
            yield from _at(item, path)
    elif not path:
        yield data
    elif isinstance(data, dict) and path[0] in data:
        yield from _at(data[path[0]], path[1:])
