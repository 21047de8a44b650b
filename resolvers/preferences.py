"""What a company wants to hear of its customers, and in which way."""

from __future__ import annotations

from typing import Any

import models
from engine import Const, Expr, Row, Several, key_of, viewers
from models.access import Capability, TenantKind
from models.customers import tenant_of
from models.events import EventKind
from models.notifications import IN_APP, LETTERS, wanted
from models.transaction import hold
from models.viewers import Viewer
from resolvers.change import NO_CUSTOMER, Change, ErrorCode, Occasion, Problems, check_creates, revise
from resolvers.customers import Customer
from resolvers.tenants import Tenant

NOT_YOURS = "Your role does not let you choose who is notified of what here."


class Said(Row, of=models.NotificationPreference, open=True):
    """What a company said of one kind of event, about one customer or (itself) about all."""


class NotificationPreference(Row):
    """Of one kind of event: what was said, or else the usual."""

    @classmethod
    def of(cls, kind: EventKind, told: Expr, about: Expr, is_partner: Expr) -> NotificationPreference:
        def said(column: str, usual: Expr) -> Expr:
            of_one, of_all = (Said.each(told_id=told, tenant_id=tenant, event=kind).value(lambda row: getattr(row, column))
                              for tenant in (about, told))
            return of_one.or_else(of_all.or_else(usual))
        return cls.bundle(event=Const(kind.name), email=said("email", is_partner if kind in LETTERS else Const(False)),
                          in_app=said("in_app", Const(kind in IN_APP)))


@Customer.field
@Tenant.field
def notification_preferences(account: Customer | Tenant) -> Several:
    """A tenant's own; about a customer those of the end customer in which the viewer acts, or else of its partner."""
    if isinstance(account, Tenant):
        return _each(account.id, account.id, account.kind != TenantKind.CUSTOMER)
    acting_for = viewers("customer")
    return _each(acting_for.or_else(account.issuer_id), account.id, acting_for.is_null())


def _each(told: Expr, about: Expr, is_partner: Expr) -> Several:
    return Several([NotificationPreference.of(kind, told, about, is_partner) for kind in EventKind])


async def set_notification_preference(viewer: Viewer, occasion: Occasion, *, event: EventKind, customer_id: str | None = None,
                                      email: bool | None = None, in_app: bool | None = None) -> Change:
    """Chooses whether a company gets letters and notifications of one kind of event: of one customer, or of all."""
    assert viewer.current
    problems = Problems()
    check_creates(problems, occasion)
    if email is None and in_app is None:
        problems.add(ErrorCode.REQUIRED, "Say whether by e-mail, in the portal, or both.", "email")
    about = await _about(viewer, customer_id, problems)
    problems.stop()
    assert about
    told = await _told(viewer, about)
    await hold("tenant", [told.id])
    usual = await wanted(told.id, about.id, event, is_partner=told.kind != TenantKind.CUSTOMER.name)
    values: dict[str, Any] = {"email": usual.email if email is None else email,
                              "in_app": usual.in_app if in_app is None else in_app}
    key: dict[str, Any] = {"told_id": told.id, "tenant_id": about.id, "event": event.name}
    if old := await models.NotificationPreference.get_or_none(**key):
        await revise(old, occasion, **values)
    else:
        await models.NotificationPreference.create(**key, **values, updated_at=occasion.now)
    return Change(
        tenant=told, action="setNotificationPreference", resource=f"ten_{about.id}",
        summary=f"chose for {event.name} of {'all customers' if told.id == about.id else about.name}: "
                f"letters {_word(values['email'])}, in the portal {_word(values['in_app'])}",
        records={"customer": await models.Customer.get_or_none(id=about.id) if customer_id else None, "tenant": told},
        before={"email": usual.email, "inApp": usual.in_app},
        after={"event": event.name, "email": values["email"], "inApp": values["in_app"]},
        on_behalf=viewer.home is None or viewer.home.tenant_id != told.id)


async def _about(viewer: Viewer, customer_id: str | None, problems: Problems) -> models.Tenant | None:
    """The customer, or the company itself in which the viewer acts."""
    assert viewer.current
    if customer_id is None:
        place = await models.Tenant.get(id=viewer.current.tenant_id)
    else:
        found = await tenant_of(key_of("cus", customer_id))
        if found is None or not viewer.may(Capability.CUSTOMER_VIEW, found.path):
            problems.add(ErrorCode.NOT_FOUND, NO_CUSTOMER, "customerId")
            return None
        place = found
    if not viewer.may(Capability.NOTIFICATION_MANAGE, place.path):
        problems.add(ErrorCode.FORBIDDEN, NOT_YOURS, *(["customerId"] if customer_id else []),
                     requires=Capability.NOTIFICATION_MANAGE)
        return None
    return place


async def _told(viewer: Viewer, about: models.Tenant) -> models.Tenant:
    """Whose choice it is: the end customer's in which the viewer acts, or else the partner's that looks after the other."""
    assert viewer.current
    if viewer.current.tenant_id == about.id:
        return about
    if viewer.current.kind is TenantKind.CUSTOMER:
        return await models.Tenant.get(id=viewer.current.tenant_id)
    customer = await models.Customer.get(id=about.id)
    return await models.Tenant.get(id=customer.issuer_id)


def _word(wants: bool) -> str:
    return "on" if wants else "off"
