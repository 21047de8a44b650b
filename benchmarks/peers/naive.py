"""The naive server of the same schema: Strawberry and Tortoise, a resolver for each field, loaders against N + 1.

It knows what the benchmark asks for, and answers it as Tenantry does: the same rule of access, asked for each field of
each row, and the same list of what is withheld.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import strawberry
from aiohttp import web
from strawberry.aiohttp.views import GraphQLView
from strawberry.types import ExecutionResult, Info

import models
from benchmarks.peers.asked import Asked, asked
from benchmarks.peers.serving import serve, viewer_of
from benchmarks.peers.types import Customer, CustomerConnection, Tenant
from models.access import Capability
from models.customers import CustomerStatus

UNLISTED = (CustomerStatus.INVITED.name, CustomerStatus.DELETED.name)


@strawberry.type
class Query:
    @strawberry.field
    async def customer(self, info: Info, id: strawberry.ID) -> Customer | None:
        found = await models.Customer.get_or_none(id=int(id.removeprefix("cus_"))).select_related("tenant")
        if found is None or not asked(info).may(Capability.CUSTOMER_VIEW, found.tenant.path):
            return None
        return Customer(record=found)

    @strawberry.field
    async def customers(self, info: Info, first: int) -> CustomerConnection:
        found = models.Customer.filter(asked(info).reached(Capability.CUSTOMER_VIEW)).exclude(status__in=UNLISTED)
        rows = await found.order_by("name_key", "id").limit(first).select_related("tenant")
        return CustomerConnection(nodes=[Customer(record=row) for row in rows])

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
