"""Sessions: who is signed in, in which tenant they act, and what that lets them do."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from datetime import timedelta
from enum import Enum
from typing import Self

from tortoise import fields
from tortoise.expressions import F
from tortoise.models import Model

from models.access import Capability, TenantKind
from models.customers import Customer, CustomerStatus
from models.events import Topic, tell
from models.grants import grants_of, soonest_expiry
from models.records import Record, refers_to
from models.standing import Holding
from models.tenants import Tenant
from models.users import User
from models.viewers import Grant, Place, Viewer, narrowed

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
USER_AGENT = 300
#: In these the customer's people cannot sign in, nor those of tenants beneath it.
SHUT = (CustomerStatus.INACTIVE, CustomerStatus.PENDING_DELETION, CustomerStatus.DELETED)
#: So many tries to sign in without success does an address have in a while.
TRIES, WHILE = 10, timedelta(minutes=15)
#: And so many a network, where that is known: more than a company's people mistype, too few to try one password on everybody.
TRIES_OF_NETWORK = 100


class ActingStatus(Enum):
    """Where an acting session stands."""

    ACTIVE = "Its token works."
    ENDED = "Switched back, signed out, or the right to it was lost: its token answers UNAUTHENTICATED."
    SUPERSEDED = "The person entered another tenant in the same sign-in: its token answers CONTEXT_SUPERSEDED."
    EXPIRED = "It lasted too long: its token answers UNAUTHENTICATED."


class LoginSession(Record):
    """One sign-in of one person. Over when ended, idle for IDLE, or as old as LONGEST."""

    user = refers_to("User", on_delete=fields.CASCADE)
    user_id: int
    #: Where the person is at home: the sessions of a tenant's people can be found by it.
    tenant_id = fields.BigIntField()
    started_at = fields.DatetimeField()
    last_seen_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    user_agent = fields.CharField(USER_AGENT, null=True)

    class Meta:
        table = "login_session"
        indexes = (("user_id",), ("ends_at",))

    @classmethod
    async def begin(cls, user: User, now: dt.datetime, user_agent: str | None) -> Self:
        return await cls.create(user_id=user.id, tenant_id=user.tenant_id, started_at=now, last_seen_at=now,
                                ends_at=now + LONGEST, user_agent=user_agent and user_agent[:USER_AGENT])

    async def mint(self, acting: ActingSession | None = None) -> str:
        """A new secret that opens this sign-in, in an acting session or in the person's own context."""
        secret = new_secret()
        await SessionToken.create(hash=hash_secret(secret), login_session_id=self.id,
                                  acting_session_id=acting.id if acting else None)
        return secret


class ActingSession(Record):
    """A person acting in a tenant beneath their own. One ACTIVE for each sign-in (I18)."""

    login_session = refers_to("LoginSession", on_delete=fields.CASCADE)
    login_session_id: int
    actor = refers_to("User", on_delete=fields.CASCADE)
    actor_id: int
    #: Where the actor is at home, as in their sign-in.
    tenant_id = fields.BigIntField()
    target = refers_to("Tenant", on_delete=fields.CASCADE)
    target_id: int
    role = fields.CharField(20)
    status = fields.CharField(20)
    reason = fields.CharField(500, null=True)
    started_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "acting_session"
        indexes = (("actor_id", "status"), ("login_session_id", "status"))


class SessionToken(Model):
    """The hash of a secret that opens a sign-in, in the person's own context or in an acting session."""

    hash = fields.CharField(64, primary_key=True)
    login_session = refers_to("LoginSession", on_delete=fields.CASCADE)
    login_session_id: int
    acting_session = refers_to("ActingSession", on_delete=fields.CASCADE, null=True)
    acting_session_id: int | None

    class Meta:
        table = "session_token"
        indexes = (("login_session_id",), ("acting_session_id",))


