"""Finding customers: the list with its search, filters and order, and the same list as a tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine import AtOrAbove, Bound, Const, Expr, Many, One, Page, Row, Rows, Several, every, page_size, viewers
from engine.errors import BadRequest
from models.records import name_key
from models.services import BillingState, ServiceStatus
from resolvers.criteria import AppliedFilter, applied
from resolvers.customers import LISTED, Customer, CustomerList, CustomerSortKey, SortDirection, sorted_by
from resolvers.query import Query
from resolvers.services import Service
from resolvers.tags import Tag
from resolvers.tenants import Tenant

#: Criteria in one filter, those within and, or and not among them; and words in one search.
MOST, WORDS = 50, 12
#: What to call each criterion on screen.
LABELS = {
    "ids": "Customer", "name": "Name", "status": "Status",
    "onboarding": "Onboarding", "source_data": "Source data", "kind": "Kind", "country_or_region": "Country or region",
    "tags": "Tags", "services": "Services", "product_subscriptions": "Product subscriptions", "dormant": "Inactive",
    "and": "All of", "or": "Any of", "not": "None of", "search": "Search", "hide_inactive": "Inactive ones hidden",
}


def _words(search: str) -> str:
    found = name_key(search)
    if (count := len(found.split())) > WORDS:
        raise BadRequest(f"A search may have {WORDS} words, and this one has {count}. Leave some out.")
    return found


def _keys(names: list[str]) -> list[str]:
    return [name_key(name) for name in names]


def _kind(customer: Customer, kinds: list[Any]) -> Expr:
    return Tenant.each(id=customer.id).open().where(lambda tenant: tenant.kind.one_of(kinds)).exists()


def _tags(names: Bound, **of: Expr) -> Rows[Tag]:
    return Tag.each(**of).where(lambda tag: tag.name_key.member_of(names.converted(_keys))).by("name_key")


def _running(names: Bound, **of: Expr) -> Rows[Service]:
    return _services(**of).where(lambda service: service.name_key.member_of(names.converted(_keys))).by("name_key")


def _subscribed(products: Bound, **of: Expr) -> Rows[Service]:
    return _services(**of).where(lambda service: service.product.member_of(products)
                                 & (service.billing_state != BillingState.ENDED)).by("product")


def _services(**of: Expr) -> Rows[Service]:
    return Service.each(**of).where(lambda service: service.status != ServiceStatus.DELETED)


#: What each criterion asks of a customer, as far as the viewer may see it.
TESTS: dict[str, Callable[[Customer, Any], Expr]] = {
    "ids": lambda customer, ids: customer.id.one_of([Customer.key_in(id) for id in ids]),
    "name": lambda customer, part: customer.name_key.contains(part.converted(name_key)),
    "status": lambda customer, among: customer.status.one_of(among),
    "onboarding": lambda customer, among: customer.seen_as("onboarding", customer.onboarding_status).one_of(among),
    "source_data": lambda customer, among: customer.source_status.one_of(among),
    "kind": _kind,
    "country_or_region": lambda customer, among: customer.country.member_of(among),
    "tags": lambda customer, names: _tags(names, tenant_id=customer.id).exists(),
    "services": lambda customer, names: _running(names, tenant_id=customer.id).exists(),
    "product_subscriptions": lambda customer, products: _subscribed(products, tenant_id=customer.id).exists(),
    "dormant": lambda customer, wanted: customer.seen("is_dormant") if wanted else ~customer.seen("is_dormant"),
    "and": lambda customer, filters: every(*(matches(customer, each) for each in filters)) if filters else Const(True),
    "or": lambda customer, filters: _either([matches(customer, each) for each in filters]),
    "not": lambda customer, filter: ~matches(customer, filter),
}


#: Rows in whose tenants alone a criterion can be met. They only lead there: TESTS say of each customer whether it meets it.
LEADS: dict[str, Callable[[Any], Rows[Any]]] = {
    "ids": lambda ids: _customers(lambda customer: TESTS["ids"](customer, ids), "id"),
    "tags": _tags,
    "product_subscriptions": _subscribed,
    "services": _running,
    "onboarding": lambda among: _customers(lambda customer: customer.onboarding_status.one_of(among), "onboarding_status"),
    "source_data": lambda among: _customers(lambda customer: TESTS["source_data"](customer, among), "source_status"),
    "country_or_region": lambda among: _customers(lambda customer: TESTS["country_or_region"](customer, among), "country"),
}


def _customers(test: Callable[[Customer], Expr], key: str) -> Rows[Customer]:
    return Customer.each().where(test).by(key)


def _leads(filter: dict[str, Any]) -> list[list[Rows[Any]]]:
    """What leads to the customers that meet a filter: of each list, the tenants of all of them."""
    found = [[lead(filter[name])] for name, lead in LEADS.items() if filter.get(name) is not None]
    for each in filter.get("and") or ():
        found += _leads(each)
    either = [_leads(each) for each in filter.get("or") or ()]
    if either and all(either):
        found.append([rows for first, *_ in either for rows in first])
    return found


def matches(customer: Customer, filter: dict[str, Any]) -> Expr:
    """Whether a customer meets every criterion. What the viewer may not see, and what is unknown, meets none."""
    tests = [_surely(TESTS[name](customer, wanted), name in LEADS) for name, wanted in filter.items() if wanted is not None]
    return every(*tests) if tests else Const(True)


def _surely(test: Expr, leads: bool = False) -> Expr:
    """What is unknown does not hold. What leads to customers is no reason to look for them by its index once more."""
    return test.or_else(False) if test.nullable or leads else test


def _either(tests: list[Expr]) -> Expr:
    found: Expr = Const(False)
    for test in tests:
        found = found | test
    return found


def size_of(filter: dict[str, Any]) -> int:
    """How many criteria a filter has, those within others among them."""
    within = [*(filter.get("and") or []), *(filter.get("or") or []), *([filter["not"]] if filter.get("not") else [])]
    return sum(value is not None for value in filter.values()) + sum(map(size_of, within))


def found(rows: Rows[Customer], filter: dict[str, Any] | None, search: Bound | None) -> Rows[Customer]:
    """Customers of the viewer's list that meet a filter and have the words of a search in their names."""
    rows = rows.where(lambda customer: customer.status.one_of(LISTED))
    if filter:
        if (size := size_of(filter)) > MOST:
            raise BadRequest(f"A filter may have {MOST} criteria, and this one has {size}. Leave some out.")
        rows = rows.where(lambda customer: matches(customer, filter))
        for others in _leads(filter):
            rows.led_by(*others)
    return rows if search is None else rows.search(search.converted(_words))


