"""Source data: how the intake of a customer's billing data goes, and how a machine tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

import models.sources
from engine.bind import answered
from engine.relay import Connection
from resolvers import sources
from schema.directives import shown, shows
from schema.enums import described
from schema.mutations import changes
from schema.nodes import Node, Versioned
from schema.payloads import MutationPayload
from schema.scalars import DateTime
from schema.tenants import Tenant

if TYPE_CHECKING:
    from schema.customers import Customer, CustomerConnection

SourceDataStatus = described(models.sources.SourceDataStatus)
WhoseData = Annotated["Customer", strawberry.lazy("schema.customers")]


@shows(sources.SourceFeed)
class SourceFeed(Node, Versioned):
    """One stream of a tenant's billing data, such as the cost and usage report of one cloud account. Seen by whoever sees
    the tenant."""

    tenant: Tenant | None = shown("Whose data it brings.")
    name: str = shown("What its machine calls it; each name once for a tenant.")
    status: SourceDataStatus = shown("How it goes: as its machine said last, or worse where that has fallen silent since.")
    message: str | None = shown("What its machine said about it, or since when it is silent; null where nothing was said.")
    last_ingested_at: DateTime | None = shown("When data last came in by it; null where that is not known.")
    reported_at: DateTime = shown("When a machine last told of it.")
    interval_hours: int = shown("Within so many hours it is to be heard of again: then it warns, after three times as many it "
                                "has failed.")


@shows(sources.SourceDataCount)
class SourceDataCount:
    """How many tenants have a status of source data."""

    status: SourceDataStatus = shown("The status.")
    count: int = shown("How many; 0 too.")


@shows(sources.SourceDataHealth)
class SourceDataHealth:
    """How the intake of billing data goes for a customer and all tenants beneath it. Whoever sees the customer sees the
    aggregate, whether or not they may see each of the tenants."""

    status: SourceDataStatus = shown("The worst among the customer and all tenants beneath it: FAILED, else WARNING, else "
                                     "SUCCESS. NOT_AVAILABLE counts only where nobody has anything else.")
    own: SourceDataStatus = shown("The worst among the customer's own feeds, in the same manner.")
    breakdown: list[SourceDataCount] = shown("How many tenants have each status of their own, the customer itself among them; "
                                             "all four, the worst first.")
    last_ingested_at: DateTime | None = shown("When data last came in by one of the customer's own feeds; null where that is "
                                              "not known.")
    worst: Annotated["CustomerConnection", strawberry.lazy("schema.customers")] = shown(
        "Which of them are to blame where `status` is FAILED or WARNING: those with that status of their own which the viewer "
        "may see, by name.", paged=5)
    feeds: Connection[SourceFeed] = shown("Its own feeds, and those of the tenants beneath it which the viewer may see; the "
                                          "worst first, then by name.", paged=20)


@strawberry.input(description="How one feed is.")
class SourceFeedInput:
    name: str = strawberry.field(description="What the machine calls it, up to 200 characters. A name that is new to the "
                                 "tenant makes a feed; a tenant has 500 at most.")
    status: SourceDataStatus = strawberry.field(description="How it goes. NOT_AVAILABLE takes a feed out of service: it no "
                                                "longer counts, nor is it missed.")
    last_ingested_at: DateTime | None = strawberry.field(
        default=strawberry.UNSET, description="When data last came in; as before where it is not given. Not in the future.")
    message: str | None = strawberry.field(
        default=strawberry.UNSET, description="What there is to say about it, up to 500 characters.")
    interval_hours: int | None = strawberry.field(
        default=strawberry.UNSET, description="Within so many hours it will be reported again; as before where it is not "
        "given, 26 for a new feed. When they are over it warns, after three times as many it has failed.")


@strawberry.input(description="How a tenant's feeds are.")
class ReportSourceDataInput:
    tenant_id: strawberry.ID = strawberry.field(description="Whose: a reseller or a customer.")
    feeds: list[SourceFeedInput] = strawberry.field(description="1 to 100 feeds, each once. Those not named stay as they are.")


@strawberry.type(description="The report, taken down.")
class ReportSourceDataPayload(MutationPayload):
    customer: WhoseData | None = answered("Whose feeds they are; null where nothing was done, and where the viewer may report "
                                          "but not see it, as an API key without CUSTOMER_VIEW.")


@strawberry.type
class SourceMutations:
    report_source_data = changes(
        sources.report_source_data, input=ReportSourceDataInput, payload=ReportSourceDataPayload, machine=True,
        description="Takes down how feeds of billing data are. The last report of each feed counts, so the same one twice "
        "changes nothing but `reportedAt`. Requires SOURCE_DATA_REPORT on the tenant, which an API key may hold. Errors: "
        "NOT_FOUND, FORBIDDEN; REQUIRED and INVALID for each feed that does not fit, and then none is taken down.")


__all__ = ["SourceDataHealth", "SourceDataStatus", "SourceFeed", "SourceMutations"]
