"""Services, what may be done with them, and what can be ordered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

import models.service_actions
import models.services
from engine.bind import answered
from models.access import Capability as C
from resolvers import ordering, service_actions, services
from schema.directives import WithheldReason, shown, shows
from schema.enums import described
from schema.money import Money
from schema.mutations import changes
from schema.nodes import Node, Versioned
from schema.payloads import MutationPayload
from schema.scalars import Date, DateTime

if TYPE_CHECKING:
    from schema.customers import Customer

ServiceKind = described(models.services.ServiceKind)
ServiceStatus = described(models.services.ServiceStatus)
CloudConnectionType = described(models.services.CloudConnectionType)
BillingState = described(models.services.BillingState)
Diagnosis = described(models.services.Diagnosis)
ServiceAction = described(models.service_actions.ServiceAction)
Whose = Annotated["Customer", strawberry.lazy("schema.customers")]


@shows(services.ServiceActionAvailability)
class ServiceActionAvailability:
    """An action of `serviceAction` as it stands for the viewer and the service."""

    action: ServiceAction = shown("The action.")
    allowed: bool = shown("Whether the viewer may do it to the service now.")
    financial_impact: bool = shown("Whether it may change what the customer pays; those who hold the customer as Support "
                                   "never may.")
    reason: WithheldReason | None = shown("Why not; null where they may.")


@shows(services.Service)
class Service(Node, Versioned):
    """A service that a customer runs. Seen by those who hold SERVICE_VIEW on the customer."""

    customer: Whose | None = shown(
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
    restarted_at: DateTime | None = shown("When it was last restarted; null where it never was.")
    diagnosed_at: DateTime | None = shown("When it was last diagnosed; null where it never was.")
    diagnosis: Diagnosis | None = shown("What that found; null where it never was.")
    actions: list[ServiceActionAvailability] = shown("What `serviceAction` can do with it, and whether the viewer may.")


@shows(services.Product)
class Product:
    """Something that can be ordered by `addServices`."""

    name: str = shown("Its name, by which it is ordered.")
    kind: ServiceKind = shown("The sort of service that it becomes.")
    cloud_connection: CloudConnectionType | None = shown("How it reaches a cloud provider; null where it does not.")
    set_up_hours: int = shown("Hours that a provider takes to set it up; 0 where it runs at once.")
    monthly_charge: Money | None = shown("What it costs a month in the customer's currency; null also where it is not sold in "
                                         "that.", requires=C.FINANCIALS_VIEW, financial=True)


@strawberry.input(description="A product to order.")
class SubscriptionEdit:
    product: str = strawberry.field(description="The product's name, from `Customer.products`.")
    name: str | None = strawberry.field(default=strawberry.UNSET, description="What the customer calls the service, up to "
                                        "200 characters; the product's name where none is given.")
    ends_on: Date | None = strawberry.field(default=strawberry.UNSET, description="Its last day; it runs on where none is "
                                            "given.")


@strawberry.input(description="What to order for whom.")
class AddServicesInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    products: list[SubscriptionEdit] = strawberry.field(description="1 to 50 products; each becomes a service.")


@strawberry.type(description="The services ordered.")
class AddServicesPayload(MutationPayload):
    customer: Whose | None = answered("The customer with the new services; null where nothing was done.")
    services: list[Service] | None = answered("The new services in the order of the products; null where nothing was done.")


@strawberry.input(description="What an action needs to know. Each takes only what is named for it.")
class ServiceActionParams:
    product: str | None = strawberry.field(default=strawberry.UNSET, description="UPGRADE, MODIFY: a product of the same "
                                           "kind, from `Customer.products`; for UPGRADE a dearer one.")
    name: str | None = strawberry.field(default=strawberry.UNSET, description="MODIFY: what the customer calls it, up to 200 "
                                        "characters.")
    ends_on: Date | None = strawberry.field(default=strawberry.UNSET, description="MODIFY: its last day.")


@strawberry.input(description="What to do with which service.")
class ServiceActionInput:
    service_id: strawberry.ID = strawberry.field(description="The service.")
    action: ServiceAction = strawberry.field(description="What to do; `Service.actions` says what the viewer may.")
    params: ServiceActionParams | None = strawberry.field(default=strawberry.UNSET, description="What the action needs to "
                                                          "know.")


@strawberry.type(description="The service as it is now.")
class ServiceActionPayload(MutationPayload):
    service: Service | None = answered("The service; null where nothing was done.")


@strawberry.type
class ServiceMutations:
    add_services = changes(
        ordering.add_services, input=AddServicesInput, payload=AddServicesPayload,
        description="Orders services for a customer. Those that need no provider are RUNNING at once, others PROVISIONING "
        "until the provider has set them up. Each enters billing, and so MRR, within 15 days of being provisioned. "
        "INVALID_STATE unless the customer and all above it are ACTIVE. Requires SERVICE_MANAGE on the customer.")
    service_action = changes(
        service_actions.service_action, input=ServiceActionInput, payload=ServiceActionPayload,
        description="Does something with a service. INVALID_STATE names what the service's status allows. CREATE, UPGRADE, "
        "MODIFY and DELETE may change what the customer pays and require SERVICE_MANAGE on the customer; START and STOP "
        "require SERVICE_START, RESTART and DIAGNOSE SERVICE_TROUBLESHOOT.")
