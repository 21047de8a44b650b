"""What a viewer may see, while planning: doors to rows, guards of fields, and the marks that say what was withheld."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from engine.builders import every, literal_null
from engine.expr import Case, Const, Expr, Held, Inside, Seen, Within
from engine.notes import SILENT, Notes
from engine.rows import Row, Rows

if TYPE_CHECKING:
    from engine.bind import Bindings

T = TypeVar("T")


class Policy(Protocol):
    """The rule of access, as the house that uses the engine defines it.

    Its places are nodes of a closure: a table with the columns node, name_key and tenant_id, where a row says that the
    node reaches the tenant. `closure` is its name.
    """

    presence: str
    closure: str

    def permits(self, standing: Any, capability: str, given: set[str], above: set[str], tenant: Expr) -> Within | bool:
        """True, False, or a condition on a tenant, of which the capabilities in `given` are proved already, and those
        in `above` of the tenant above it."""
        ...

    def reasons(self, standing: Any, capability: str, given: set[str], tenant: Expr | None) -> list[tuple[Expr | None, str]]:
        """Why the capability is missing, of a tenant or (None) anywhere: tests in order, the last of them None."""
        ...

    def apart(self, standing: Any, group: int, door: int) -> bool:
        """Whether each node of the group `door` lies wholly inside of another group or wholly outside."""
        ...

    def value(self, viewer: Any, key: Any) -> Any:
        """What a statement is told of the viewer: `viewers(key)`; ("nodes", group) are the nodes of a group, and
        ("masks", group) says for each of them inside which groups it lies: of group n tells the n-th bit."""
        ...


def _same_tenant(row: Row | None) -> Iterator[Row]:
    """A row, and those that lie in the same tenant by construction."""
    while row is not None:
        yield row
        row = row._host or row._beside


class Permission:
    """One viewer's standing, while one statement is written."""

    def __init__(self, policy: Policy, standing: Any, bindings: Bindings, notes: Notes = SILENT):
        self.policy, self.standing, self.bindings, self.notes = policy, standing, bindings, notes
        self.closure = policy.closure
        self.marks: list[tuple[str, dict[str, str]]] = []
        self._proved: dict[int, set[str]] = {}
        self._doors: dict[int, list[Expr]] = {}
        self._ways: dict[int, Within] = {}
        self._keep: list[Any] = []

    # -- rows

    def conditions(self, rows: Rows[Any]) -> list[Expr]:
        """The conditions under which the viewer may know of rows; none where a neighbour of theirs has proved it."""
        if id(rows) not in self._doors:
            self._keep.append(rows)  # an id is only its object's while the object lives
            self._doors[id(rows)] = self._open(rows)
        return self._doors[id(rows)]

    def way(self, rows: Rows[Any]) -> Within | None:
        """The places by way of which rows are found, where they are."""
        self.conditions(rows)
        return self._ways.get(rows.row._serial)

    def _open(self, rows: Rows[Any]) -> list[Expr]:
        row = rows.row
        if rows.unguarded:
            return []
        needs = type(row).needs or self.policy.presence
        test = self._permits(row, needs)
        self.notes.door(rows, needs, self.given(row), test)
        self._proved.setdefault(row._serial, set()).add(needs)
        if test is False:
            return [Const(False)]
        if rows.sought and isinstance(test, Within):
            self._ways[row._serial], test = test, True
        extra = row.visible()
        return [t for t in (test, extra) if isinstance(t, Expr)]

    def _permits(self, row: Row, capability: str) -> Expr | bool:
        tenant = Const(0) if row.is_placeless else row.tenant_key()
        return self._marked(row, self.policy.permits(self.standing, capability, self.given(row), self._above(row), tenant))

    def _marked(self, row: Row, test: T) -> T | Inside:
        """The same condition, read from what the row's place is marked with where it was found by way of that."""
        if isinstance(test, Within):
            for at in _same_tenant(row):
                way = self._ways.get(at._serial)
                if way is not None and self.policy.apart(self.standing, test.group, way.group):
                    return Inside(at, test.group)
        return test

    def given(self, row: Row | None) -> set[str]:
        """What is proved of a row's tenant at this point of the statement."""
        return set().union(*(self._proved.get(at._serial, ()) for at in _same_tenant(row)))

    def _above(self, row: Row) -> set[str]:
        """What is proved of the tenant above a row's."""
        return set().union(*(self.given(at._above) for at in _same_tenant(row)))

    # -- values

    def allowed(self, row: Row, capability: str) -> Expr | bool:
        """Whether a capability is held on a row's tenant; of a row that lies nowhere, such as a root, anywhere."""
        if row.is_placeless:
            return self._permits(row, capability) is not False
        return capability in self.given(row) or self._permits(row, capability)

    @contextmanager
    def proving(self, row: Row, capability: str) -> Iterator[None]:
        """Inside, the capability is known to be held on the row's tenant."""
        proved = self._proved.setdefault(row._serial, set())
        new = capability not in proved
        proved.add(capability)
        yield
        if new:
            proved.discard(capability)

    def held(self, e: Held) -> Expr:
        test = self.allowed(e.row, e.name)
        return Const(test) if isinstance(test, bool) else test

    def seen(self, e: Seen) -> Expr:
        field = self.bindings.field_of(e.row, e.field)
        held = self.allowed(e.row, field.requires) if field.requires else True
        if held is False:
            return literal_null(e.type)
        tests = [held, getattr(e.row, field.when)() if field.when else True]
        unsure = [test for test in tests if isinstance(test, Expr)]
        return Case([(every(*unsure), e.value)], literal_null(e.type)) if unsure else e.value

    # -- what is withheld

    def mark(self, path: list[str], capability: str, reason: str) -> str:
        """A null that says why. No JSON string holds a raw line feed, so marks are found and nothing looks like one."""
        entry = {"path": ".".join(path), "capability": capability, "reason": reason}
        for mark, known in self.marks:
            if known == entry:
                return mark
        bits = f"{len(self.marks):b}".replace("0", " ").replace("1", "\t")
        self.marks.append((f"null\n{bits}\n", entry))
        return self.marks[-1][0]

    def refusal(self, row: Row, path: list[str], capability: str) -> Expr:
        """The mark of a withheld field, chosen by reason."""
        tenant = None if row.is_placeless else row.tenant_key()
        *tests, (_, last) = [(self._marked(row, test), why) for test, why in self.policy.reasons(
            self.standing, capability, self.given(row), tenant)]
        otherwise = Const(self.mark(path, capability, last))
        if not tests:
            return otherwise
        return Case([(test, Const(self.mark(path, capability, why))) for test, why in tests if test is not None], otherwise)