class SignInAttempt(Model):
    """How often signing in with an address was tried since a moment without success. Holds the address's hash only.

    The address is one of e-mail, or a network's; or it stands for a person who tried addresses that somebody else has."""

    address = fields.CharField(64, primary_key=True)
    tries = fields.IntField()
    since = fields.DatetimeField()

    class Meta:
        table = "sign_in_attempt"
        indexes = (("since",),)

    @classmethod
    async def count(cls, email_norm: str, now: dt.datetime) -> int:
        """Counts one more try, before its password is looked at, so that tries at once cannot slip past the limit."""
        address = hash_secret(email_norm)
        await cls.filter(since__lte=now - WHILE).delete()
        begun = cls(address=address, tries=0, since=now)
        await cls.bulk_create([begun], ignore_conflicts=True)
        while not await cls.filter(address=address).update(tries=F("tries") + 1):
            await cls.bulk_create([begun], ignore_conflicts=True)  # somebody has just signed in, which forgets the tries
        return (await cls.get(address=address)).tries

    @classmethod
    async def made(cls, by: str, now: dt.datetime) -> int:
        """How many tries failed lately from a network, or of a person."""
        found = await cls.get_or_none(address=hash_secret(by), since__gt=now - WHILE)
        return found.tries if found else 0

    @classmethod
    async def forget(cls, email_norm: str) -> None:
        await cls.filter(address=hash_secret(email_norm)).delete()


def new_secret() -> str:
    """256 random bits as text. Only its hash is ever stored."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# -- who may be where

def held_at_home(grants: tuple[Grant, ...]) -> tuple[Holding, ...]:
    """What grants add up to in a person's own context."""
    return tuple(holding for grant in grants for holding in grant.holdings())


def may_enter(grants: tuple[Grant, ...], home: Place, target: Place) -> bool:
    """Whether grants let a person of `home` act in a tenant. Acting in another one makes no difference (D-7)."""
    return target.path != home.path and any(
        Capability.TENANT_SWITCH in h.capabilities and h.covers(target.path) for h in held_at_home(grants))


async def is_shut(tenant: Tenant | None) -> bool:
    """Whether a tenant's people are shut out, by its own status or by that of a tenant above it. Nobody's are not."""
    return await Customer.filter(tenant_id__in=[*tenant.ancestor_ids, tenant.id] if tenant else [0],
                                 status__in=[status.name for status in SHUT]).exists()


async def viewer_of(user: User, session_id: int, acting: ActingSession | None, now: dt.datetime) -> Viewer | None:
    """Who asks, in a sign-in and perhaps in an acting session; None where they may not be there any longer.

    With a password that somebody else chose they hold nothing, and can only choose one of their own (D-18).
    """
    tenant = await Tenant.get(id=user.tenant_id)
    if not user.active or await is_shut(tenant):
        return None
    home, grants = tenant.place, () if user.must_change_password else await grants_of(user.id, now)
    if acting is None:
        return Viewer(user.id, home, home, held_at_home(grants), session_id, None, grants,
                      billing_zone=await billing_zone(tenant), version=user.access_version)
    entered = await Tenant.get(id=acting.target_id)
    target = entered.place
    if not may_enter(grants, home, target):
        return None
    return Viewer(user.id, home, target, tuple(narrowed(grants, target)), session_id, acting.id, grants,
                  billing_zone=await billing_zone(entered), version=user.access_version)


async def billing_zone(tenant: Tenant) -> str:
    """The zone in which the months end by which a partner bills, or an end customer is billed."""
    if tenant.kind != TenantKind.CUSTOMER.name:
        return tenant.time_zone
    customer = await Customer.get(id=tenant.id)
    return (await Tenant.get(id=customer.issuer_id)).time_zone


