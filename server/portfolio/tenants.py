"""Imports tenants.csv: the tree, and what is known of each customer in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from models import Customer, Reach, Tenant, User
from models.access import TenantKind
from models.bulk import amend, pour, row_of
from models.customers import CustomerStatus
from models.reach import list_beneath, rename
from models.records import id_of, name_key
from server.portfolio.reading import Line
from server.portfolio.world import Once, World, company, differing, some

OF_CUSTOMERS = ("status", "status_reason", "account_type", "website", "phone", "email", "country", "accepted_at")
OF_TENANTS = ("domain", "created_at", "time_zone")


class Tenants:
    """One import of the file. `read` every line, then `store`; `new`, `changed` and `same` count them."""

    def __init__(self, world: World):
        self.world = world
        self.planted: list[Tenant] = []
        self.signed_up: list[Customer] = []
        self.tenant_changes: list[tuple[int, dict[str, Any]]] = []
        self.customer_changes: list[tuple[int, dict[str, Any]]] = []
        self.new = self.changed = self.same = 0

    async def read(self, lines: Sequence[Line]) -> None:
        once = Once("is the reference of a tenant")
        by_reference = {line.get("reference"): line for line in lines if line.get("reference") is not None
                        and once(line, line.get("reference"), "reference")}
        self.world.spoiled_companies = set(by_reference) | {line.cells["reference"].strip() for line in lines}
        named = set(by_reference) | {line.get("parent") for line in lines} - {None}
        there = {t.reference: t for each in some(500, named) for t in await Tenant.filter(reference__in=each)}
        ids = [t.id for t in there.values()]
        customers = {c.id: c for each in some(500, ids) for c in await Customer.filter(id__in=each)}
        root = await Tenant.get_or_none(kind=TenantKind.PLATFORM.name)
        for line in _parents_first(by_reference):
            if line.fits:
                self._line(line, there, customers, root)
                if root is None and self.planted and self.planted[-1].parent_id is None:
                    root = self.planted[-1]

    def _line(self, line: Line, there: dict[str | None, Tenant], customers: dict[int, Customer],
              root: Tenant | None) -> None:
        parent, reference = self._parent(line, there), line.get("reference")
        if not line.fits or not self._may_stand(line, parent, there.get(reference), root):
            return
        tenant = there.get(reference)
        kind = TenantKind[line.get("kind")]
        is_new = tenant is None
        if tenant is None:
            tenant = there[reference] = Tenant.beneath(
                parent, kind=kind, name=line.get("name"), currency=line.get("currency"),
                id=id_of("tenant", reference), reference=reference, domain=line.get("domain"),
                time_zone=line.values.get("time_zone"))
            tenant.created_at = line.get("created_at") or self.world.now
            self.planted.append(tenant)
            changed = False
        else:
            changed = self._note(self.tenant_changes, tenant, {**_named(line), **line.some(*OF_TENANTS)})
        issuer = None
        if kind in (TenantKind.RESELLER, TenantKind.CUSTOMER) and parent is not None:
            above = customers.get(parent.id)
            issuer = above.issuer_id if parent.kind == TenantKind.CUSTOMER.name and above else parent.id
            changed = self._customer(line, tenant, customers, issuer) or changed
        self.world.companies[reference] = company(tenant, issuer)
        self.new, self.changed, self.same = (
            self.new + is_new, self.changed + (changed and not is_new), self.same + (not changed and not is_new))

    def _parent(self, line: Line, there: dict[str | None, Tenant]) -> Tenant | None:
        reference = line.get("parent")
        parent = there.get(reference) if reference is not None else None
        if reference is not None and parent is None:
            if reference in self.world.spoiled_companies:
                line.fits = False
            else:
                line.bad("parent", "is the reference of no tenant, neither in this file nor in the database")
        return parent

    def _may_stand(self, line: Line, parent: Tenant | None, tenant: Tenant | None, root: Tenant | None) -> bool:
        """Whether the tenant may be where the line puts it; else the problems."""
        kind = TenantKind[line.get("kind")]
        if tenant is not None:
            if tenant.kind != kind.name:
                line.bad("kind", f"is {tenant.kind} in the database; a tenant's kind does not change")
            if tenant.parent_id != (parent.id if parent else None):
                line.bad("parent", "is not where the tenant stands in the database; an import moves none")
            if tenant.currency != line.values.get("currency", tenant.currency):
                line.bad("currency", f"is {tenant.currency} in the database; a tenant's currency does not change")
        elif kind is TenantKind.PLATFORM:
            if parent is not None:
                line.bad("parent", "must be empty: nothing stands above a PLATFORM")
            if root is not None:
                line.bad("kind", f"is a second PLATFORM: there is {root.reference or root.name} already")
        elif parent is None:
            line.bad("parent", f"is missing: a {kind.name} stands beneath another tenant")
        elif not parent.may_hold(kind):
            what = "sub-account" if parent.sub_account else parent.kind
            line.bad("parent", f"is a {what}, beneath which no {kind.name} may stand")
        if kind not in (TenantKind.RESELLER, TenantKind.CUSTOMER):
            for column in OF_CUSTOMERS:
                if line.get(column) is not None:
                    line.bad(column, f"is for a RESELLER or a CUSTOMER, not for a {kind.name}")
        return line.fits

    def _customer(self, line: Line, tenant: Tenant, customers: dict[int, Customer], issuer: int) -> bool:
        """Makes the tenant's customer, or notes what of it changes; whether something does."""
        there = customers.get(tenant.id)
        status = line.values.get("status") or (there.status if there else CustomerStatus.ACTIVE.name)
        if status == CustomerStatus.SUSPENDED.name:
            if (line.values.get("status_reason") or (there and there.status_reason)) is None:
                line.bad("status_reason", "is empty: say why the customer is SUSPENDED")
        elif line.get("status_reason") is not None:
            line.bad("status_reason", f"is for SUSPENDED customers; this one is {status}")
        values = {**_named(line), **line.some(*OF_CUSTOMERS, "created_at")}
        if status != CustomerStatus.SUSPENDED.name:
            values["status_reason"] = None
        if there is None:
            values = {"status": status, "accepted_at": tenant.created_at, **values, "created_at": tenant.created_at}
            there = customers[tenant.id] = Customer(
                id=tenant.id, tenant_id=tenant.id, issuer_id=issuer, reference=tenant.reference,
                currency=tenant.currency, status_changed_at=tenant.created_at, mrr_minor=0, mrr_pending_minor=0, **values)
            self.signed_up.append(there)
            return True
        if there.status != status:
            values["status_changed_at"] = self.world.now
        return self._note(self.customer_changes, there, values)

    def _note(self, changes: list[tuple[int, dict[str, Any]]], record: Any, values: dict[str, Any]) -> bool:
        changed = differing(record, values)
        if changed:
            changes.append((record.id, changed))
        return bool(changed)

    async def store(self) -> None:
        now = self.world.now
        for tenants in some(2000, self.planted):
            await pour(Tenant, [row_of(tenant, now) for tenant in tenants])
            await pour(Reach, [row_of(row, now) for tenant in tenants for row in tenant.reaches()])
        for customers in some(2000, self.signed_up):
            await pour(Customer, [row_of(customer, now) for customer in customers])
        self.world.signed_up |= {customer.id for customer in self.signed_up}
        for tenants in some(2000, self.planted):
            await list_beneath([tenant.id for tenant in tenants if tenant.sub_account])
        await amend(Tenant, self.tenant_changes, now)
        await rename([id for id, _ in self.tenant_changes])
        await amend(Customer, self.customer_changes, now)
        shut = [id for id, values in self.customer_changes if "status" in values]
        for ids in some(500, shut):
            self.world.access |= {user.id for user in await User.filter(tenant_id__in=ids).only("id")}


def _named(line: Line) -> dict[str, Any]:
    return {"name": line.get("name"), "name_key": name_key(line.get("name"))}


def _parents_first(lines: dict[Any, Line]) -> Iterator[Line]:
    """The lines, each after that of its parent. Where they go round in a circle, every one of them is a problem."""
    done: set[Any] = set()
    for start in lines:
        way: dict[Any, None] = {}
        reference = start
        while reference in lines and reference not in done and reference not in way:
            way[reference] = None
            reference = lines[reference].get("parent")
        if reference in way:
            circle = list(way)[list(way).index(reference):]
            for each in circle:
                lines[each].bad("parent", f"puts the tenant beneath itself: {' beneath '.join([*circle, reference])}")
        for each in reversed(way):
            done.add(each)
            yield lines[each]
