"""Signing in and out, entering a tenant beneath one's own, and coming back."""

from __future__ import annotations

import datetime as dt

import models
from engine import TEXT, Case, Computed, Expr, One, Row, computed, key_of, now, viewers
from engine.expr import Column, lift
from models.access import Capability, GrantSource, Role, TenantKind
from models.sessions import (
    IDLE,
    TRIES,
    TRIES_OF_NETWORK,
    ActingStatus,
    SignInAttempt,
    end_acting,
    is_shut,
    may_enter,
    sign_off,
    touch,
    viewer_of,
)
from models.transaction import unit_of_work
from models.users import normal_email, password_matches
from models.viewers import Grant, Place, Viewer, narrowed
from resolvers.change import Change, ErrorCode, Occasion, Problems, Warned, WarningCode, check_creates, refuse
from resolvers.offers import Offer
from resolvers.tenants import Tenant
from resolvers.users import User

REASON = 500
"""Characters that a reason may have."""

REFUSED = ("The address or the password is wrong, or the account is not open. Check both, and after many tries wait a "
           "quarter of an hour.")


class LoginSession(Row, of=models.LoginSession, tag="ses", place="tenant_id", needs=Capability.USER_VIEW):
    """Known to the person who signed in."""

    def visible(self) -> Expr:
        return self.user_id == viewers("user")

    def in_use(self) -> Expr:
        return self.ended_at.is_null() & (self.ends_at > now()) & (self.last_seen_at > now(convert=_idle_since))

    def is_current(self) -> Expr:
        return self.id == viewers("session", nullable=False)

    def user(self) -> One:
        return User.each(id=self.user_id).open().first()

    def acting(self) -> One:
        return (ActingSession.each(login_session_id=self.id).where(lambda a: a.status() == ActingStatus.ACTIVE)
                .open().first())


class ActingSession(Row, of=models.ActingSession, tag="act", place="target_id"):
    """Known to the person who acts, while they hold anything there."""

    def visible(self) -> Expr:
        return self.actor_id == viewers("user")

    def actor(self) -> One:
        return User.each(id=self.actor_id).open().first()

    def target(self) -> One:
        return Tenant.each(id=self.target_id).first()

    def effective_role(self) -> Expr:
        return self.role

    def capabilities(self) -> Computed:
        kind = Tenant.each(id=self.target_id).open().value(lambda tenant: tenant.kind)
        return computed(_acting_as, self.role, kind)

    def status(self) -> Expr:
        stored = Column(self, "status", TEXT, False)
        return Case([((stored == ActingStatus.ACTIVE) & (self.ends_at <= now()), lift(ActingStatus.EXPIRED))], stored)


def _idle_since(now: dt.datetime) -> dt.datetime:
    return now - IDLE


def _acting_as(role: str, kind: str) -> list[str]:
    target = Place(0, "/0/", TenantKind[kind])
    own = narrowed([Grant(Role[role], 0, target.path, target.kind, GrantSource.LINKED)], target)
    return sorted(c.name for c in Viewer(None, holdings=tuple(own)).capabilities_on(target.path))


# -- signing in and out

async def recognise(_: Viewer, occasion: Occasion, *, email: str, password: str) -> int | None:
    """Whose address and password these are; None for any reason why nobody may come in.

    Runs before the transaction of `sign_in`: hashing takes long, and a refused try must be counted all the same.
    Unknown, wrong, locked out and closed take equally long: the right password of a closed account is not told either.
    """
    address = normal_email(email)
    tries = await unit_of_work(lambda: SignInAttempt.count(address, occasion.now))
    network = f"network {occasion.network}" if occasion.network else None
    spent = network is not None and await SignInAttempt.made(network, occasion.now) >= TRIES_OF_NETWORK
    user = await models.User.get_or_none(email_norm=address)
    matches = await password_matches(None if spent or tries > TRIES else user, password)
    home = await models.Tenant.get_or_none(id=user.tenant_id if user else 0)  # of nobody, too: it takes as long
    shut = await is_shut(home)
    found: int | None = user.id if user and matches and user.active and not shut else None
    if found is None and network and not spent:
        await unit_of_work(lambda: SignInAttempt.count(network, occasion.now))
    return found


async def sign_in(viewer: Viewer, occasion: Occasion, *, email: str, password: str,
                  recognised: int | None = None) -> Change:
    """Opens a session with a new token for whom `recognise` named. Refuses with one text for every reason."""
    user = await models.User.get_or_none(id=recognised, active=True) if recognised else None
    tenant = await models.Tenant.get(id=user.tenant_id) if user else None
    if user is None or tenant is None or await is_shut(tenant):
        refuse(ErrorCode.INVALID, REFUSED)
    _no_version(occasion)
    session = await models.LoginSession.begin(user, occasion.now, occasion.user_agent)
    await SignInAttempt.forget(user.email_norm)
    await touch(session.id, user.id, occasion.now)
    return Change(tenant=tenant, action="signIn", summary=f"{user.email} signed in", resource=f"ses_{session.id}",
                  texts={"token": await session.mint()}, activity=False, actor=user,
                  viewer=await viewer_of(user, session.id, None, occasion.now))


