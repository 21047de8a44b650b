"""Rows: what a GraphQL type's fields come from. Subclass Row beside the domain's writes; a method per derived field."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, ClassVar, Generic, Self, TypeVar

from tortoise import fields as orm

from engine.builders import every
from engine.expr import (
    BOOL,
    DATE,
    INT,
    PLAIN,
    TEXT,
    TIME,
    Bound,
    Call,
    Column,
    Const,
    Count,
    Desc,
    Exists,
    Expr,
    Scalar,
    Seen,
    Sum,
    Sure,
)
from engine.results import Many, One, Page
from engine.search import Words

TYPES: dict[type, str] = {orm.BooleanField: BOOL, orm.DatetimeField: TIME, orm.DateField: DATE, orm.IntField: INT,
                          orm.BigIntField: INT, orm.SmallIntField: INT}
BY_TAG: dict[str, type[Row]] = {}
_serial = itertools.count(1)


class Row:
    """One row of the statement being written: columns are attributes, derived fields are methods.

    of     the model whose table holds the rows; a class without one is a `part` of another row or a `record`
    tag    the prefix of its global ids
    place  the column that names the tenant in which the row lies
    ranked the column that holds the tenant's name key, where rows and tenants are one to one
    parts  the model whose table holds the parts by which `ranked` is searched (engine/search.py)
    tree   the model whose table has the tenants (id) in the order of their tree (tree_key), where rows and tenants are one to one
    above  the column that names the tenant above that one, where the table has it
    needs  the capability without which a viewer does not learn that the row exists; None: any holding will do
    open   True for tables that say nothing by themselves, such as the closure that doors are made of
    """

    model: ClassVar[Any] = None
    tag: ClassVar[str] = ""
    place: ClassVar[str] = ""
    ranked: ClassVar[str] = ""
    parts: ClassVar[Any] = None
    tree: ClassVar[Any] = None
    above: ClassVar[str] = ""
    needs: ClassVar[str | None] = None
    is_open: ClassVar[bool] = False
    columns: ClassVar[dict[str, tuple[str, bool]]] = {}

    def __init_subclass__(cls, of: Any = None, tag: str = "", place: str = "", ranked: str = "", parts: Any = None,
                          tree: Any = None, above: str = "", needs: Any = None, open: bool = False) -> None:
        if of is None:
            return
        cls.model, cls.tag, cls.place, cls.ranked, cls.parts = of, tag, place, ranked, parts
        cls.tree, cls.above, cls.is_open = tree, above, open
        cls.needs = getattr(needs, "name", needs)
        cls.columns = _columns(of)
        if tag:
            BY_TAG[tag] = cls

    def __init__(self, values: dict[str, Expr] | None = None, host: Row | None = None, present: Expr | None = None):
        self._values, self._host, self._present = values, host, present
        self._beside: Row | None = None
        self._above: Row | None = None
        self._serial = next(_serial)

    def __getattr__(self, name: str) -> Expr:
        if name.startswith("_"):
            raise AttributeError(name)
        if self._values is not None and name in self._values:
            return self._values[name]
        if self._host is not None:
            return getattr(self._host, name)  # type: ignore[no-any-return]
        if name not in self.columns:
            raise AttributeError(f"{type(self).__name__} has no column {name!r}")
        return Column(self, name, *self.columns[name])

    def visible(self) -> Expr | None:
        """What must hold besides the capability for the viewer to learn that the row exists. Override where it does."""
        return None

    @classmethod
    def each(cls, **equals: Any) -> Rows[Self]:
        """Every row of the table whose columns have these values."""
        row = cls()
        rows = Rows(row)
        for name, value in equals.items():
            if isinstance(value, Column) and value.name == value.row.place:
                if name == cls.place:
                    row._beside = value.row  # the same tenant by construction: what is proved of it is proved here
                elif name == cls.above:
                    row._above = value.row
            rows.wheres.append(getattr(row, name) == value)
        return rows

    @classmethod
    def by_id(cls, id: Bound) -> One:
        """The row that a global id names, if it is one of ours and the viewer may know of it."""
        return cls.each(id=cls.key_in(id)).first()

    @classmethod
    def key_in(cls, id: Bound) -> Bound:
        """The primary key inside a global id; null where the id is not one of this table's."""
        return id.converted(lambda text: key_of(cls.tag, text), INT, nullable=True)

    @classmethod
    def part(cls, host: Row, **more: Expr) -> Self:
        """More fields of the same row, under a name of their own; `more` adds values that only they know."""
        return cls(values=more, host=host)

    @classmethod
    def record(cls, **values: Expr) -> Self:
        """A value made of expressions, such as money; absent where one of them is null."""
        unsure = [~value.is_null() for value in values.values() if value.nullable]
        return cls(values={k: Sure(v) if v.nullable else v for k, v in values.items()},
                   present=every(*unsure) if unsure else None)

    @classmethod
    def bundle(cls, present: Expr | None = None, **values: Expr) -> Self:
        """Values some of which may be null by themselves; absent where `present` does not hold."""
        return cls(values=values, present=present)

    @classmethod
    def field(cls, derive: Callable[..., Any]) -> Callable[..., Any]:
        """Adds a field from a later domain: contracts add `contracts` to customers, which know nothing of them."""
        setattr(cls, derive.__name__, derive)
        return derive

    def seen(self, field: str) -> Any:
        """A field as this viewer may see it: for sorts and filters, so that they tell nothing that the field hides."""
        value = getattr(self, field)
        value = value() if callable(value) else value
        if isinstance(value, Row):
            return type(value)({k: Seen(self, field, v) for k, v in (value._values or {}).items()})
        return Seen(self, field, value)

    def seen_as(self, field: str, value: Expr) -> Seen:
        """A value that a field shows somewhere within, as this viewer may see it."""
        return Seen(self, field, value)

    @property
    def is_placeless(self) -> bool:
        """Whether it lies in no tenant: the root of reads, or the viewer."""
        return not type(self).place and (self._host is None or self._host.is_placeless)

    def tenant_key(self) -> Expr:
        """The id of the tenant in which the row lies."""
        if self._host is not None and not type(self).place:
            return self._host.tenant_key()
        return getattr(self, type(self).place)  # type: ignore[no-any-return]