async def viewer_in(session_id: int, acting_id: int | None,
                    now: dt.datetime) -> tuple[Viewer | None, dt.datetime | None]:
    """`viewer_of` by ids, and the moment at which one of the person's grants expires by itself."""
    session = await LoginSession.get(id=session_id)
    acting = await ActingSession.get(id=acting_id) if acting_id else None
    user = await User.get(id=session.user_id)
    return await viewer_of(user, session_id, acting, now), await soonest_expiry(user.id, now)


async def touch(session_id: int, user_id: int, now: dt.datetime) -> None:
    """Notes that somebody was active: in their sign-in, as a person, and for the customer in which they are at home.

    The account in which they act is not touched: a partner inside is no activity of the customer's (S1.12).
    """
    await LoginSession.filter(id=session_id, last_seen_at__lt=now).update(last_seen_at=now)
    user = await User.get(id=user_id)
    await User.filter(id=user_id).update(last_active_at=now)
    await Customer.filter(tenant_id=user.tenant_id).update(last_activity_at=now)


# -- the end

async def end_acting(sessions: list[ActingSession], status: ActingStatus, now: dt.datetime) -> None:
    """Closes acting sessions; their tokens stay, to say why they no longer work."""
    ids = [session.id for session in sessions]
    await ActingSession.filter(id__in=ids).update(status=status.name, ended_at=now)
    for session in sessions:
        await tell(Topic.ACTING_ENDED, [session.actor_id], now, about=f"act_{session.id}")


async def sign_off(user_id: int, session_ids: list[int] | None, now: dt.datetime, *, but: int | None = None) -> int:
    """Ends a person's sign-ins (None: all that are open, `but` one) with everything in them; says how many there were."""
    found = LoginSession.filter(user_id=user_id, ended_at__isnull=True)
    if session_ids is not None:
        found = found.filter(id__in=session_ids)
    if but is not None:
        found = found.exclude(id=but)
    ids = [session.id for session in await found]
    acting = await ActingSession.filter(login_session_id__in=ids, status=ActingStatus.ACTIVE.name)
    await end_acting(acting, ActingStatus.ENDED, now)
    await SessionToken.filter(login_session_id__in=ids).delete()
    await LoginSession.filter(id__in=ids).update(ended_at=now)
    for id in ids:
        await tell(Topic.ACCESS, [user_id], now, about=f"ses_{id}")
    return len(ids)


async def keep_only(session_id: int, user_id: int, now: dt.datetime) -> str:
    """Ends all of a person's sign-ins but one, which goes on in their own context by a new token alone: that is returned."""
    await sign_off(user_id, None, now, but=session_id)
    await end_acting(await ActingSession.filter(login_session_id=session_id, status=ActingStatus.ACTIVE.name),
                     ActingStatus.ENDED, now)
    await SessionToken.filter(login_session_id=session_id).delete()
    return await (await LoginSession.get(id=session_id)).mint()


async def end_what_exceeds(user: User, before: tuple[Grant, ...], now: dt.datetime) -> list[ActingSession]:
    """Ends a person's open acting sessions that their grants, changed in this transaction, no longer carry in full."""
    home = (await Tenant.get(id=user.tenant_id)).place
    after = await grants_of(user.id, now)
    lost: list[ActingSession] = []
    for session in await ActingSession.filter(actor_id=user.id, status=ActingStatus.ACTIVE.name):
        target = (await Tenant.get(id=session.target_id)).place
        left = narrowed(after, target)
        if not may_enter(after, home, target) or exceeds(narrowed(before, target), left):
            lost.append(session)
        elif role := Viewer(user.id, holdings=tuple(left)).role_on(target.path):
            await ActingSession.filter(id=session.id).update(role=role.name)
    await end_acting(lost, ActingStatus.ENDED, now)
    return lost


def exceeds(wide: list[Holding], narrow: list[Holding]) -> bool:
    """Whether one set of holdings allows something somewhere that another does not."""
    return any(not any(capability in n.capabilities and n.contains(w) for n in narrow)
               for w in wide for capability in w.capabilities)
