"""What the customer list may be narrowed by."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.customers import CustomerStatus
from schema.onboarding import OnboardingStatus
from schema.scalars import CountryCode
from schema.sources import SourceDataStatus
from schema.tenants import TenantKind


def criterion(description: str, name: str | None = None) -> Any:
    return strawberry.field(default=strawberry.UNSET, description=description, name=name)


@strawberry.input(description="Criteria of the customer list, at most 50 with those within `and`, `or` and `not`. A customer "
                  "must meet all that are given. What the viewer may not see of a customer, and what is unknown, meets no "
                  "criterion, so that nothing hidden can be found out by filtering.")
class CustomerFilter:
    ids: list[strawberry.ID] | None = criterion("One of these, by global id.")
    name: str | None = criterion("Has this in its name, without regard to case.")
    status: list[CustomerStatus] | None = criterion("Has one of these statuses.")
    onboarding: list[OnboardingStatus] | None = criterion("Is so far in its onboarding. Needs ONBOARDING_VIEW.")
    source_data: list[SourceDataStatus] | None = criterion("Its source data, with those of all beneath it, are in one of these "
                                                           "states.")
    kind: list[TenantKind] | None = criterion("Is a RESELLER, or a CUSTOMER.")
    country_or_region: list[CountryCode] | None = criterion("Is in one of these countries.")
    tags: list[str] | None = criterion("Has one of these tags, without regard to case. Customers do not see tags of their own.")
    services: list[str] | None = criterion("Has a service of one of these names, without regard to case. Needs SERVICE_VIEW.")
    product_subscriptions: list[str] | None = criterion("Has a service of one of these products that has not ended. Needs "
                                                        "SERVICE_VIEW.")
    dormant: bool | None = criterion("`isDormant` is known to be so. Needs FINANCIALS_VIEW.")
    and_: list["CustomerFilter"] | None = criterion("Meets all of these.", name="and")
    or_: list["CustomerFilter"] | None = criterion("Meets at least one of these; an empty list is met by none.", name="or")
    not_: "CustomerFilter | None" = criterion("Does not meet this.", name="not")
