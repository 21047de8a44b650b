"""The naive server of the same schema: Strawberry and Tortoise, a resolver for each field, loaders against N + 1.

It knows what the benchmark asks for, and answers it as Tenantry does: the same rule of access, asked for each field of
each row, and the same list of what is withheld.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any

import strawberry
from aiohttp import web
from strawberry.aiohttp.views import GraphQLView
from strawberry.types import ExecutionResult, Info
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

import models
from benchmarks.peers.asked import Asked, asked
from benchmarks.peers.serving import serve, viewer_of
from benchmarks.peers.types import Customer, CustomerConnection, PageInfo, Tenant
from models.access import Capability
from models.customers import CustomerStatus
from models.records import name_key

UNLISTED = (CustomerStatus.INVITED.name, CustomerStatus.DELETED.name)


@strawberry.enum
class CustomerSortKey(Enum):
    MRR = "MRR"


@strawberry.enum
class SortDirection(Enum):
    DESC = "DESC"


@strawberry.input
class CustomerSort:
    key: CustomerSortKey
    direction: SortDirection


async def _by_mrr(asked: Asked, found: QuerySet[models.Customer], first: int, after: str | None) -> list[models.Customer]:
    """A page after the customer of that id: those of whom the viewer sees the MRR, the most first, then the others."""
    last = await models.Customer.get(id=int(after.removeprefix("cus_"))).select_related("tenant") if after else None
    seen, rows = asked.reached(Capability.FINANCIALS_VIEW), []
    later = Q()
    if last is not None:
        later = Q(name_key__gt=last.name_key) | Q(name_key=last.name_key, id__gt=last.id)
    sees = last is not None and last.mrr_minor is not None and asked.may(Capability.FINANCIALS_VIEW, last.tenant.path)
    if last is None or sees:
        known = found.filter(seen, mrr_minor__isnull=False)
        if last is not None:
            known = known.filter(Q(mrr_minor__lt=last.mrr_minor) | Q(Q(mrr_minor=last.mrr_minor), later))
        rows = await known.order_by("-mrr_minor", "name_key", "id").limit(first).select_related("tenant")
    if len(rows) < first:
        others = found.filter(~seen | Q(mrr_minor__isnull=True))
        if last is not None and not sees:
            others = others.filter(later)
        rows += await others.order_by("name_key", "id").limit(first - len(rows)).select_related("tenant")
    return rows


@strawberry.type
class Query:
    @strawberry.field
    async def customer(self, info: Info, id: strawberry.ID) -> Customer | None:
        found = await models.Customer.get_or_none(id=int(id.removeprefix("cus_"))).select_related("tenant")
        if found is None or not asked(info).may(Capability.CUSTOMER_VIEW, found.tenant.path):
            return None
        return Customer(record=found)

    @strawberry.field
    async def customers(self, info: Info, first: int, search: str | None = None, after: str | None = None,
                        sort: CustomerSort | None = None) -> CustomerConnection:
        found = models.Customer.filter(asked(info).reached(Capability.CUSTOMER_VIEW)).exclude(status__in=UNLISTED)
        if search is not None:
            found = found.filter(name_key__contains=name_key(search))
        if sort is None:
            rows = await found.order_by("name_key", "id").limit(first + 1).select_related("tenant")
        else:
            rows = await _by_mrr(asked(info), found, first + 1, after)
        return CustomerConnection(nodes=[Customer(record=row) for row in rows[:first]],
                                  page_info=PageInfo(has_next_page=len(rows) > first))

    @strawberry.field
    async def tenant_tree(self, info: Info) -> Tenant | None:
        here = asked(info).viewer.current
        return Tenant(record=await models.Tenant.get(id=here.tenant_id)) if here else None


class View(GraphQLView[Any, None]):
    """Strawberry's own, with the session check before it and what is withheld after."""

    async def get_context(self, request: web.Request, response: Any) -> Any:
        now = dt.datetime.now(dt.UTC)
        request["asked"] = Asked(await viewer_of(request, now), now)
        return {"asked": request["asked"]}

    async def process_result(self, request: web.Request, result: ExecutionResult, *args: Any) -> Any:
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [error.formatted for error in result.errors]
        if withheld := request["asked"].withheld:
            answer["extensions"] = {"withheld": list(withheld.values())}
        return answer


def routes(app: web.Application) -> None:
    app.router.add_route("POST", "/graphql", View(schema=strawberry.Schema(Query), graphql_ide=None))


if __name__ == "__main__":
    serve(routes)
