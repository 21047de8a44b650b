"""What the fields of services mean, what may be done with them, and what they add to a customer."""

from __future__ import annotations

import models
from engine import INT, Case, Const, One, Page, Row, Several, held
from engine.builders import literal_null
from models.access import Capability, WithheldReason
from models.products import PRODUCTS
from models.products import Product as Product_
from models.service_actions import STEPS, ServiceAction, Step
from models.services import ServiceKind, ServiceStatus
from resolvers.customers import Customer, in_use
from resolvers.money import Money, money
from resolvers.policy import why_not


class Service(Row, of=models.Service, tag="svc", place="tenant_id", needs=Capability.SERVICE_VIEW):
    def customer(self) -> One:
        return Customer.each(id=self.tenant_id).first()

    def monthly_charge(self) -> Money:
        return money(self.monthly_charge_minor, self.currency)

    def actions(self) -> Several:
        return Several([ServiceActionAvailability.of(self, action, step) for action, step in STEPS.items()])


class ServiceActionAvailability(Row):
    """One action as it stands for the viewer."""

    @classmethod
    def of(cls, service: Service, action: ServiceAction, step: Step) -> ServiceActionAvailability:
        needed, active = held(service, step.needs), in_use(service.tenant_id)
        fits = service.status.one_of(step.states)
        return cls.bundle(action=Const(action.name), allowed=needed & active & fits,
                          financial_impact=Const(step.financial),
                          reason=why_not(service, needed, (active, WithheldReason.CUSTOMER_STATUS),
                                         (fits, WithheldReason.OBJECT_STATUS)))


class Product(Row):
    """A line of the price list, as it is for one customer."""

    @classmethod
    def of(cls, customer: Customer, product: Product_) -> Product:
        charge = Case([(customer.currency == currency, Const(minor)) for currency, minor in product.charges.items()],
                      literal_null(INT))
        return cls.part(customer, name=Const(product.name), kind=Const(product.kind.name),
                        cloud_connection=Const(product.cloud and product.cloud.name), charge=charge,
                        set_up_hours=Const(int(product.set_up.total_seconds()) // 3600))

    def monthly_charge(self) -> Money:
        return money(self.charge, self.currency)


@Customer.field
def services(customer: Customer, kind: list[ServiceKind] | None = None, status: list[ServiceStatus] | None = None) -> Page:
    found = Service.each(tenant_id=customer.id)
    if kind is not None:
        found = found.where(lambda service: service.kind.one_of(kind))
    if status is not None:
        found = found.where(lambda service: service.status.one_of(status))
    return found.by("name_key").page()


@Customer.field
def products(customer: Customer) -> Several:
    return Several([Product.of(customer, product) for product in PRODUCTS.values()])
