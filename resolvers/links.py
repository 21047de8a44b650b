"""Linking a partner's people to a customer: who may be linked, and as what."""

from __future__ import annotations

import datetime as dt

import models
from engine import Expr, Page, key_of, viewers
from models.access import Capability, GrantSource, Role
from models.customers import tenant_of
from models.events import EventKind, announce
from models.grants import access_changed, grants_of, live_grants
from models.sessions import end_what_exceeds
from models.viewers import Grant, Viewer
from resolvers.change import (
    NO_CUSTOMER,
    NO_PERSON,
    Change,
    ErrorCode,
    Occasion,
    Problems,
    Warned,
    WarningCode,
    check_creates,
    check_version,
    refuse,
    revise,
)
from resolvers.customers import Customer
from resolvers.grants import AccessGrant
from resolvers.inviting import missing_to_grant
from resolvers.offers import Offer
from resolvers.users import User

#: What a link may make of somebody.
LINKABLE = (Role.ADMIN, Role.REGULAR, Role.READ_ONLY, Role.SUPPORT)
NO_GRANT = "There is no such grant, or none that you may know of."
ONESELF = "Nobody links themselves: ask another administrator."
NOT_LINKED = "The person belongs to the tenant; only links are changed and taken away here."


@Customer.field
def linkable_users(customer: Customer) -> Page:
    """People of the tenant in which the viewer acts: in work, no admin there, not linked yet."""
    def linked(user: User) -> Expr:
        return (AccessGrant.each(user_id=user.id, tenant_id=customer.id)
                .where(lambda grant: (grant.source == GrantSource.LINKED) & grant.is_live()).open().exists())
    return (User.each(tenant_id=viewers("tenant"))
            .where(lambda user: user.active & ~user.is_admin_at_home() & ~linked(user))
            .by("name_key").page())


LINKING = Offer("manageUsers", "Lets people of the partner see and enter it.", Capability.ACCESS_LINK_MANAGE)


@LINKING
async def link_user(viewer: Viewer, occasion: Occasion, *, customer_id: str, user_id: str, role: Role | None = None,
                    expires_at: dt.datetime | None = None) -> Change:
    """Lets a person of a partner above a customer see and enter it, as SUPPORT unless another role is named (S1.26)."""
    problems = Problems()
    check_creates(problems, occasion)
    place = await _place(viewer, customer_id, problems)
    user = await _person(viewer, occasion, user_id, place, problems)
    if place is not None:
        _check_role(viewer, role or Role.SUPPORT, place, problems)
    if expires_at is not None and expires_at <= occasion.now:
        problems.add(ErrorCode.INVALID, "The link must end in the future.", "expiresAt")
    problems.stop()
    assert place and user and viewer.current
    before = await grants_of(user.id, occasion.now)
    mine = models.AccessGrant.filter(user_id=user.id, tenant_id=place.id, source=GrantSource.LINKED.name,
                                     revoked_at__isnull=True)
    if (linked := await mine.first()) and (linked.expires_at is None or linked.expires_at > occasion.now):
        return await _linked_already(viewer, linked, user, place, role)
    await mine.update(revoked_at=occasion.now)  # it expired by itself, and one unrevoked link is all there may be
    grant = await models.AccessGrant.create(user_id=user.id, tenant_id=place.id, role=(role or Role.SUPPORT).name,
                                source=GrantSource.LINKED.name, granted_by_id=viewer.user_id, granted_at=occasion.now,
                                expires_at=expires_at)
    await _felt(viewer, user, grant, before, occasion)
    return await _change(viewer, "linkUser", f"linked {user.email} to {place.name} as {grant.role}", grant,
                         after=_told(grant))


