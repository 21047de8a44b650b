"""Ordering services for a customer, and setting them up."""

from __future__ import annotations

import datetime as dt
from typing import Any

import models
from engine import key_of
from models.access import Capability
from models.customers import CustomerStatus, tenant_of
from models.events import EventKind, announce
from models.jobs import enqueue
from models.onboarding import OnboardingTaskKind, fulfil_task
from models.products import PRODUCTS, Product
from models.records import name_key
from models.services import BillingState, Service, ServiceStatus, tally
from models.tenants import Tenant
from models.transaction import hold
from models.users import User
from models.viewers import Viewer
from resolvers import texts
from resolvers.change import NO_CUSTOMER, Change, ErrorCode, Occasion, Problems, check_creates
from resolvers.offers import Offer

NOT_ACTIVE = "Services change only while the customer and all companies above it are ACTIVE."
ADDING = Offer("addServices", "Orders services for it.", Capability.SERVICE_MANAGE, while_active=True)
#: Services that one order may have, and characters that a service's name may have.
MOST, NAME = 50, 200


@ADDING
async def add_services(viewer: Viewer, occasion: Occasion, *, customer_id: str, products: list[dict[str, Any]]) -> Change:
    """Orders services for a customer. What needs no provider runs at once, the rest once the provider has set it up."""
    problems = Problems()
    check_creates(problems, occasion)
    customer, place = await _customer(viewer, customer_id, problems)
    if not 1 <= len(products) <= MOST:
        problems.add(ErrorCode.INVALID, f"Order 1 to {MOST} products at a time.", "products")
    wanted = [_wanted(edit, customer, occasion.now, problems.within("products", str(n)))
              for n, edit in enumerate(products)]
    problems.stop()
    assert customer and place
    services = [service for service in wanted if service]
    for service in services:
        await service.save(force_create=True)
        await order(service, viewer.user_id, occasion.now)
    await tally([customer.id])
    await _onboarded(services, viewer.user_id, occasion.now)
    await customer.refresh_from_db()
    names = ", ".join(service.name for service in services)
    return Change(tenant=place, action="addServices", summary=f"ordered {names} for {place.name}",
                  resource=f"svc_{services[0].id}" if len(services) == 1 else f"cus_{customer.id}",
                  records={"customer": customer, "services": services}, on_behalf=not at_home(viewer, place),
                  after={f"svc_{service.id}": told(service) for service in services})


async def order(service: Service, orderer: int | None, now: dt.datetime) -> None:
    """Sets up an AVAILABLE service: at once, or, where a provider has something to do, once that is done."""
    await put(service, now, status=ServiceStatus.PROVISIONING.name, ordered_at=now)
    product = PRODUCTS.get(service.product)
    if product is None or not product.set_up:
        await _run(service, orderer, now)
    else:
        await enqueue("set-up-service", {"service": service.id, "orderer": orderer}, due=now + product.set_up)


async def finish_set_up(service_id: int, orderer: int | None, now: dt.datetime) -> None:
    """What a provider had to do for a service is done: it runs."""
    found = await Service.get_or_none(id=service_id)
    if found is None:
        return
    await hold("customer", [found.tenant_id])
    service = await Service.get(id=service_id)
    if service.status == ServiceStatus.PROVISIONING.name:
        await _run(service, orderer, now)
        await tally([service.tenant_id])
        await _onboarded([service], orderer, now)


async def _run(service: Service, orderer: int | None, now: dt.datetime) -> None:
    await put(service, now, status=ServiceStatus.RUNNING.name, provisioned_at=now, **service.entering_billing(now))
    await announce_service(EventKind.SERVICE_PROVISIONED, service, orderer, now)


async def _onboarded(services: list[Service], orderer: int | None, now: dt.datetime) -> None:
    """What a customer that is still on its way in has done by ordering, and by services that run."""
    person = await User.get_or_none(id=orderer) if orderer else None
    await fulfil_task(services[0].tenant_id, OnboardingTaskKind.ADD_SERVICES, now, person)
    if any(service.status == ServiceStatus.RUNNING.name for service in services):
        await fulfil_task(services[0].tenant_id, OnboardingTaskKind.START_SERVICES, now, person)


