"""The naive server's batches: one fresh set of loaders for each request."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader
from tortoise.functions import Count

import models
from models.access import GrantSource, Role
from models.contracts import LIVELIEST
from models.grants import live

R = TypeVar("R")
RANK = {status.name: n for n, status in enumerate(LIVELIEST)}


def in_order(ids: list[int], found: Iterable[R], key: str) -> list[list[R]]:
    """The rows that belong to each id, in the order of the ids."""
    grouped: dict[int, list[R]] = defaultdict(list)
    for row in found:
        grouped[getattr(row, key)].append(row)
    return [grouped[id] for id in ids]


class Loaders:
    """What resolvers read many of at once."""

    def __init__(self, now: dt.datetime):
        self.now = now

    @cached_property
    def customer(self) -> DataLoader[int, models.Customer | None]:
        return DataLoader(self._customers)

    @cached_property
    def primary_admin(self) -> DataLoader[int, models.User | None]:
        return DataLoader(self._primary_admins)

    @cached_property
    def contracts(self) -> DataLoader[int, list[models.Contract]]:
        return DataLoader(self._contracts)

    @cached_property
    def contract_counts(self) -> DataLoader[int, list[dict[str, Any]]]:
        return DataLoader(self._contract_counts)

    @cached_property
    def invoices(self) -> DataLoader[int, list[models.Invoice]]:
        return DataLoader(self._invoices)

    @cached_property
    def children(self) -> DataLoader[tuple[int, str | None], list[models.Tenant]]:
        return DataLoader(self._children)

    @cached_property
    def users(self) -> DataLoader[int, list[models.User]]:
        return DataLoader(self._users)

    @cached_property
    def services(self) -> DataLoader[int, list[models.Service]]:
        return DataLoader(self._services)

    async def _customers(self, ids: list[int]) -> list[models.Customer | None]:
        found = {c.id: c for c in await models.Customer.filter(id__in=ids).select_related("tenant")}
        return [found.get(id) for id in ids]

    async def _primary_admins(self, ids: list[int]) -> list[models.User | None]:
        grants = await models.AccessGrant.filter(
            live(self.now), tenant_id__in=ids, role=Role.ADMIN.name, source=GrantSource.HOME.name)
        admins = {(grant.user_id, grant.tenant_id) for grant in grants}
        users = await models.User.filter(id__in=[user_id for user_id, _ in admins], active=True)
        found = in_order(ids, [u for u in users if (u.id, u.tenant_id) in admins], "tenant_id")
        return [min(each, key=lambda u: (u.invited_at is None, u.invited_at or self.now, u.id), default=None) for each in found]

    async def _contracts(self, ids: list[int]) -> list[list[models.Contract]]:
        found = await models.Contract.filter(tenant_id__in=ids)
        found.sort(key=lambda c: (RANK[c.status], -c.starts_on.toordinal(), c.id))
        return in_order(ids, found, "tenant_id")

    async def _contract_counts(self, ids: list[int]) -> list[list[dict[str, Any]]]:
        counted = models.Contract.filter(tenant_id__in=ids).annotate(count=Count("id")).group_by("tenant_id", "status")
        grouped: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in await counted.order_by("status").values("tenant_id", "status", "count"):
            grouped[row["tenant_id"]].append(row)
        return [grouped[id] for id in ids]

    async def _invoices(self, ids: list[int]) -> list[list[models.Invoice]]:
        found = await models.Invoice.filter(tenant_id__in=ids).order_by("-billing_month", "id")
        return in_order(ids, found, "tenant_id")

    async def _children(self, keys: list[tuple[int, str | None]]) -> list[list[models.Tenant]]:
        found = await models.Tenant.filter(parent_id__in={parent for parent, _ in keys}).order_by("name_key", "id")
        grouped = dict(zip(ids := list({parent for parent, _ in keys}), in_order(ids, found, "parent_id"), strict=True))
        return [[t for t in grouped[parent] if kind is None or t.kind == kind] for parent, kind in keys]

    async def _users(self, ids: list[int]) -> list[list[models.User]]:
        return in_order(ids, await models.User.filter(tenant_id__in=ids).order_by("name_key", "id"), "tenant_id")

    async def _services(self, ids: list[int]) -> list[list[models.Service]]:
        return in_order(ids, await models.Service.filter(tenant_id__in=ids).order_by("name_key", "id"), "tenant_id")
