"""Another password: how people choose one, and what ends with the old one."""

from __future__ import annotations

from typing import Any, NamedTuple

import models
from letters.passwords import password_changed
from models.grants import access_changed
from models.sessions import SignInAttempt, keep_only, viewer_of
from models.viewers import Viewer
from resolvers import texts
from resolvers.change import Change, ErrorCode, Occasion, Problems, check_version, refuse, revise
from resolvers.letters import write_to
from resolvers.sessions import recognise

NOT_THERE = "Passwords are changed in one's own tenant, not while acting in another: switch back first."
WRONG = "This is not your password, or there were too many tries: after ten, wait a quarter of an hour."
THE_SAME = "Choose another password than the one you have."


class Proof(NamedTuple):
    """That somebody knows their password, whose stored hash this is, and the hash of the next one, where it will do."""

    stored: str | None
    hashed: str | None


async def prove(viewer: Viewer, occasion: Occasion, *, current: str, next: str) -> Proof | None:
    """Whether the viewer knows their password; None where they do not, or where it was tried too often.

    Tries are counted with those to sign in: a session in the wrong hands is no better place to guess from.
    """
    user = await models.User.get_or_none(id=viewer.user_id) if viewer.acting_id is None else None
    if user is None or await recognise(viewer, occasion, email=user.email, password=current) != user.id:
        return None
    return Proof(user.password_hash, await texts.hash_if_fit(next, user.email))


async def change_password(viewer: Viewer, occasion: Occasion, *, current: str, next: str,
                          proof: Proof | None) -> Change:
    """Takes another password. All that the person had open ends but this sign-in, which goes on with a new token."""
    assert viewer.user_id and viewer.session_id
    if viewer.acting_id is not None:
        refuse(ErrorCode.FORBIDDEN, NOT_THERE)
    user = await models.User.filter(id=viewer.user_id).select_for_update(no_key=True).get()
    problems = Problems()
    if proof is None or proof.stored != user.password_hash:  # somebody may have changed it since it was looked at
        problems.add(ErrorCode.INVALID, WRONG, "current")
    elif current == next:
        problems.add(ErrorCode.INVALID, THE_SAME, "next")
    texts.new_password(problems, "next", next, user.email)
    problems.stop()
    assert proof and proof.hashed
    check_version(user, occasion)
    await take(user, proof.hashed, occasion)
    token = await keep_only(viewer.session_id, user.id, occasion.now)
    user = await models.User.get(id=user.id)
    return Change(await models.Tenant.get(id=user.tenant_id), "changePassword", "changed their own password", f"usr_{user.id}",
                  {"user": user}, texts={"token": token}, activity=False,
                  viewer=await viewer_of(user, viewer.session_id, None, occasion.now))


async def take(user: models.User, hashed: str, occasion: Occasion, **more: Any) -> None:
    """Gives a person another password, and tells them by letter. Nothing that they have under way goes on by what it was
    begun with. `more` are columns that change with it."""
    await revise(user, occasion, password_hash=hashed, must_change_password=False, **more)
    await access_changed([user.id])
    await SignInAttempt.forget(user.email_norm)
    company = (await models.Tenant.get(id=user.tenant_id)).name
    letter = password_changed(name=user.first_name, company=company, at=occasion.now)
    await write_to(user, letter, f"{occasion.base_url}/forgotten-password", occasion.now)
