"""What the peer on Ariadne reads: batches over asyncpg, and rows as its schema shows them."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
from aiodataloader import DataLoader

from benchmarks.peers.rule import BITS, PRESENT, mask, rule
from models.access import Capability
from models.records import name_key
from models.viewers import Viewer
from resolvers.invoices import month_of
from resolvers.money import DIGITS

Object = dict[str, Any]
NAMED = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
SQL = dict(zip(*[iter(NAMED.split(Path(__file__).with_name("batches.sql").read_text())[1:])] * 2, strict=True))
RULE = rule()
BIT = {capability: 2 << n for n, capability in enumerate(BITS)}


class Places:
    """Where a viewer holds what, by the ids of tenants; worked out once for each session."""

    def __init__(self, viewer: Viewer):
        self.here = viewer.current.tenant_id if viewer.current else None
        self.own: dict[int, int] = defaultdict(int)
        self.beneath: dict[int, int] = defaultdict(int)
        for holding in viewer.holdings:
            (self.beneath if holding.beneath else self.own)[holding.tenant_id] |= mask(holding.capabilities)
        self.known, self.seen = self._nodes(PRESENT), self._nodes(BIT[Capability.CUSTOMER_VIEW])

    def on(self, path: str) -> int:
        """What the viewer may do on a tenant, as bits, by its path such as "/1/22/333/"."""
        *above, own = map(int, path[1:-1].split("/"))
        held = self.own.get(own, 0)
        for id in above:
            held |= self.beneath.get(id, 0)
        return held

    def _nodes(self, bit: int) -> list[int]:
        own = [-id for id, held in self.own.items() if held & bit]
        return own + [id for id, held in self.beneath.items() if held & bit]


class Reads:
    """The reads of one request, with a loader for each relation and its arguments."""

    def __init__(self, pool: asyncpg.Pool, places: Places, now: dt.datetime):
        self.pool, self.places, self.now = pool, places, now
        self._loaders: dict[tuple[str, Any], DataLoader[Any, Any]] = {}

    async def rows(self, name: str, *values: Any) -> list[asyncpg.Record]:
        return await self.pool.fetch(SQL[name], *values)  # type: ignore[no-any-return]

    def load(self, read: Callable[..., Coroutine[Any, Any, list[Any]]], parent: Object, *given: Any) -> Any:
        """What a batch read, one of those below, gives for one parent."""
        key = (read.__name__, given)
        if key not in self._loaders:
            async def batch(parents: list[Object]) -> list[Any]:
                return await read(parents, *given)
            self._loaders[key] = DataLoader(batch, get_cache_key=lambda each: each["key"])
        return self._loaders[key].load(parent)

    async def customer(self, id: str) -> Object | None:
        found = await self.rows("customer", int(id.removeprefix("cus_")))
        return self._customer(found[0]) if found else None

    async def customers(self, first: int, search: str | None = None) -> Object:
        asked = (self.places.seen, RULE["listed"], first)
        found = await (self.rows("customers_found", *asked, name_key(search)) if search else self.rows("customers", *asked))
        return {"nodes": [self._customer(row) for row in found]}

    async def tenant_tree(self) -> Object | None:
        found = await self.rows("tenant", self.places.here)
        return _tenant(found[0]) if found else None

    async def customers_of(self, tenants: list[Object]) -> list[Object | None]:
        found = {row["id"]: row for row in await self.rows("customers_by_id", [t["key"] for t in tenants])}
        return [self._customer(found[t["key"]]) if t["key"] in found else None for t in tenants]

    async def children(self, tenants: list[Object], kind: str | None, first: int) -> list[Object]:
        found = await self.rows("children", [t["key"] for t in tenants], kind, self.places.known, first)
        grouped = _grouped(found, "parent_id")
        return [{"nodes": [_tenant(row) for row in grouped[t["key"]]]} for t in tenants]

    async def primary_admins(self, customers: list[Object]) -> list[Object | None]:
        ids = [c["key"] for c in customers if c["held"] & BIT[Capability.USER_VIEW]]
        found = {row["tenant_id"]: row for row in (await self.rows("primary_admins", ids, self.now) if ids else [])}
        return [_user(found[c["key"]]) if c["key"] in found else None for c in customers]

    async def contracts(self, customers: list[Object], first: int) -> list[Object | None]:
        found = await self._visible(customers, Capability.CONTRACT_VIEW, "contracts", RULE["liveliest"], first)
        return [{"nodes": [_contract(row, c) for row in found[c["key"]]]} if _sees(c, Capability.CONTRACT_VIEW) else None
                for c in customers]

    async def contract_summaries(self, customers: list[Object]) -> list[Object | None]:
        found = await self._visible(customers, Capability.CONTRACT_VIEW, "contract_counts")
        return [{"byStatus": [dict(row) for row in found[c["key"]]], "total": sum(row["count"] for row in found[c["key"]])}
                if _sees(c, Capability.CONTRACT_VIEW) else None for c in customers]

    async def users(self, customers: list[Object], first: int) -> list[Object | None]:
        found = await self._visible(customers, Capability.USER_VIEW, "users", first)
        return [_counted(found[c["key"]], _user) if _sees(c, Capability.USER_VIEW) else None for c in customers]

    async def services(self, customers: list[Object], first: int) -> list[Object | None]:
        found = await self._visible(customers, Capability.SERVICE_VIEW, "services", first)
        return [_counted(found[c["key"]], partial(_service, customer=c)) if _sees(c, Capability.SERVICE_VIEW) else None
                for c in customers]

    async def invoices(self, customers: list[Object], first: int) -> list[Object | None]:
        billed = [c for c in customers if self._billed_here(c)]
        found = await self._visible(billed, Capability.INVOICE_VIEW, "invoices", self.places.here, RULE["seen_by_billed"], first)
        return [{"nodes": [_invoice(row) for row in found[c["key"]]]} if self._billed_here(c) else None for c in customers]

    async def invoice_summaries(self, customers: list[Object]) -> list[Object | None]:
        billed, month = [c for c in customers if self._billed_here(c)], month_of(self.now)
        found = await self._visible(billed, Capability.INVOICE_VIEW, "invoice_sums", self.places.here, RULE["seen_by_billed"],
                                    month, RULE["invoice_statuses"])
        return [_invoice_summary(found[c["key"]], month, c["row"]["currency"]) if self._billed_here(c) else None
                for c in customers]

    async def sub_accounts(self, customers: list[Object], first: int) -> list[Object]:
        rows = await self.rows("customers_beneath", [c["key"] for c in customers], self.places.seen, first)
        found = _grouped(rows, "parent_id")
        return [{"nodes": [self._customer(row) for row in found[c["key"]]]} for c in customers]

    async def _visible(self, customers: list[Object], capability: Capability, name: str, *values: Any,
                       ) -> dict[int, list[asyncpg.Record]]:
        ids = [c["key"] for c in customers if _sees(c, capability)]
        return _grouped(await self.rows(name, ids, *values) if ids else [], "tenant_id")

    def _billed_here(self, customer: Object) -> bool:
        return _sees(customer, Capability.INVOICE_VIEW) and self.places.here in (customer["issuer"], customer["key"])

    def _customer(self, row: asyncpg.Record) -> Object | None:
        held = self.places.on(row["path"])
        if not held & BIT[Capability.CUSTOMER_VIEW]:
            return None
        told = {name: row[name] for name in ("name", "reference", "status", "website", "phone", "email", "country")}
        return told | {"key": row["id"], "held": held, "issuer": row["issuer_id"], "row": row, "id": f"cus_{row['id']}"}


def created_at(customer: Object) -> str | None:
    return _moment(customer["row"]["created_at"])


def mrr(customer: Object) -> Object | None:
    return _money_seen(customer, customer["row"]["mrr_minor"], customer["row"]["currency"])


def summary(customer: Object) -> Object | None:
    if not _sees(customer, Capability.CUSTOMER_SUMMARY_VIEW):
        return None
    row = customer["row"]
    return {"ports": row["ports"], "virtualCircuits": row["virtual_circuits"], "cloudConnections": row["cloud_connections"],
            "lastActivityAt": _moment(row["last_activity_at"]), "lastOrderAt": _moment(row["last_order_at"]),
            "mrrPendingEntry": _money_seen(customer, row["mrr_pending_minor"], row["currency"])}


def _sees(customer: Object, capability: Capability) -> bool:
    return bool(customer["held"] & BIT[capability])


def _moment(value: dt.datetime | None) -> str | None:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def _money(minor: int | None, currency: str) -> Object | None:
    if minor is None:
        return None
    return {"amount": str(Decimal(minor).scaleb(-DIGITS.get(currency, 2))), "currency": currency}


def _money_seen(customer: Object, minor: int | None, currency: str) -> Object | None:
    return _money(minor, currency) if _sees(customer, Capability.FINANCIALS_VIEW) else None


def _day(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None


def _user(row: asyncpg.Record) -> Object:
    return {"id": f"usr_{row['id']}", "displayName": f"{row['first_name']} {row['last_name']}", "email": row["email"],
            "active": row["active"], "lastActiveAt": _moment(row["last_active_at"])}


def _contract(row: asyncpg.Record, customer: Object) -> Object:
    return {"id": f"con_{row['id']}", "number": row["number"], "title": row["title"], "status": row["status"],
            "startsOn": _day(row["starts_on"]), "endsOn": _day(row["ends_on"]),
            "value": _money_seen(customer, row["value_minor"], row["currency"])}


def _service(row: asyncpg.Record, customer: Object) -> Object:
    return {"id": f"svc_{row['id']}", "name": row["name"], "product": row["product"], "status": row["status"],
            "monthlyCharge": _money_seen(customer, row["monthly_charge_minor"], row["currency"])}


def _invoice(row: asyncpg.Record) -> Object:
    return {"id": f"bil_{row['id']}", "number": row["number"], "billingMonth": row["billing_month"], "status": row["status"],
            "dueOn": _day(row["due_on"]), "total": _money(row["total_minor"], row["currency"])}


def _invoice_summary(rows: list[asyncpg.Record], month: str, currency: str) -> Object:
    left = sum(row["total_minor"] for row in rows if row["status"] in RULE["not_yet_issued"])
    groups = [{"status": row["status"], "count": row["count"], "total": _money(row["total_minor"], currency)} for row in rows]
    return {"billingMonth": month, "groups": groups, "totalIssuableRemaining": _money(left, currency)}


def _counted(rows: list[asyncpg.Record], shape: Callable[[asyncpg.Record], Object]) -> Object:
    return {"nodes": [shape(row) for row in rows], "totalCount": rows[0]["total"] if rows else 0}


def _tenant(row: asyncpg.Record) -> Object:
    return {"key": row["id"], "id": f"ten_{row['id']}", "name": row["name"]}


def _grouped(rows: Iterable[asyncpg.Record], key: str) -> dict[int, list[asyncpg.Record]]:
    groups: dict[int, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups
