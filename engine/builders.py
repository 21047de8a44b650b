"""Functions that build expressions: choices, ranks, sums of tests, and what only the request knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.expr import INT, TEXT, TIME, Bound, Call, Case, Const, Expr, Held, Op, lift


def choose(key: Expr, cases: dict[Any, Any], otherwise: Any) -> Expr:
    """The value whose key matches, else another."""
    return Case([(key == k, lift(v)) for k, v in cases.items()], lift(otherwise)) if cases else lift(otherwise)


def rank(key: Expr, order: Sequence[Any]) -> Expr:
    """The position of a value in a list, to order by."""
    return choose(key, {value: n for n, value in enumerate(order)}, len(order))


def every(*tests: Expr) -> Expr:
    """Whether all of the tests hold."""
    found = tests[0]
    for test in tests[1:]:
        found = found & test
    return found


def fixed(minor: Expr, digits: int) -> Expr:
    """An integer of minor units as exact decimal text: 1230 with two digits is 12.30."""
    return Call("fixed", [minor, Const(digits)], TEXT, minor.nullable)


def held(row: Any, capability: Any) -> Held:
    """Whether the viewer holds a capability on the tenant of a row."""
    return Held(row, getattr(capability, "name", capability))


def viewers(key: Any, type: str = INT, nullable: bool = True) -> Bound:
    """Something of the viewer's, such as the id of the tenant they act in."""
    return Bound(("viewer", key), type, nullable=nullable)


def now(type: str = TIME, convert: Callable[[Any], Any] | None = None, beside: Any = None) -> Bound:
    """The moment of the request, never the database's clock: plans stay shared and tests can move time.

    `beside` names something of the viewer's: then `convert` gets (moment, that).
    """
    return Bound(("now",) if beside is None else ("now", beside), type, convert)


LARGEST = 2**63 - 1


def ascending(key: Expr, down: bool) -> tuple[Expr, bool]:
    """A key of an order, and whether it runs down. A number is turned so that it runs up and has no null, which comes last
    either way: then one comparison of rows finds a cursor's place, and an index begins there."""
    if key.type != INT or not (down or key.nullable):
        return key, down
    known = key.or_else(-LARGEST if down else LARGEST) if key.nullable else key
    return (Op("-", Const(0), known), False) if down else (known, False)


def literal_null(type: str) -> Const:
    return Const(None, type)
