"""What the fields of services mean, and what they add to a customer."""

from __future__ import annotations

import models
from engine import One, Page, Row
from models.access import Capability
from models.services import ServiceKind, ServiceStatus
from resolvers.customers import Customer
from resolvers.money import Money, money


class Service(Row, of=models.Service, tag="svc", place="tenant_id", needs=Capability.SERVICE_VIEW):
    def customer(self) -> One:
        return Customer.each(id=self.tenant_id).first()

    def monthly_charge(self) -> Money:
        return money(self.monthly_charge_minor, self.currency)


@Customer.field
def services(customer: Customer, kind: list[ServiceKind] | None = None, status: list[ServiceStatus] | None = None) -> Page:
    found = Service.each(tenant_id=customer.id)
    if kind is not None:
        found = found.where(lambda service: service.kind.one_of(kind))
    if status is not None:
        found = found.where(lambda service: service.status.one_of(status))
    return found.by("name_key").page()
