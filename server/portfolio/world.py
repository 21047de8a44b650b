"""Who and what the lines of an import may refer to: tenants and people, of the files and of the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from models import Customer, Tenant, User
from models.access import TenantKind
from models.users import normal_email
from server.portfolio.reading import Line

T = TypeVar("T")


@dataclass(frozen=True)
class Company:
    """A tenant as far as other lines need to know it. `issuer_id` is who bills it, None where nobody does."""

    id: int
    reference: str
    kind: TenantKind
    path: str
    currency: str
    issuer_id: int | None

    @property
    def is_customer(self) -> bool:
        return self.kind in (TenantKind.RESELLER, TenantKind.CUSTOMER)


@dataclass(frozen=True)
class Person:
    """Somebody, and where they are at home."""

    id: int
    email: str
    home_id: int
    home_path: str


@dataclass
class World:
    """Looked up once each. What a bad line was to make is `spoiled`: to refer to it is no further problem."""

    now: dt.datetime
    companies: dict[str, Company | None] = field(default_factory=dict)
    people: dict[str, Person | None] = field(default_factory=dict)
    spoiled_companies: set[str] = field(default_factory=set)
    spoiled_people: set[str] = field(default_factory=set)
    stopped: bool = False
    newcomers: set[int] = field(default_factory=set)
    #: Customers that are new, customers whose services changed, people whose access changed, tenants whose people were active.
    signed_up: set[int] = field(default_factory=set)
    tallied: set[int] = field(default_factory=set)
    access: set[int] = field(default_factory=set)
    active: set[int] = field(default_factory=set)

    async def find(self, lines: Sequence[Line]) -> None:
        """Look up every tenant and person to whom the lines refer."""
        for references in some(500, {str(line.get("tenant")) for line in lines} - set(self.companies)):
            self.companies |= dict.fromkeys(references)
            tenants = await Tenant.filter(reference__in=references)
            issuers = dict(await Customer.filter(id__in=[t.id for t in tenants]).values_list("id", "issuer_id"))
            self.companies |= {str(t.reference): company(t, issuers.get(t.id)) for t in tenants}
        for emails in some(500, {normal_email(line.get("email") or "") for line in lines} - set(self.people)):
            self.people |= dict.fromkeys(emails)
            users = await User.filter(email_norm__in=emails)
            paths = dict(await Tenant.filter(id__in=[u.tenant_id for u in users]).values_list("id", "path"))
            self.people |= {u.email_norm: Person(u.id, u.email_norm, u.tenant_id, paths[u.tenant_id]) for u in users}

    def spoil(self, lines: Sequence[Line]) -> None:
        """Remember whom those of the lines that do not fit were to make."""
        self.spoiled_people |= {normal_email(line.cells.get("email", "")) for line in lines if not line.fits}

    def company(self, line: Line, *, customer: bool = False) -> Company | None:
        """The tenant to which a line refers; a problem where there is none, or no customer where one is needed."""
        reference = line.get("tenant")
        found = self.companies.get(reference)
        if found is None:
            if reference in self.spoiled_companies:
                line.fits = False
            elif reference is not None:
                line.bad("tenant", "is the reference of no tenant, neither in tenants.csv nor in the database")
        elif customer and not found.is_customer:
            line.bad("tenant", f"is a {found.kind.name}; only a RESELLER or a CUSTOMER has these")
            return None
        return found

    def person(self, line: Line) -> Person | None:
        """The person to whom a line refers; a problem where there is none."""
        email = normal_email(line.get("email") or "")
        found = self.people.get(email)
        if found is None:
            if email in self.spoiled_people:
                line.fits = False
            elif email:
                line.bad("email", "is nobody's, neither in users.csv nor in the database")
        return found


def company(tenant: Tenant, issuer_id: int | None) -> Company:
    return Company(tenant.id, str(tenant.reference), TenantKind[tenant.kind], tenant.path, tenant.currency, issuer_id)


def some(size: int, of: Iterable[T]) -> Iterator[list[T]]:
    """As many lists of so many as there are."""
    there = list(of)
    return (there[start:start + size] for start in range(0, len(there), size))


class Once:
    """Finds what a file says twice."""

    def __init__(self, what: str):
        self.what, self.seen = what, dict[object, int]()

    def __call__(self, line: Line, key: object, column: str) -> bool:
        """Whether it is the first line with the key; else a problem."""
        first = self.seen.setdefault(key, line.number)
        if first != line.number:
            line.bad(column, f"{self.what} on line {first} already")
        return first == line.number


def differing(record: object, values: dict[str, object], but: Collection[str] = ()) -> dict[str, object]:
    """Those of the values that the record does not have."""
    return {name: value for name, value in values.items() if name not in but and getattr(record, name) != value}