async def change_linked_role(viewer: Viewer, occasion: Occasion, *, grant_id: str, role: Role) -> Change:
    """Another role for somebody linked. Ends what they do inside the customer just now if that goes too far (S1.27)."""
    grant, user, place = await _link(viewer, grant_id)
    problems = Problems()
    if grant.source != GrantSource.LINKED.name:
        problems.add(ErrorCode.INVALID_STATE, NOT_LINKED, "grantId")
    elif grant.revoked_at is not None:
        problems.add(ErrorCode.INVALID_STATE, "The link was taken away: link the person again.", "grantId")
    _check_other(viewer, user, problems, "grantId")
    _check_role(viewer, role, place, problems)
    problems.stop()
    check_version(grant, occasion)
    change = await _change(viewer, "changeLinkedRole", f"made {user.email} {role.name} at {place.name}", grant)
    if grant.role == role.name:
        change.warnings.append(Warned(WarningCode.ALREADY_DONE, f"They were {role.name} already.", ("input", "role")))
        return change
    before, change.before = await grants_of(user.id, occasion.now), _told(grant)
    await revise(grant, occasion, role=role.name)
    await _felt(viewer, user, grant, before, occasion)
    change.after = _told(grant)
    return change


async def unlink_user(viewer: Viewer, occasion: Occasion, *, grant_id: str) -> Change:
    """Takes a link away. What the person does inside the customer at the moment ends with it (S1.37)."""
    grant, user, place = await _link(viewer, grant_id)
    if grant.source != GrantSource.LINKED.name:
        refuse(ErrorCode.INVALID_STATE, NOT_LINKED, "grantId")
    check_version(grant, occasion)
    change = await _change(viewer, "unlinkUser", f"unlinked {user.email} from {place.name}", grant)
    if grant.revoked_at is not None:
        change.warnings.append(Warned(WarningCode.ALREADY_DONE, "The link was taken away already.",
                                      ("input", "grantId")))
        return change
    before, change.before = await grants_of(user.id, occasion.now), _told(grant)
    await revise(grant, occasion, revoked_at=occasion.now)
    await _felt(viewer, user, grant, before, occasion)
    return change


async def _place(viewer: Viewer, customer_id: str, problems: Problems) -> models.Tenant | None:
    """The tenant of a customer to which the viewer may link people."""
    place = await tenant_of(key_of("cus", customer_id))
    if place is None or not viewer.may(Capability.CUSTOMER_VIEW, place.path):
        problems.add(ErrorCode.NOT_FOUND, NO_CUSTOMER, "customerId")
        return None
    if not viewer.may(LINKING.needs, place.path):
        problems.add(ErrorCode.FORBIDDEN, "Your role does not let you link people here.", "customerId",
                     requires=LINKING.needs)
        return None
    return place


async def _person(viewer: Viewer, occasion: Occasion, user_id: str, place: models.Tenant | None,
                  problems: Problems) -> models.User | None:
    """A person who may be linked there, locked: what they hold changes one at a time."""
    user = await models.User.filter(id=key_of("usr", user_id)).select_for_update(no_key=True).first()
    home = await models.Tenant.get(id=user.tenant_id) if user else None
    if user is None or home is None or not viewer.may(Capability.USER_VIEW, home.path):
        problems.add(ErrorCode.NOT_FOUND, NO_PERSON, "userId")
        return None
    at_home = await live_grants(occasion.now).filter(user_id=user.id, source=GrantSource.HOME.name).first()
    if place is not None and (home.id == place.id or not place.path.startswith(home.path)):
        problems.add(ErrorCode.INVALID, "Only people of a partner above the customer can be linked to it.", "userId")
    elif at_home is not None and at_home.role == Role.ADMIN.name:
        problems.add(ErrorCode.CANNOT_LINK_ADMIN, "Admins see every customer already and are not linked.", "userId")
    elif not user.active:
        problems.add(ErrorCode.INVALID_STATE, "The person is not active: activate them first.", "userId")
    else:
        _check_other(viewer, user, problems, "userId")
    return user


def _check_other(viewer: Viewer, user: models.User, problems: Problems, field: str) -> None:
    """Nobody links themselves: their own link would outlast the one from which they have the right to make it."""
    if user.id == viewer.user_id:
        problems.add(ErrorCode.INVALID, ONESELF, field)