R = TypeVar("R", bound=Row)


class Rows(Generic[R]):
    """Rows of a table: narrow them, order them, then take the first, all, a page, or an aggregate."""

    def __init__(self, row: R):
        self.row = row
        self.wheres: list[Expr] = []
        self.orders: list[tuple[str, Callable[[Any], Any]]] = []
        self.group: Expr | None = None
        self.limit: int | Bound | None = None
        self.unguarded = type(row).is_open
        self.sought = False
        self.words: Words | None = None
        self.leads: list[list[Rows[Any]]] = []

    def where(self, test: Callable[[R], Expr]) -> Self:
        self.wheres.append(test(self.row))
        return self

    def by(self, *keys: str | Callable[[R], Any]) -> Self:
        """Order: a column, "-column" for descending, or a method of the row. The id always comes last."""
        self.orders += [(key, _column(key)) if isinstance(key, str) else (key.__name__, key) for key in keys]
        return self

    def open(self) -> Self:
        """Rows that the viewer may always see, such as their own: no door."""
        self.unguarded = True
        return self

    def by_place(self) -> Self:
        """Rows found by way of the viewer's places: for lists of whatever the viewer may see, wherever it lies."""
        self.sought = True
        return self

    def search(self, words: Bound) -> Self:
        """Only rows that have each of these words, which stand between spaces, somewhere in the name key of their tenant."""
        found = self.words = Words.of(words)
        return self.where(lambda row: getattr(row, type(row).ranked).contains_all(found.longest, found.others))

    def led_by(self, *others: Rows[Any]) -> Self:
        """Says of rows found by place that each lies in the tenant of one of these others, which is true of them anyway: where
        these are few, the search begins with them (engine/leads.py). Their order must be that of an index."""
        self.leads.append([each.open() for each in others])
        return self

    def first(self) -> One:
        return One(self, self.row)

    def all(self, limit: int | Bound | None = None) -> Many:
        """The rows as a list, which must be short by nature or by the limit."""
        self.limit = limit
        return Many(self, self.row)

    def page(self, about: Row | None = None) -> Page:
        return Page(self, self.row, about)

    def count(self) -> Scalar:
        return Scalar(self, Count(), False)

    def total(self, value: Callable[[R], Expr]) -> Scalar:
        """The sum of an integer over the rows; 0 where there are none."""
        return Scalar(self, Sum(value(self.row)), False)

    def value(self, of: Callable[[R], Expr]) -> Scalar:
        """One value of the first row; null where there is none."""
        return Scalar(self, of(self.row), True)

    def exists(self) -> Exists:
        return Exists(self)

    def grouped(self, key: str, into: Callable[[R, Expr], Row], by: Callable[[R], Expr] | None = None) -> Many:
        """One object for each value of a column, ordered by the column or by an expression of it.

        `into` gets a row of the group, of which it may use the column and sums, and how many rows there are.
        """
        self.group, self.orders = getattr(self.row, key), [(key, by or _column(key))]
        return Many(self, into(self.row, Count()))


def _columns(model: Any) -> dict[str, tuple[str, bool]]:
    """A model's columns as (type, nullable). A reference to another record is a column of its integer key."""
    found: dict[str, tuple[str, bool]] = {}
    for name, field in model._meta.fields_map.items():
        if isinstance(field, orm.relational.ForeignKeyFieldInstance):
            found[f"{name}_id"] = (INT, field.null)
        elif field.has_db_field:
            text = PLAIN if name in getattr(model, "plain", ()) else TEXT
            found.setdefault(name, (next((t for kind, t in TYPES.items() if isinstance(field, kind)), text), field.null))
    return found


def _column(name: str) -> Callable[[Row], Any]:
    return (lambda row: Desc(getattr(row, name[1:]))) if name[0] == "-" else (lambda row: getattr(row, name))


def keys_of(rows: Rows[Any], row: Row) -> list[tuple[str, Expr, bool]]:
    """The order as (label, value, descending), ending in the id. Nulls come last either way."""
    keys = [(label, order(row)) for label, order in [*rows.orders, ("id", _column("id"))]]
    return [(label, key.value, True) if isinstance(key, Desc) else (label, key, False) for label, key in keys]


def global_id(row: Row, of: type[Row] | None = None) -> Expr:
    """The global id of a row, or of the row of another class that has the same key."""
    return Call("global_id", [Const((of or type(row)).tag + "_"), row.id], TEXT, False)


def key_of(tag: str, id: Any) -> int | None:
    """The primary key inside a global id; None where it is not one of this kind."""
    head, _, tail = str(id).partition("_")
    fits = head == tag and tail.isascii() and tail.isdigit() and len(tail) == 19 and tail < "9223372036854775808"
    return int(tail) if fits else None


def tag_of(id: Any) -> str:
    """The prefix of a global id, "" where no table has it."""
    tag = str(id).partition("_")[0]
    return tag if tag in BY_TAG else ""


def table(row: Row) -> str:
    return str(type(row).model._meta.db_table)