async def announce_service(kind: EventKind, service: Service, actor: int | None, now: dt.datetime) -> None:
    person = await User.get_or_none(id=actor) if actor else None
    await announce(kind, service.tenant_id, now, about=f"svc_{service.id}", actor=person,
                   facts={"name": service.name, "kind": service.kind, "product": service.product, "status": service.status})


async def put(service: Service, now: dt.datetime, **values: Any) -> None:
    """Changes a service. Whoever does holds its customer's row, so that nobody else does at the same time."""
    values |= {"version": service.version + 1, "updated_at": now}
    await Service.filter(id=service.id).update(**values)
    service.update_from_dict(values)


def told(service: Service) -> dict[str, Any]:
    """What the audit trail keeps of a service: no money."""
    return {"name": service.name, "product": service.product, "status": service.status, "billing": service.billing_state,
            "expiresOn": service.expires_on and service.expires_on.isoformat()}


def at_home(viewer: Viewer, place: Tenant) -> bool:
    """Whether the viewer is one of the tenant's own people. A partner is not, be they inside or outside (S1.45)."""
    return viewer.home is not None and viewer.home.tenant_id == place.id


async def check_in_use(place: Tenant, problems: Problems, field: str) -> None:
    """The rule of `in_use` in resolvers/customers.py."""
    above = models.Customer.filter(id__in=[*place.ancestor_ids, place.id])
    if await above.exclude(status=CustomerStatus.ACTIVE.name).exists():
        problems.add(ErrorCode.INVALID_STATE, NOT_ACTIVE, field)


def product_named(problems: Problems, name: str, currency: str) -> Product | None:
    """The product of that name, if it is sold in the currency."""
    product = PRODUCTS.get(name.strip())
    if product is None:
        problems.add(ErrorCode.INVALID, "There is no such product: `Customer.products` lists them.", "product")
    elif currency not in product.charges:
        problems.add(ErrorCode.INVALID, f"The product is not sold in {currency}.", "product")
        return None
    return product


def last_day(problems: Problems, day: dt.date | None, now: dt.datetime) -> dt.date | None:
    """A day on which a service may end: today or later."""
    if day is not None and day < now.astimezone(dt.UTC).date():
        problems.add(ErrorCode.INVALID, "The last day is today at the earliest.", "endsOn")
    return day


async def _customer(viewer: Viewer, customer_id: str,
                    problems: Problems) -> tuple[models.Customer | None, Tenant | None]:
    """A customer for which the viewer may order, held: its sums change one order at a time."""
    id = key_of("cus", customer_id)
    place = await tenant_of(id)
    if id is None or place is None or not viewer.may(Capability.CUSTOMER_VIEW, place.path):
        problems.add(ErrorCode.NOT_FOUND, NO_CUSTOMER, "customerId")
        return None, None
    if not viewer.may(ADDING.needs, place.path):
        problems.add(ErrorCode.FORBIDDEN, "Your role does not let you order services here.", "customerId",
                     requires=ADDING.needs)
        return None, None
    await hold("customer", [id])
    await check_in_use(place, problems, "customerId")
    return await models.Customer.get(id=id), place


def _wanted(edit: dict[str, Any], customer: models.Customer | None, now: dt.datetime, problems: Problems) -> Service | None:
    """A service as somebody wants it, not ordered yet."""
    name = texts.name(problems, "name", edit["name"], NAME)
    ends = last_day(problems, edit["ends_on"], now)
    product = product_named(problems, edit["product"], customer.currency) if customer else None
    if product is None or customer is None:
        return None
    return Service(
        tenant_id=customer.tenant_id, kind=product.kind.name, name=name or product.name,
        name_key=name_key(name or product.name), product=product.name, status=ServiceStatus.AVAILABLE.name,
        cloud_connection=product.cloud and product.cloud.name, billing_state=BillingState.NOT_BILLED.name,
        monthly_charge_minor=product.charges[customer.currency], currency=customer.currency, expires_on=ends)
