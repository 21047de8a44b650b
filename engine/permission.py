"""What a viewer may see, while planning: doors to rows, guards of fields, and the marks that say what was withheld."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from engine.expr import Case, Const, Expr, Held, Seen, every, literal_null
from engine.rows import Row, Rows

if TYPE_CHECKING:
    from engine.bind import Bindings


class Policy(Protocol):
    """The rule of access, as the house that uses the engine defines it."""

    presence: str

    def permits(self, standing: Any, capability: str, given: set[str], tenant: Expr) -> Expr | bool:
        """True, False, or a condition on a tenant, of which the capabilities in `given` are proved already."""
        ...

    def reasons(self, standing: Any, capability: str, given: set[str], tenant: Expr | None) -> list[tuple[Expr | None, str]]:
        """Why the capability is missing, of a tenant or (None) anywhere: tests in order, the last of them None."""
        ...

    def value(self, viewer: Any, key: Any) -> Any:
        """What a statement is told of the viewer: `viewers(key)`, or a list that `permits` asked for."""
        ...


class Permission:
    """One viewer's standing, while one statement is written."""

    def __init__(self, policy: Policy, standing: Any, bindings: Bindings):
        self.policy, self.standing, self.bindings = policy, standing, bindings
        self.marks: list[tuple[str, dict[str, str]]] = []
        self._proved: dict[int, set[str]] = {}
        self._doors: dict[int, list[Expr]] = {}
        self._keep: list[Any] = []

    # -- rows

    def conditions(self, rows: Rows[Any]) -> list[Expr]:
        """The conditions under which the viewer may know of rows; none where a neighbour of theirs has proved it."""
        if id(rows) not in self._doors:
            self._keep.append(rows)  # an id is only its object's while the object lives
            self._doors[id(rows)] = self._open(rows)
        return self._doors[id(rows)]

    def _open(self, rows: Rows[Any]) -> list[Expr]:
        row = rows.row
        if rows.unguarded:
            return []
        needs = type(row).needs or self.policy.presence
        test = self.policy.permits(self.standing, needs, self.given(row), row.tenant_key())
        self._proved.setdefault(row._serial, set()).add(needs)
        if test is False:
            return [Const(False)]
        extra = row.visible()
        return [t for t in (test, extra) if isinstance(t, Expr)]

    def given(self, row: Row | None) -> set[str]:
        """What is proved of a row's tenant at this point of the statement."""
        found: set[str] = set()
        while row is not None:
            found |= self._proved.get(row._serial, set())
            row = row._host or row._beside
        return found

    # -- values

    def allowed(self, row: Row, capability: str) -> Expr | bool:
        """Whether a capability is held on a row's tenant; of a row that lies nowhere, such as a root, anywhere."""
        given = self.given(row)
        if row.is_placeless:
            return self.policy.permits(self.standing, capability, given, Const(0)) is not False
        return capability in given or self.policy.permits(self.standing, capability, given, row.tenant_key())

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
        *tests, (_, last) = self.policy.reasons(self.standing, capability, self.given(row), tenant)
        otherwise = Const(self.mark(path, capability, last))
        if not tests:
            return otherwise
        return Case([(test, Const(self.mark(path, capability, why))) for test, why in tests if test is not None], otherwise)
