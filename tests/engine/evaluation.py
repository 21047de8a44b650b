"""Expressions and rows evaluated in Python, one record at a time, as one viewer may see them.

Nothing of the engine decides anything here: it only supplies the classes that `resolvers/` writes its expressions with.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cmp_to_key
from itertools import groupby
from typing import Any

import orjson

from engine.bind import Bindings, Field
from engine.builders import ascending
from engine.expr import (
    Among,
    AtOrAbove,
    Bound,
    Call,
    Case,
    Column,
    Const,
    Count,
    Desc,
    Exists,
    Expr,
    Held,
    Op,
    Scalar,
    Seen,
    Sum,
    Sure,
    Tuple,
)
from engine.rows import Row, Rows
from models.access import Capability, Role, TenantKind, WithheldReason
from models.standing import Holding
from models.viewers import Viewer

Records = list[dict[str, Any]]
Env = dict[Any, Any]
"""The record that each row stands for, by the row's serial number; and the records of the "group"."""
Keys = list[tuple[str, Expr, bool]]
"""An order: (label, value, descending)."""
NOWHERE = object()
"""Where a row lies that lies in no tenant."""


class Evaluation:
    """Tables held in memory, as `viewer` sees them at the moment `now`."""

    viewer: Viewer
    now: dt.datetime

    def __init__(self, bindings: Bindings, tables: dict[Any, Records]):
        self.bindings, self.tables = bindings, tables
        self.paths = {t["id"]: [int(part) for part in t["path"].strip("/").split("/")]
                      for model, records in tables.items() if model.__name__ == "Tenant" for t in records}
        self.indexes: dict[tuple[Any, str], dict[Any, Records]] = {}
        self.in_tree: tuple[Any, set[int]] = (None, set())
        self.fields: dict[tuple[type[Row], str], Field] = {}

    # -- rows

    def rows(self, rows: Rows[Any], env: Env) -> list[Env]:
        """The records that the viewer may know of and the rule wants, in order."""
        found = self.chosen(rows, env)
        if len(found) < 2:
            return found
        keys = self.keys(rows)
        placed = [(self.values(keys, here), here) for here in found]
        return [here for _, here in sorted(placed, key=cmp_to_key(lambda a, b: self.compare(keys, a[0], b[0])))]

    def chosen(self, rows: Rows[Any], env: Env) -> list[Env]:
        """They in no order."""
        visible = None if rows.unguarded else rows.row.visible()
        found = []
        for record in self._candidates(rows, env):
            here = {**env, rows.row._serial: record}
            if all(self.value(test, here) is True for test in rows.wheres) and (
                    rows.unguarded or self.door(rows.row, visible, here)):
                found.append(here)
        return found

    def _candidates(self, rows: Rows[Any], env: Env) -> Records:
        """Only for speed: records found by a column that must equal something known already."""
        model = type(rows.row).model
        for test in rows.wheres:
            if isinstance(test, Op) and test.op == "=" and isinstance(test.left, Column) and test.left.row is rows.row:
                try:
                    wanted = self.value(test.right, env)
                except KeyError:  # it needs the row itself
                    continue
                index = self.indexes.get((model, test.left.name))
                if index is None:
                    index = self.indexes[model, test.left.name] = {}
                    for record in self.tables[model]:
                        index.setdefault(record[test.left.name], []).append(record)
                return [] if wanted is None else index.get(wanted, [])
        return self.tables[model]

    def groups(self, rows: Rows[Any], env: Env) -> Iterator[list[Env]]:
        group, (_, by) = rows.group, rows.orders[0]
        assert group is not None
        found = [((self.value(by(rows.row), e), self.value(group, e)), e) for e in self.rows(rows, env)]
        for _, members in groupby(sorted(found, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
            yield [e for _, e in members]

    def keys(self, rows: Rows[Any]) -> Keys:
        """What the rows are ordered by, without what is withheld from this viewer everywhere."""
        keys = [(label, order(rows.row)) for label, order in rows.orders]
        keys += [("id", rows.row.id)] if "id" in rows.row.columns else []  # the closure has none, and no order
        split = [(label, key.value, True) if isinstance(key, Desc) else (label, key, False) for label, key in keys]
        return [(label, *ascending(key, down)) for label, key, down in split if not self._says_nothing(key)]

    def _says_nothing(self, e: Expr) -> bool:
        match e:
            case Const():
                return True
            case Sure():
                return self._says_nothing(e.value)
            case Seen():
                needs = self._field(e).requires
                return bool(needs) and not any(_has(h, str(needs)) for h in self.viewer.holdings) or self._says_nothing(e.value)
        return False

    def values(self, keys: Keys, env: Env) -> list[Any]:
        return [self.value(key, env) for _, key, _ in keys]

    def compare(self, keys: Keys, a: list[Any], b: list[Any]) -> int:
        """Nulls come last, whichever way a key runs."""
        for (_, _, down), x, y in zip(keys, a, b, strict=True):
            if x is None or y is None:
                if x is not y:
                    return 1 if x is None else -1
            elif x != y:
                return -1 if (x < y) != down else 1
        return 0

    # -- permission

    def door(self, row: Row, visible: Expr | None, env: Env) -> bool:
        needs = type(row).needs
        known = self.holds(needs, row, env) if needs else bool(self._held_on(row, env))
        return known and (visible is None or self.value(visible, env) is True)

    def holds(self, name: str, row: Row, env: Env) -> bool:
        """A capability, or "role:" and a role, on the tenant of a row; anywhere for a row that lies nowhere."""
        return any(_has(h, name) for h in self._held_on(row, env))

    def _held_on(self, row: Row, env: Env) -> list[Holding]:
        path = self._path_of(row, env)
        return [h for h in self.viewer.holdings if path is NOWHERE or path and _reaches(h, path)]

    def _path_of(self, row: Row, env: Env) -> Any:
        while row._host is not None and not type(row).place:
            row = row._host
        return self.paths.get(self.value(row.tenant_key(), env)) if type(row).place else NOWHERE

    def reason(self, capability: str, row: Row, env: Env) -> str:
        """Why a capability is missing: because of SUPPORT where the viewer is that; everywhere, of a row without a place."""
        scope = next((h.scope for h in self.viewer.holdings), None)
        if scope is not None and capability not in {c.name for c in scope}:
            return WithheldReason.API_KEY_SCOPE.name
        roles = {h.role for h in self._held_on(row, env)}
        is_support = roles == {Role.SUPPORT} if self._path_of(row, env) is NOWHERE else Role.SUPPORT in roles
        return (WithheldReason.SUPPORT_ROLE if is_support else WithheldReason.ROLE).name

    def told(self, key: str) -> Any:
        """Something of the viewer's."""
        v = self.viewer
        match key:
            case "user" | "session" | "acting" | "key":
                return getattr(v, f"{key}_id")
            case "billing zone":
                return v.billing_zone
            case "customer":
                return v.current.tenant_id if v.current and v.current.kind is TenantKind.CUSTOMER else None
            case "home" | "tenant":
                at = v.home if key == "home" else v.current
                return at and at.tenant_id
            case "depth":
                return len(self.paths[v.current.tenant_id]) - 1 if v.current else 0
            case "role":
                held = {h.role for h in v.holdings if v.current and _reaches(h, self.paths[v.current.tenant_id])}
                return next((role.name for role in Role if role in held), None)
            case "capabilities":
                return orjson.dumps(sorted(c.name for c in Capability if any(c in h.capabilities for h in v.holdings))).decode()
        raise KeyError(key)

    # -- expressions

    def value(self, e: Expr, env: Env) -> Any:
        match e:
            case Column():
                return env[e.row._serial][e.name]
            case Const():
                return e.value
            case Sure():
                return self.value(e.value, env)
            case Bound():
                return self._bound(e)
            case Op():
                left = self.value(e.left, env)
                return left if DECIDES.get(e.op) is left else _operate(e.op, left, self.value(e.right, env))
            case Call():
                return _call(e.name, [self.value(arg, env) for arg in e.args])
            case Case():
                return self.value(next((value for test, value in e.cases if self.value(test, env) is True), e.default), env)
            case Exists():
                return bool(self.chosen(e.rows, env))
            case Among():
                return self.value(e.value, env) in [self.value(e.of, there) for there in self.chosen(e.rows, env)]
            case AtOrAbove():
                return self._at_or_above(e, env)
            case Tuple():
                return [self.value(value, env) for value in e.values]
            case Held():
                return self.holds(e.name, e.row, env)
            case Seen():
                return self.value(e.value, env) if self.shows(self._field(e), e.row, env) else None
            case Count():
                return len(env["group"])
            case Sum():
                return sum(self.value(e.value, member) or 0 for member in env["group"])
            case Scalar():
                found = self.rows(e.rows, env)
                if isinstance(e.value, Count | Sum):
                    return self.value(e.value, {**env, "group": found})
                return self.value(e.value, found[0]) if found else None
        raise TypeError(type(e))

    def _at_or_above(self, e: AtOrAbove, env: Env) -> bool:
        id = self.value(e.tenant, env)
        key = next(t["tree_key"] for model, records in self.tables.items() if model.__name__ == "Tenant" for t in records
                   if t["id"] == id)
        start, end, after = (None if bound is None else self.value(bound, env) for bound in (e.start, e.end, e.after))
        if start is None or not start <= key < end or e.after is not None and (after is None or key <= after):
            return False
        if self.in_tree[0] is not e:  # the same for every tenant
            self.in_tree = (e, {above for there in self.rows(e.rows, env) for above in self.paths[self.value(e.rows.row.tenant_key(), there)]})
        return id in self.in_tree[1]

    def shows(self, field: Field, row: Row, env: Env) -> bool:
        """Whether the viewer may see the field of a row."""
        return (not field.requires or self.holds(field.requires, row, env)) and (
            not field.when or self.value(getattr(row, field.when)(), env) is True)

    def _field(self, e: Seen) -> Field:
        key = (type(e.row), e.field)
        if key not in self.fields:
            fields = self.bindings.types[self.bindings.rows[type(e.row)]].values()
            self.fields[key] = next(field for field in fields if field.python_name == e.field)
        return self.fields[key]

    def _bound(self, e: Bound) -> Any:
        kind, *rest = e.slot
        value = {"lit": lambda: rest[0], "viewer": lambda: self.told(rest[0]), "now": lambda: (self.now, self.told(rest[0])) if rest else self.now}[kind]()
        return e.convert(value) if e.convert and value is not None else value


def _has(holding: Holding, name: str) -> bool:
    kind, _, rest = name.partition(":")
    if kind == "role":
        return holding.role.name == rest
    if kind == "unscoped":
        return holding.scope is not None and Capability[rest] not in holding.scope
    return Capability[name] in holding.capabilities


def _reaches(holding: Holding, path: list[int]) -> bool:
    return holding.tenant_id in path[:-1] if holding.beneath else holding.tenant_id == path[-1]


#: What the right side cannot change.
DECIDES = {"and": False, "or": True}
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
    "||": operator.add, "-": operator.sub, "in": lambda a, b: a in b}


def _operate(op: str, a: Any, b: Any) -> Any:
    """As SQL has it: null is unknown."""
    if op == "and":
        return False if a is False or b is False else None if a is None or b is None else True
    if op == "or":
        return True if a is True or b is True else None if a is None or b is None else False
    if a is None or b is None:
        return None
    return OPERATIONS[op](a, b)


def _call(name: str, args: list[Any]) -> Any:
    match name, args:
        case "is_null", [x]:
            return x is None
        case "coalesce", _:
            return next((x for x in args if x is not None), None)
        case _ if None in args:
            return None
        case "same", [x]:
            return x
        case "not", [x]:
            return not x
        case "contains", [text, part]:
            return part in text
        case "contains_all", [text, part, others]:
            return part in text and all(other in text for other in others)
        case "member", [x, values]:
            return x in values
        case "global_id", [tag, id]:
            return f"{tag}{id}"
        case "fixed", [minor, digits]:
            return f"{Decimal(minor).scaleb(-digits):f}"
    raise TypeError(name)
