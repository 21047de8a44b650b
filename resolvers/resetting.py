"""Passwords that are forgotten or taken back: a letter with a link, and choosing another by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NoReturn

import models
from engine import key_of
from letters.letter import Letter
from letters.passwords import password_reset, password_withdrawn
from models.access import Capability
from models.grants import access_changed
from models.jobs import enqueue
from models.passwords import TO_LIVE, PasswordReset
from models.sessions import TRIES, TRIES_OF_NETWORK, SignInAttempt, is_shut, sign_off
from models.transaction import unit_of_work
from models.users import normal_email
from models.viewers import ANYONE, Viewer
from resolvers import texts
from resolvers.activity import record
from resolvers.change import NO_PERSON, Change, ErrorCode, Occasion, Problems, check_creates, check_version, refuse, revise
from resolvers.letters import write_to
from resolvers.passwords import take

#: Letters of a kind to one person while a link lives: so whoever gets no more of them has one that works.
MOST = 3
EXPIRED = "The link is unknown, used or too old, or a newer one was sent: ask for a new one where you sign in."
NOT_YOURS = "Your role does not let you take back the passwords of its people."
OWN = "This is you: change your password by changePassword."
CLOSED = "They cannot sign in as it is: reactivate them first."
ENOUGH = f"{MOST} letters with a link went to them within the hour: they can use the last one."


# -- asked for where people sign in

async def count_asking(viewer: Viewer, occasion: Occasion, *, email: str) -> bool:
    """Whether there may be another letter, by how often the address and the network asked lately, known or not."""
    async def asked(of: str) -> int:
        return await unit_of_work(lambda: SignInAttempt.count(f"password of {of}", occasion.now))
    few = await asked(normal_email(email)) <= TRIES
    return (occasion.network is None or await asked(f"network {occasion.network}") <= TRIES_OF_NETWORK) and few


async def request_password_reset(viewer: Viewer, occasion: Occasion, *, email: str, may_be_sent: bool) -> Change:
    """Has a letter written to whoever has the address, if somebody does: afterwards, so that neither the answer nor the time
    that it takes tells."""
    problems = Problems()
    check_creates(problems, occasion)
    problems.stop()
    found = await models.User.filter(email_norm=normal_email(email)).values_list("id", flat=True)
    if may_be_sent:
        await enqueue("password-reset", {"user": found[0] if found else None, "request": occasion.request_id}, due=occasion.now)
    return Change(None, "requestPasswordReset", "", "", texts={"accepted": True})


async def send_link(user_id: int | None, now: dt.datetime, *, request_id: str, base_url: str) -> None:
    """The letter that was asked for, where it would be of use and there were not too many."""
    user = await models.User.filter(id=user_id, active=True).select_for_update(no_key=True).first()
    tenant = await models.Tenant.get(id=user.tenant_id) if user else None
    if user is None or tenant is None or await is_shut(tenant) or await _had_enough(user, password_reset, now):
        return
    occasion = Occasion(now, request_id, base_url)
    await write_link(user, password_reset(name=user.first_name, company=tenant.name, expires_at=now + TO_LIVE), occasion)
    change = Change(tenant, "requestPasswordReset", f"somebody asked for a new password of {user.email}", f"usr_{user.id}",
                    activity=False)
    await record(ANYONE, occasion, change, change.action, None)


# -- taken back by an administrator

async def reset_user_password(viewer: Viewer, occasion: Occasion, *, user_id: str) -> Change:
    """Takes a person's password back, with all that they have open; they choose another by the link of a letter."""
    found = await models.User.get_or_none(id=key_of("usr", user_id))
    tenant = await models.Tenant.get(id=found.tenant_id) if found else None
    if found is None or tenant is None or not viewer.may(Capability.USER_VIEW, tenant.path):
        refuse(ErrorCode.NOT_FOUND, NO_PERSON, "userId")
    if not viewer.may(Capability.USER_MANAGE, tenant.path):
        refuse(ErrorCode.FORBIDDEN, NOT_YOURS, "userId", requires=Capability.USER_MANAGE)
    if found.id == viewer.user_id:
        refuse(ErrorCode.INVALID, OWN, "userId")
    user = await models.User.filter(id=found.id).select_for_update(no_key=True).get()
    check_version(user, occasion)
    if not user.active or await is_shut(tenant):
        refuse(ErrorCode.INVALID_STATE, CLOSED, "userId")
    if await _had_enough(user, password_withdrawn, occasion.now):
        refuse(ErrorCode.INVALID_STATE, ENOUGH, "userId")
    await revise(user, occasion, password_hash=None)
    await sign_off(user.id, None, occasion.now)
    await access_changed([user.id])
    admin = await models.User.get(id=viewer.user_id)
    await write_link(user, password_withdrawn(name=user.first_name, company=tenant.name, admin=admin.display_name,
                                              expires_at=occasion.now + TO_LIVE), occasion)
    return Change(tenant, "resetUserPassword", f"took back the password of {user.email}", f"usr_{user.id}", {"user": user},
                  on_behalf=viewer.home is None or viewer.home.tenant_id != tenant.id)


# -- following the link

async def hash_new(viewer: Viewer, occasion: Occasion, *, token: str, password: str) -> str | None:
    """The hash of the password chosen; None where the link does not work, or the password will not do."""
    user = await _whose(token, occasion)
    return await texts.hash_if_fit(password, user.email) if user else None


async def reset_password(viewer: Viewer, occasion: Occasion, *, token: str, password: str, hashed: str | None) -> Change:
    """Gives whoever holds a link's secret the password that they choose. Of two at the same time one succeeds."""
    found = await _whose(token, occasion)
    user = await models.User.filter(id=found.id, active=True).select_for_update(no_key=True).first() if found else None
    if user is None:
        _expired()
    problems = Problems()
    check_creates(problems, occasion)
    texts.new_password(problems, "password", password, user.email)
    problems.stop()
    if hashed is None or not await PasswordReset.opened_by(token, occasion.now).delete():
        _expired()
    await sign_off(user.id, None, occasion.now)
    await take(user, hashed, occasion, email_verified=True)
    return Change(await models.Tenant.get(id=user.tenant_id), "resetPassword", "chose a new password by the link of a letter",
                  f"usr_{user.id}", texts={"email": user.email}, activity=False, actor=user)


async def _whose(token: str, occasion: Occasion) -> models.User | None:
    """Whose password the link changes, as long as it works and they may come in."""
    reset = await PasswordReset.opened_by(token, occasion.now).first()
    user = await models.User.get_or_none(id=reset.user_id, active=True) if reset else None
    return user if user and not await is_shut(await models.Tenant.get(id=user.tenant_id)) else None


async def _had_enough(user: models.User, kind: Callable[..., Letter], now: dt.datetime) -> bool:
    """Letters that strangers ask for are no reason to keep an administrator from taking a password back."""
    return await models.OutboundEmail.filter(tenant_id=user.tenant_id, written_at__gt=now - TO_LIVE, kind=kind.__name__,
                                             recipient=texts.mailable(user.email)).count() >= MOST


async def write_link(user: models.User, letter: Letter, occasion: Occasion, lives: dt.timedelta = TO_LIVE) -> None:
    """Puts a letter with a new link into the outbox."""
    reset, secret = await PasswordReset.begin(user, occasion.now, lives)
    await write_to(user, letter, f"{occasion.base_url}/new-password#reset={secret}", occasion.now, reset.id)


def _expired() -> NoReturn:
    refuse(ErrorCode.LINK_EXPIRED, EXPIRED, "token")
