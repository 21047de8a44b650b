"""Expressions: what a field is made of. sql.py writes them as SQL; the tests' reference evaluates them in Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

INT, TEXT, BOOL, TIME, DATE, JSON = "int", "text", "bool", "time", "date", "json"
#: Text that JSON writes as it is.
PLAIN = "plain"
INTS, TEXTS = "ints", "texts"


class Expr:
    """A value of the statement being written. Operators build larger expressions; nothing is computed here."""

    type: str = TEXT
    nullable: bool = False

    def __eq__(self, other: Any) -> Op:  # type: ignore[override]
        return Op("=", self, lift(other))

    def __ne__(self, other: Any) -> Op:  # type: ignore[override]
        return Op("<>", self, lift(other))

    def __lt__(self, other: Any) -> Op:
        return Op("<", self, lift(other))

    def __gt__(self, other: Any) -> Op:
        return Op(">", self, lift(other))

    def __le__(self, other: Any) -> Op:
        return Op("<=", self, lift(other))

    def __ge__(self, other: Any) -> Op:
        return Op(">=", self, lift(other))

    def __and__(self, other: Expr) -> Op:
        return Op("and", self, other)

    def __or__(self, other: Expr) -> Op:
        return Op("or", self, other)

    def __invert__(self) -> Call:
        return Call("not", [self], BOOL, self.nullable)

    def __add__(self, other: Any) -> Op:
        """Joins two texts."""
        return Op("||", self, lift(other))

    def __sub__(self, other: Any) -> Op:
        """The difference of two integers."""
        return Op("-", self, lift(other))

    def __bool__(self) -> bool:
        raise TypeError("an expression has no truth value while planning: use & | ~ or choose(...)")

    __hash__ = object.__hash__

    def is_null(self) -> Call:
        return Call("is_null", [self], BOOL, False)

    def contains(self, part: Expr) -> Call:
        """Whether a text has another in it, letter for letter."""
        return Call("contains", [self, part], BOOL, self.nullable)

    def contains_all(self, part: Expr, others: Bound) -> Call:
        """Whether a text has a part in it, and each of a bound list of others."""
        return Call("contains_all", [self, part, others], BOOL, self.nullable)

    def member_of(self, values: Bound) -> Call:
        """One of a bound list."""
        return Call("member", [self, values], BOOL, self.nullable)

    def one_of(self, values: Sequence[Any]) -> Expr:
        """One of a few values known while planning."""
        return Op("in", self, Tuple([lift(value) for value in values])) if values else Const(False)

    def among(self, rows: Any, value: Callable[[Any], Expr]) -> Among:
        """One of the values that rows have: what to look for it by, where there are few of them."""
        return Among(self, rows, value(rows.row))

    def typed(self, type: str) -> Call:
        """The same value, known to be of a type: JSON that was put together as text."""
        return Call("same", [self], type, self.nullable)

    def or_else(self, value: Any) -> Call:
        """Another value where this one is null."""
        return Call("coalesce", [self, lift(value)], self.type, False)


class Column(Expr):
    """A column of one row."""

    def __init__(self, row: Any, name: str, type: str, nullable: bool):
        self.row, self.name, self.type, self.nullable = row, name, type, nullable


class Const(Expr):
    """A value written in our own source, safe to print into the statement."""

    def __init__(self, value: Any, type: str | None = None):
        self.value, self.nullable = value, value is None
        self.type = type or (BOOL if isinstance(value, bool) else INT if isinstance(value, int) else TEXT)


class Bound(Expr):
    """A value known only when the statement runs.

    slot     ("var", name, *path) a variable, ("lit", value) a literal of the document, ("node", node, type) one with
             variables in it, ("viewer", key) something of the viewer's, ("now",) the moment of the request, ("now", key)
             that and something of the viewer's
    convert  makes what the statement needs out of it, in Python
    """

    def __init__(self, slot: tuple[Any, ...], type: str = TEXT, convert: Callable[[Any], Any] | None = None,
                 nullable: bool = False, tag: str = ""):
        self.slot, self.type, self.convert, self.nullable, self.tag = slot, type, convert, nullable, tag

    def converted(self, convert: Callable[[Any], Any], type: str | None = None, nullable: bool = False) -> Bound:
        return Bound(self.slot, type or self.type, convert, nullable, self.tag)

    def further(self, convert: Callable[[Any], Any], type: str) -> Bound:
        """What is made of the converted value."""
        made = self.convert
        return self.converted(lambda value: convert(made(value) if made else value), type)


class Op(Expr):
    """Two expressions joined by an operator that both databases spell alike."""

    def __init__(self, op: str, left: Expr, right: Expr):
        self.op, self.left, self.right = op, left, right
        self.type = TEXT if op == "||" else INT if op == "-" else BOOL
        self.nullable = left.nullable or right.nullable


class Call(Expr):
    """A function that each dialect spells in its own way: a method of the same name in dialects/."""

    def __init__(self, name: str, args: Sequence[Expr], type: str, nullable: bool):
        self.name, self.args, self.type, self.nullable = name, list(args), type, nullable


class Case(Expr):
    """The value of the first test that holds, else the default."""

    def __init__(self, cases: Sequence[tuple[Expr, Expr]], default: Expr):
        self.cases, self.default = list(cases), default
        self.type = cases[0][1].type
        self.nullable = default.nullable or any(value.nullable for _, value in cases)


class Scalar(Expr):
    """One value out of other rows: an aggregate of all, or a column of the first."""

    def __init__(self, rows: Any, value: Expr, nullable: bool):
        self.rows, self.value, self.type, self.nullable = rows, value, value.type, nullable


class Exists(Expr):
    """Whether there is such a row."""

    type = BOOL

    def __init__(self, rows: Any):
        self.rows = rows


class Among(Expr):
    """Whether a value is one of those that other rows have."""

    type = BOOL

    def __init__(self, value: Expr, rows: Any, of: Expr):
        self.value, self.rows, self.of = value, rows, of


class AtOrAbove(Expr):
    """Whether a tenant is in the part of a tree that runs from `start` to before `end`, behind `after`, and is that of one of the
    rows or stands above one. Only the `first` tenants of which this is true are sure to be told so."""

    type = BOOL

    def __init__(self, tenant: Expr, rows: Any, first: int, start: Expr, end: Expr, after: Expr | None = None):
        self.tenant, self.rows, self.first, self.start, self.end, self.after = tenant, rows, first, start, end, after


class Count(Expr):
    """How many rows the group has."""

    type = INT


class Sum(Expr):
    """The sum of an integer over the rows of the group; 0 where there are none."""

    type = INT

    def __init__(self, value: Expr):
        self.value = value


class Seen(Expr):
    """A value as the viewer may see it: null where the field of that name is withheld."""

    nullable = True

    def __init__(self, row: Any, field: str, value: Expr):
        self.row, self.field, self.value, self.type = row, field, value, value.type


class Held(Expr):
    """Whether the viewer holds a capability, or a role ("role:SUPPORT"), on the tenant of a row."""

    type = BOOL

    def __init__(self, row: Any, name: str):
        self.row, self.name = row, name


class Within(Expr):
    """Whether a tenant lies in some of the viewer's places: `group` is what the policy calls them."""

    type = BOOL

    def __init__(self, tenant: Expr, group: int):
        self.tenant, self.group = tenant, group


class Inside(Expr):
    """The same of a row that was found by way of the viewer's places: what its place is marked with says it."""

    type = BOOL

    def __init__(self, row: Any, group: int):
        self.row, self.group = row, group


class Tuple(Expr):
    """Values compared one after the other, as rows of SQL are."""

    def __init__(self, values: Sequence[Expr]):
        self.values, self.nullable = list(values), any(value.nullable for value in values)


class Sure(Expr):
    """A value that cannot be null here, because the object it belongs to is absent where it is."""

    def __init__(self, value: Expr):
        self.value, self.type = value, value.type


class Desc:
    """To be ordered from the highest down."""

    def __init__(self, value: Expr):
        self.value = value


def lift(value: Any) -> Expr:
    """A plain value, or an enum's member by its name, as an expression."""
    return value if isinstance(value, Expr) else Const(getattr(value, "name", value))