async def sign_out(viewer: Viewer, occasion: Occasion, *, all: bool | None = None) -> Change:
    """Ends this sign-in, or every one of the person's, with the acting sessions and tokens in it."""
    assert viewer.user_id and viewer.session_id and viewer.home
    _no_version(occasion)
    ended = await sign_off(viewer.user_id, None if all else [viewer.session_id], occasion.now)
    return Change(tenant=await models.Tenant.get(id=viewer.home.tenant_id), action="signOut", activity=False,
                  summary=f"signed out of {ended} session{'s' if ended != 1 else ''}",
                  resource=f"ses_{viewer.session_id}", texts={"token": "", "done": True})


# -- entering a tenant and coming back

VIEWING = Offer("view", "Enters its portal and acts there.", Capability.TENANT_SWITCH)


@VIEWING
async def switch_tenant(viewer: Viewer, occasion: Occasion, *, tenant_id: str, reason: str | None = None) -> Change:
    """Enters a tenant beneath the viewer's own, or one they are linked to, in place of any they were in (D-7)."""
    user, session = await _seat(viewer)
    home = (await models.Tenant.get(id=user.tenant_id)).place
    own = await viewer_of(user, session.id, None, occasion.now)
    target = await models.Tenant.get_or_none(id=key_of("ten", tenant_id))
    if own is None or target is None or not own.knows(target.path):
        refuse(ErrorCode.NOT_FOUND, "There is no such tenant, or none that you may know of.", "tenantId")
    problems = Problems()
    check_creates(problems, occasion)
    if target.id == home.tenant_id:
        problems.add(ErrorCode.INVALID, "This is where you are at home: switchBack leads there.", "tenantId")
    elif not may_enter(own.grants, home, target.place):
        problems.add(ErrorCode.FORBIDDEN, "Your role does not let you enter this tenant.", "tenantId",
                     requires=VIEWING.needs)
    if reason and len(reason) > REASON:
        problems.add(ErrorCode.INVALID, f"A reason has at most {REASON} characters.", "reason")
    problems.stop()
    await end_acting(await _acting(session), ActingStatus.SUPERSEDED, occasion.now)
    acting = models.ActingSession(
        login_session_id=session.id, actor_id=user.id, tenant_id=home.tenant_id, target_id=target.id,
        role=Role.SUPPORT.name, status=ActingStatus.ACTIVE.name, reason=reason or occasion.reason,
        started_at=occasion.now, ends_at=session.ends_at)
    inside = await viewer_of(user, session.id, acting, occasion.now)
    assert inside is not None
    acting.role = (inside.role_on(target.path) or Role.SUPPORT).name
    await acting.save(force_create=True)
    return Change(tenant=target, action="switchTenant", summary=f"{user.email} entered {target.name}",
                  resource=f"act_{acting.id}", records={"session": acting}, texts={"token": await session.mint(acting)},
                  after={"target": f"ten_{target.id}", "role": acting.role}, viewer=inside, activity=False)


async def switch_back(viewer: Viewer, occasion: Occasion, *, stay: bool | None = None) -> Change:
    """Back to the viewer's own context, with a token of its own. With `stay` the acting session remains open beside."""
    _no_version(occasion)
    user, session = await _seat(viewer)
    own = await viewer_of(user, session.id, None, occasion.now)
    assert own is not None
    change = Change(tenant=await models.Tenant.get(id=user.tenant_id), action="switchBack", viewer=own, activity=False,
                    summary=f"{user.email} came back", resource=f"ses_{session.id}")
    if viewer.acting_id is None:
        change.warnings.append(Warned(WarningCode.ALREADY_DONE, "You act in no other tenant.", ("input",)))
        return change
    if not stay:
        await end_acting(await _acting(session), ActingStatus.ENDED, occasion.now)
    change.resource = f"act_{viewer.acting_id}"
    change.texts["token"] = await session.mint()
    return change


def _no_version(occasion: Occasion) -> None:
    problems = Problems()
    check_creates(problems, occasion)
    problems.stop()


async def _seat(viewer: Viewer) -> tuple[models.User, models.LoginSession]:
    """The viewer's person, locked: what they hold and where they act changes one at a time; and their sign-in."""
    user = await models.User.filter(id=viewer.user_id).select_for_update(no_key=True).get()
    return user, await models.LoginSession.get(id=viewer.session_id)


async def _acting(session: models.LoginSession) -> list[models.ActingSession]:
    return await models.ActingSession.filter(login_session_id=session.id, status=ActingStatus.ACTIVE.name)
