"""What operations cost, and what is left to be spent."""

from __future__ import annotations

from typing import Any, ClassVar

import strawberry
from graphql import GraphQLError

from engine.errors import BadRequest
from engine.measure import Measurement
from schema.directives import stated
from schema.scalars import JSON, DateTime

OWN = "tells of the viewer's own requests"


@strawberry.type(description="What the viewer may spend in the tenant in which they act: an allowance that comes back steadily.")
class RateLimit:
    open_because: ClassVar[str] = OWN
    limit: int = strawberry.field(description="The most points that there can be to spend.")
    cost: int = strawberry.field(description="What this operation cost. `rateLimit` and `estimateCost` cost nothing themselves.")
    remaining: int = strawberry.field(description="Points left after this operation. Other answers say it in `extensions.cost`.")
    restore_rate: float = strawberry.field(description="Points that come back each second, up to the limit.")
    reset_at: DateTime = strawberry.field(description="When all of it is back, if nothing more is spent.")
    node_count: int = strawberry.field(description="The most objects that this answer can hold.")
    maximum: int = strawberry.field(description="The most that one operation may cost, whatever is left.")


@strawberry.type(description="What one field adds to the cost of an operation.")
class FieldCost:
    open_because: ClassVar[str] = OWN
    path: str = strawberry.field(description="Where it stands, as names in the answer: \"customers.nodes.contracts\".")
    points: int = strawberry.field(description="What it adds. What is inside of it is counted there.")


@strawberry.type(description="What an operation would cost.")
class CostEstimate:
    open_because: ClassVar[str] = OWN
    points: int = strawberry.field(description="What it would cost: its fields' points added up.")
    nodes: int = strawberry.field(description="The most objects that its answer can hold.")
    depth: int = strawberry.field(description="How many levels it has.")
    per_field: list[FieldCost] = strawberry.field(description="What costs how much, the dearest first. Fields that cost nothing "
                                                              "are left out.")


@strawberry.type
class RateQuery:
    @stated("What the viewer may spend now. Costs nothing, and is answered when nothing is left.", because=OWN, cost=0)
    def rate_limit(self, info: strawberry.Info) -> RateLimit:
        charge, now = info.context.charge, info.context.now
        return RateLimit(limit=charge.limit, cost=charge.requested, remaining=charge.remaining, restore_rate=charge.restore_rate,
                         reset_at=DateTime(now + charge.time_to_restore), node_count=charge.nodes, maximum=charge.maximum)

    @stated("What an operation would cost, without running it. It depends on the document and the page sizes alone, so it is the "
            "same for everybody. Costs nothing.", because=OWN, cost=0, arguments={
                "document": "The GraphQL document.", "variables": "The values of its variables, as an object.",
                "operation_name": "Which operation, where the document has several."})
    def estimate_cost(self, info: strawberry.Info, document: str, variables: JSON | None = None,
                      operation_name: str | None = None) -> CostEstimate:
        return _estimated(info.context.engine, document, {} if variables is None else variables, operation_name)


def _estimated(engine: Any, text: str, variables: Any, name: str | None) -> CostEstimate:
    document = engine.documents.get(text, name)
    if document.errors:
        raise BadRequest(f"The document cannot be run: {document.errors[0].message}")
    if not isinstance(variables, dict):
        raise BadRequest("`variables` of estimateCost must be an object from names to values.")
    try:
        values = document.coerce(variables)
    except GraphQLError as error:
        raise BadRequest(error.message) from None
    points, nodes = engine.costs.estimate(document, values)
    depth = Measurement(document.ast).size(document.operation.selection_set).depth
    return CostEstimate(points=points, nodes=nodes, depth=depth,
                        per_field=[FieldCost(path=share.path, points=share.points)
                                   for share in engine.costs.shares(document, values)])
