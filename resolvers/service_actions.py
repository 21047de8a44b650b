"""Doing something with a service: upgrading, changing, removing, starting, stopping, restarting, diagnosing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from engine import key_of
from models.access import Capability
from models.events import EventKind
from models.products import Product
from models.records import name_key
from models.service_actions import STEPS, ServiceAction, allowed_in
from models.services import BillingState, Diagnosis, Service, ServiceStatus, tally
from models.tenants import Tenant
from models.transaction import hold
from models.viewers import Viewer
from resolvers import texts
from resolvers.change import Change, ErrorCode, Occasion, Problems, check_version, refuse
from resolvers.ordering import NAME, announce_service, at_home, check_in_use, last_day, order, product_named, put, told

NO_SERVICE = "There is no such service, or none that you may know of."
#: What each status lets a diagnosis find.
FINDINGS = {ServiceStatus.PROVISIONING: Diagnosis.BEING_SET_UP, ServiceStatus.RUNNING: Diagnosis.IN_ORDER,
            ServiceStatus.STOPPED: Diagnosis.STOPPED, ServiceStatus.FAILED: Diagnosis.NEVER_SET_UP,
            ServiceStatus.EXPIRED: Diagnosis.ENDED}
#: How the activity log tells of each.
TOLD = {ServiceAction.CREATE: "ordered", ServiceAction.UPGRADE: "upgraded", ServiceAction.MODIFY: "changed",
        ServiceAction.DELETE: "deleted", ServiceAction.START: "started", ServiceAction.STOP: "stopped",
        ServiceAction.RESTART: "restarted", ServiceAction.DIAGNOSE: "diagnosed"}
Params = dict[str, Any]
Values = dict[str, Any]


async def service_action(viewer: Viewer, occasion: Occasion, *, service_id: str, action: ServiceAction,
                         params: Params | None = None) -> Change:
    """One of the actions of models/service_actions.py."""
    service, place = await _service(viewer, service_id, action)
    check_version(service, occasion)
    problems, step, status = Problems(), STEPS[action], ServiceStatus[service.status]
    await check_in_use(place, problems, "serviceId")
    if status not in step.states:
        allowed = ", ".join(each.name for each in allowed_in(status)) or "nothing"
        problems.add(ErrorCode.INVALID_STATE, f"The service is {status.name}, which allows {allowed}.", "action")
    values = _EFFECTS[action](service, _given(action, params, problems), occasion.now, problems.within("params"))
    problems.stop()
    before = told(service)
    if action is ServiceAction.CREATE:
        await order(service, viewer.user_id, occasion.now)
    else:
        await put(service, occasion.now, **({"status": step.to.name} if step.to else {}), **values)
    if action is ServiceAction.DELETE:
        await announce_service(EventKind.SERVICE_DELETED, service, viewer.user_id, occasion.now)
    await tally([service.tenant_id])
    return Change(tenant=place, action="serviceAction", summary=f"{TOLD[action]} {service.name} of {place.name}",
                  resource=f"svc_{service.id}", records={"service": service}, before=before, after=told(service),
                  on_behalf=not at_home(viewer, place))


async def _service(viewer: Viewer, service_id: str, action: ServiceAction) -> tuple[Service, Tenant]:
    """A service on which the viewer may do that, its customer held: the customer's sums change one action at a time."""
    found = await Service.get_or_none(id=key_of("svc", service_id))
    place = await Tenant.get(id=found.tenant_id) if found else None
    if found is None or place is None or not viewer.may(Capability.SERVICE_VIEW, place.path):
        refuse(ErrorCode.NOT_FOUND, NO_SERVICE, "serviceId")
    if not viewer.may(needed := STEPS[action].needs, place.path):
        refuse(ErrorCode.FORBIDDEN, f"Your role does not let you {action.name} services here.", "action", requires=needed)
    await hold("customer", [found.tenant_id])
    return await Service.get(id=found.id), place


# -- what each action changes besides the status

#: What of the parameters each action takes; the others take none.
TAKEN = {ServiceAction.UPGRADE: ("product",), ServiceAction.MODIFY: ("product", "name", "ends_on")}


def _given(action: ServiceAction, params: Params | None, problems: Problems) -> Params:
    """The parameters that were given; a problem for each that the action does not take."""
    given = {name: value for name, value in (params or {}).items() if value is not None}
    for name in given.keys() - TAKEN.get(action, ()):
        problems.add(ErrorCode.INVALID, f"{action.name} does not take it: leave it out.", "params",
                     "endsOn" if name == "ends_on" else name)
    return given


def _nothing(service: Service, given: Params, now: dt.datetime, problems: Problems) -> Values:
    return {}


def _upgraded(service: Service, given: Params, now: dt.datetime, problems: Problems) -> Values:
    if "product" not in given:
        problems.add(ErrorCode.REQUIRED, "Name the product to upgrade to.", "product")
        return {}
    product = _alike(service, given["product"], problems)
    if product and product.charges[service.currency] <= (service.monthly_charge_minor or 0):
        problems.add(ErrorCode.INVALID, "That is no upgrade: MODIFY changes to any product of the same kind.", "product")
    return _as(service, product, now) if product else {}


def _modified(service: Service, given: Params, now: dt.datetime, problems: Problems) -> Values:
    values: Values = {}
    if not given:
        problems.add(ErrorCode.REQUIRED, "Give a product, a name or a last day.")
    if "product" in given and (product := _alike(service, given["product"], problems)):
        values |= _as(service, product, now)
    if "name" in given:
        name = texts.required_name(problems, "name", given["name"], NAME)
        values |= {"name": name, "name_key": name_key(name)}
    if "ends_on" in given:
        values["expires_on"] = last_day(problems, given["ends_on"], now)
    return values


def _alike(service: Service, name: str, problems: Problems) -> Product | None:
    """A product of the same kind as the service is."""
    product = product_named(problems, name, service.currency)
    if product and (product.kind.name, product.cloud and product.cloud.name) != (service.kind, service.cloud_connection):
        problems.add(ErrorCode.INVALID, "That is another kind of service: order it and delete this one.", "product")
        return None
    return product


def _as(service: Service, product: Product, now: dt.datetime) -> Values:
    """The service as another product. What was free and is so no longer waits to be billed like a new one."""
    charge = product.charges[service.currency]
    values: Values = {"product": product.name, "monthly_charge_minor": charge}
    if service.billing_state == BillingState.NOT_BILLED.name:
        service.monthly_charge_minor = charge
        values |= service.entering_billing(now)
    return values


def _deleted(service: Service, given: Params, now: dt.datetime, problems: Problems) -> Values:
    return service.leaving_billing()


def _restarted(service: Service, given: Params, now: dt.datetime, problems: Problems) -> Values:
    return {"restarted_at": now}


def _diagnosed(service: Service, given: Params, now: dt.datetime, problems: Problems) -> Values:
    found = FINDINGS.get(ServiceStatus[service.status])
    return {"diagnosed_at": now, "diagnosis": found and found.name}


_EFFECTS: dict[ServiceAction, Callable[[Service, Params, dt.datetime, Problems], Values]] = {
    ServiceAction.CREATE: _nothing, ServiceAction.UPGRADE: _upgraded, ServiceAction.MODIFY: _modified,
    ServiceAction.DELETE: _deleted, ServiceAction.START: _nothing, ServiceAction.STOP: _nothing,
    ServiceAction.RESTART: _restarted, ServiceAction.DIAGNOSE: _diagnosed}