def _is_hidden(customer: Customer) -> Expr:
    return _surely(customer.seen("is_dormant"))


def _is_kept(customer: Customer) -> Expr:
    return ~_is_hidden(customer)


def _hidden(filter: dict[str, Any] | None, search: Bound | None) -> Rows[Customer]:
    """Those whom hiding inactive ones leaves out."""
    return found(Customer.each().by_place(), filter, search).where(_is_hidden)


def _criteria(filter: dict[str, Any] | None, search: Bound | None, hide_inactive: bool) -> list[AppliedFilter]:
    return applied({**(filter or {}), "search": search, "hide_inactive": hide_inactive or None}, LABELS)


@Query.field
def customers(query: Query, filter: dict[str, Any] | None = None, search: Bound | None = None,
              sort: dict[str, Any] | None = None, hide_inactive: bool = False) -> Page:
    about, rows, by = CustomerList(), found(Customer.each().by_place(), filter, search), sort or {}
    about.criteria = _criteria(filter, search, hide_inactive)
    if hide_inactive:
        about.hidden = _hidden(filter, search)
        rows = rows.where(_is_kept)
    key, direction = by.get("key") or CustomerSortKey.NAME, by.get("direction") or SortDirection.ASC
    return rows.by(*sorted_by(key, direction)).page(about)


@Query.field
def applied_filters(query: Query, filter: dict[str, Any]) -> Several:
    return Several(applied(filter, LABELS))


# -- the list as a tree

class CustomerTreeRow(Row):
    """One tenant of the tree, as part of its own row."""

    def tenant(self) -> One:
        return Tenant.each(id=self.id).open().first()

    def customer(self) -> One:
        return Customer.each(id=self.id).first()


class CustomerTree(Row):
    """The tree from the tenant in which the viewer acts: whoever is listed, and all that stand above them."""

    listed: Callable[[Rows[Customer]], Rows[Customer]]
    criteria: Sequence[AppliedFilter] = ()
    hidden: Rows[Customer] | None = None

    def rows(self, first: int | None = None, after_tenant: Bound | None = None) -> Many:
        top, size = _key_of(Tenant.each(id=viewers("tenant")).open()), page_size(first, 50, "the tree's rows")
        after = None if after_tenant is None else _key_of(Tenant.each(id=Tenant.key_in(after_tenant)))
        rows = Tenant.each().where(lambda tenant: AtOrAbove(
            tenant.id, self.listed(Customer.each().by_place()), size, top, top + LAST, after))
        rows.by("tree_key").limit = size
        return Many(rows, CustomerTreeRow.part(rows.row, matched=self._is_listed(rows.row.id)))

    def matched_count(self) -> Expr:
        return self.listed(Customer.each().by_place()).count()

    def hidden_inactive_count(self) -> Expr | None:
        return self.hidden.count() if self.hidden is not None else None

    def applied_filters(self) -> Several:
        return Several(self.criteria)

    def _is_listed(self, id: Expr) -> Expr:
        """Looked up for each row: as `exists` PostgreSQL might read all customers to keep them at hand."""
        return self.listed(Customer.each(id=id)).value(lambda customer: Const(True)).or_else(False)


#: Behind whatever follows a tree key.
LAST = chr(0x10FFFF)


def _key_of(tenants: Rows[Tenant]) -> Expr:
    return tenants.value(lambda tenant: tenant.tree_key)


@Query.field
def customer_tree(query: Query, filter: dict[str, Any] | None = None, search: Bound | None = None,
                  hide_inactive: bool = False) -> CustomerTree:
    tree = CustomerTree()

    def listed(customers: Rows[Customer]) -> Rows[Customer]:
        rows = found(customers, filter, search)
        return rows.where(_is_kept) if hide_inactive else rows
    tree.listed, tree.criteria = listed, _criteria(filter, search, hide_inactive)
    tree.hidden = _hidden(filter, search) if hide_inactive else None
    return tree