def _check_role(viewer: Viewer, role: Role, place: models.Tenant, problems: Problems) -> None:
    """Nobody grants more than they hold (I23)."""
    if role not in LINKABLE:
        names = ", ".join(r.name for r in LINKABLE)
        problems.add(ErrorCode.INVALID, f"A link makes somebody one of {names}.", "role")
    elif missing := missing_to_grant(viewer, role, place.place):
        problems.add(ErrorCode.FORBIDDEN, "Nobody may grant more than they hold.", "role", requires=missing)


async def _link(viewer: Viewer, grant_id: str) -> tuple[models.AccessGrant, models.User, models.Tenant]:
    """A grant that the viewer may change, with its person, locked, and its tenant."""
    found = await models.AccessGrant.get_or_none(id=key_of("grt", grant_id))
    if found is None:
        refuse(ErrorCode.NOT_FOUND, NO_GRANT, "grantId")
    user = await models.User.filter(id=found.user_id).select_for_update(no_key=True).first()
    if user is None:  # PostgreSQL holds nobody for the viewer who is of another branch
        refuse(ErrorCode.NOT_FOUND, NO_GRANT, "grantId")
    grant = await models.AccessGrant.get(id=found.id)  # as it is now that nobody else can change it
    home, place = await models.Tenant.get(id=user.tenant_id), await models.Tenant.get(id=grant.tenant_id)
    managed = viewer.may(Capability.ACCESS_LINK_MANAGE, place.path)
    shown = viewer.may(Capability.USER_VIEW, home.path) and (managed or grant.source == GrantSource.HOME.name)
    if not (shown or user.id == viewer.user_id) or not viewer.may(Capability.USER_VIEW, place.path):
        refuse(ErrorCode.NOT_FOUND, NO_GRANT, "grantId")
    if not managed:
        refuse(ErrorCode.FORBIDDEN, "Your role does not let you change who is linked here.", "grantId",
               requires=Capability.ACCESS_LINK_MANAGE)
    return grant, user, place


async def _linked_already(viewer: Viewer, grant: models.AccessGrant, user: models.User, place: models.Tenant,
                          role: Role | None) -> Change:
    if role is not None and role.name != grant.role:
        refuse(ErrorCode.INVALID_STATE, f"They are linked already, as {grant.role}: change that with changeLinkedRole.",
               "role")
    change = await _change(viewer, "linkUser", f"found {user.email} linked to {place.name}", grant)
    change.warnings.append(Warned(WarningCode.ALREADY_DONE, f"They were linked already, as {grant.role}.",
                                  ("input", "userId")))
    return change


async def _felt(viewer: Viewer, user: models.User, grant: models.AccessGrant, before: tuple[Grant, ...],
                occasion: Occasion) -> None:
    """The person's next request goes by what they hold now."""
    await access_changed([user.id])
    await end_what_exceeds(user, before, occasion.now)
    await announce(EventKind.ACCESS_CHANGED, grant.tenant_id, occasion.now, about=f"grt_{grant.id}",
                   actor=await models.User.get_or_none(id=viewer.user_id),
                   facts={"name": user.email, "role": None if grant.revoked_at else grant.role})


async def _change(viewer: Viewer, action: str, summary: str, grant: models.AccessGrant, **told: object) -> Change:
    """Written down where the viewer acts: linking its people is the partner's affair, not the customer's."""
    assert viewer.current
    customer = await models.Customer.get_or_none(tenant_id=grant.tenant_id)
    return Change(tenant=await models.Tenant.get(id=viewer.current.tenant_id), action=action, summary=summary,
                  resource=f"grt_{grant.id}", records={"grant": grant, "customer": customer},
                  on_behalf=viewer.acting_id is not None, **told)  # type: ignore[arg-type]


def _told(grant: models.AccessGrant) -> dict[str, object]:
    return {"user": f"usr_{grant.user_id}", "tenant": f"ten_{grant.tenant_id}", "role": grant.role,
            "expiresAt": grant.expires_at and grant.expires_at.isoformat()}
