"""Notifications: who sees which, how many are unread, and how somebody says that they have read them."""

from __future__ import annotations

import models
from engine import Expr, One, Page, Row, held, key_of, viewers
from models.access import Capability, Role
from models.events import EventKind
from models.transaction import hold
from models.viewers import Viewer as Viewing
from resolvers.change import Change, ErrorCode, Occasion, Problems, Warned, WarningCode, check_creates
from resolvers.customers import Customer
from resolvers.viewers import Viewer

#: What it takes to hear of an event, beside seeing the customer.
TAKES = {
    EventKind.SERVICE_PROVISIONED: Capability.SERVICE_VIEW,
    EventKind.SERVICE_DELETED: Capability.SERVICE_VIEW,
    EventKind.ONBOARDING_CHANGED: Capability.ONBOARDING_VIEW,
    EventKind.INVOICE_CHANGED: Capability.INVOICE_VIEW,
    EventKind.ACCESS_CHANGED: Capability.ACCESS_LINK_MANAGE,
}
#: How many of the newest of a company are looked at to count what is unread.
COUNTED = 1000
NO_NOTIFICATION = "There is no such notification, or none that you may know of."


class Notification(Row, of=models.Notification, tag="ntf", place="tenant_id", needs=Capability.CUSTOMER_VIEW):
    """Known to people of the company that was told, while they see the customer and the kind of thing it is about; of a
    customer's own, to its administrators."""

    def visible(self) -> Expr:
        admins = held(self, f"role:{Role.ADMIN.name}") | held(self, f"role:{Role.FULL_ACCESS.name}")
        found = (self.told_id == viewers("tenant")) & ~viewers("user").is_null() & (~self.for_admins | admins)
        for capability in dict.fromkeys(TAKES.values()):
            kinds = [kind for kind, taken in TAKES.items() if taken is capability]
            found = found & (~self.kind.one_of(kinds) | held(self, capability))
        return found

    def customer(self) -> One:
        return Customer.each(id=self.tenant_id).first()

    def subject_id(self) -> Expr:
        return self.about

    def read_at(self) -> Expr:
        """Of the marks that reach it the lowest is the first."""
        return (Mark.each(user_id=viewers("user"), told_id=self.told_id).where(lambda mark: mark.up_to >= self.seq)
                .by("up_to").value(lambda mark: mark.at))


class Mark(Row, of=models.ReadMark, open=True):
    """How far somebody has read."""


@Viewer.field
def notifications(viewer: Viewer) -> Page:
    """By their time, not by their numbers: a cursor would show how many there are in between that its reader may not see."""
    return Notification.each(told_id=viewers("tenant")).by("-at").page()


@Viewer.field
def unread_notification_count(viewer: Viewer) -> Expr:
    """Not of all that there ever was: each is looked at, and portals ask for this with every page."""
    told = viewers("tenant")
    read = Mark.each(user_id=viewers("user"), told_id=told).by("-up_to").value(lambda mark: mark.up_to).or_else(0)
    last = Notification.each(told_id=told).open().by("-seq").value(lambda notification: notification.seq).or_else(0)
    return Notification.each(told_id=told).where(lambda each: (each.seq > read) & (each.seq > last - COUNTED)).count()


async def mark_notifications_read(viewer: Viewing, occasion: Occasion, *, up_to: str | None = None) -> Change:
    """Notes that the viewer has read what their company was told, up to one notification or all of it."""
    assert viewer.current and viewer.user_id
    problems = Problems()
    check_creates(problems, occasion)
    company = await models.Tenant.get(id=viewer.current.tenant_id)
    reached = await _number(viewer, company, up_to, problems)
    problems.stop()
    change = Change(tenant=company, action="markNotificationsRead", activity=False, resource=f"ten_{company.id}",
                    summary=f"read up to number {reached}", on_behalf=viewer.acting_id is not None)
    await hold("app_user", [viewer.user_id])  # a person's marks rise one at a time
    marks = models.ReadMark.filter(user_id=viewer.user_id, told_id=company.id)
    if reached == 0 or await marks.filter(up_to__gte=reached).exists():
        change.warnings.append(Warned(WarningCode.ALREADY_DONE, "Everything there was read already.", ("input",)))
        return change
    await models.ReadMark.create(user_id=viewer.user_id, told_id=company.id, up_to=reached, at=occasion.now)
    return change


async def _number(viewer: Viewing, company: models.Tenant, up_to: str | None, problems: Problems) -> int:
    """The number of the notification named, or of the last that the viewer knows: else they would learn of others by being
    told whether there was anything new."""
    told = models.Notification.filter(told_id=company.id)
    if up_to is None:
        newest = await told.order_by("-seq").limit(COUNTED)
        paths = {place.id: place.path for place in await models.Tenant.filter(id__in={each.tenant_id for each in newest})}
        return next((each.seq for each in newest if _is_known(viewer, each, paths[each.tenant_id])), 0)
    found = await told.get_or_none(id=key_of("ntf", up_to))
    place = await models.Tenant.get(id=found.tenant_id) if found else None
    if found is None or place is None or not _is_known(viewer, found, place.path):
        problems.add(ErrorCode.NOT_FOUND, NO_NOTIFICATION, "upTo")
        return 0
    return int(found.seq)


def may_hear(viewer: Viewing, kind: str, path: str, *, for_admins: bool) -> bool:
    """The rule of Notification.visible, of one event or notification of a customer."""
    taken = {Capability.CUSTOMER_VIEW, TAKES.get(EventKind[kind], Capability.CUSTOMER_VIEW)}
    return taken <= viewer.capabilities_on(path) and (
        not for_admins or viewer.role_on(path) in (Role.ADMIN, Role.FULL_ACCESS))


def _is_known(viewer: Viewing, found: models.Notification, path: str) -> bool:
    return may_hear(viewer, found.kind, path, for_admins=found.for_admins)
