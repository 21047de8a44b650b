"""Services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

import models.services
from models.access import Capability as C
from resolvers import services
from schema.directives import shown, shows
from schema.enums import described
from schema.money import Money
from schema.nodes import Node, Versioned
from schema.scalars import Date, DateTime

if TYPE_CHECKING:
    from schema.customers import Customer

ServiceKind = described(models.services.ServiceKind)
ServiceStatus = described(models.services.ServiceStatus)
CloudConnectionType = described(models.services.CloudConnectionType)
BillingState = described(models.services.BillingState)


@shows(services.Service)
class Service(Node, Versioned):
    """A service that a customer runs. Seen by those who hold SERVICE_VIEW on the customer."""

    customer: Annotated["Customer", strawberry.lazy("schema.customers")] | None = shown(
        "Whose it is; null where it is the viewer's own company and that is a partner.")
    kind: ServiceKind = shown("What sort of service it is.")
    name: str = shown("What the customer calls it.")
    product: str = shown("The product it was ordered as.")
    status: ServiceStatus = shown("Whether it runs.")
    cloud_connection: CloudConnectionType | None = shown("How it reaches a cloud provider; null where it does not.")
    billing_state: BillingState = shown("Whether it is billed.")
    billing_entry_expected_by: Date | None = shown("The last day on which it enters billing, at most 15 days after it was "
                                                   "provisioned; "
                                                   "null once it has.")
    monthly_charge: Money | None = shown("What it costs a month; null also where it is free.",
                                         requires=C.FINANCIALS_VIEW, financial=True)
    ordered_at: DateTime | None = shown("When it was ordered.")
    provisioned_at: DateTime | None = shown("When it was set up; null until then.")
    expires_on: Date | None = shown("Its last day; null where it runs on.")
