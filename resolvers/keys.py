"""API keys: what is shown of them, and how a person makes and revokes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import models
from engine import Computed, One, Page, Row, computed, key_of, viewers
from models.access import Capability
from models.events import Topic, tell
from models.keys import MARK, NEVER, SHOWN, carried
from models.sessions import hash_secret, new_secret
from models.viewers import Viewer
from resolvers import texts
from resolvers.change import (
    NO_TENANT,
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
from resolvers.tenants import Tenant
from resolvers.users import User
from resolvers.viewers import Viewer as Asker

NAME = 100
#: Keys of one tenant that are not revoked.
MOST = 100
NO_KEY = "There is no such key, or none that you may know of."
NOT_THERE = "Keys are made and revoked in one's own tenant, not while acting in another: switch back first."


class ApiKey(Row, of=models.ApiKey, tag="key", place="tenant_id", needs=Capability.API_KEY_MANAGE):
    def tenant(self) -> One:
        return Tenant.each(id=self.tenant_id).first()

    def created_by(self) -> One:
        return User.each(id=self.created_by_id).first()

    def capabilities(self) -> Computed:
        return computed(str.split, self.scope)


@Tenant.field
@Asker.field
def api_keys(whose: Tenant | Asker) -> Page:
    """A tenant's keys, or those that the viewer made; newest first."""
    found = ApiKey.each(tenant_id=whose.id) if isinstance(whose, Tenant) else ApiKey.each(created_by_id=viewers("user"))
    return found.by("-created_at").page()


@Asker.field
def api_key(viewer: Asker) -> One:
    return ApiKey.each(id=viewers("key")).open().first()


async def create_api_key(viewer: Viewer, occasion: Occasion, *, name: str, tenant_id: str,
                         capabilities: Sequence[Capability], expires_at: dt.datetime | None = None) -> Change:
    """Makes a key for a machine: for one tenant and what lies beneath, with no more than its maker holds there."""
    problems = Problems()
    check_creates(problems, occasion)
    if viewer.acting_id is not None:
        refuse(ErrorCode.FORBIDDEN, NOT_THERE, "tenantId")
    place = await _place(viewer, tenant_id, problems)
    called = texts.required_name(problems, "name", name, NAME)
    scope = sorted(set(capabilities), key=lambda capability: capability.name)
    if place is not None:
        _check_scope(viewer, place, scope, problems)
    if expires_at is not None and expires_at <= occasion.now:
        problems.add(ErrorCode.INVALID, "The key must end in the future.", "expiresAt")
    problems.stop()
    assert place and viewer.user_id
    secret = MARK + new_secret()
    key = await models.ApiKey.create(
        tenant_id=place.id, created_by_id=viewer.user_id, name=called, prefix=secret[:SHOWN], hash=hash_secret(secret),
        scope=" ".join(capability.name for capability in scope), created_at=occasion.now, expires_at=expires_at)
    change = _change(viewer, "createApiKey", f"made the API key {called}", key, place)
    change.after, change.texts = _told(key), {"secret": secret}
    return change


async def revoke_api_key(viewer: Viewer, occasion: Occasion, *, api_key_id: str) -> Change:
    """Ends a key for good: the next request with it is refused."""
    key = await models.ApiKey.filter(id=key_of("key", api_key_id)).select_for_update(no_key=True).first()
    place = await models.Tenant.get(id=key.tenant_id) if key else None
    if key is None or place is None or not viewer.may(Capability.API_KEY_MANAGE, place.path):
        refuse(ErrorCode.NOT_FOUND, NO_KEY, "apiKeyId")
    if viewer.acting_id is not None:
        refuse(ErrorCode.FORBIDDEN, NOT_THERE, "apiKeyId")
    check_version(key, occasion)
    change = _change(viewer, "revokeApiKey", f"revoked the API key {key.name}", key, place)
    if key.revoked_at is not None:
        change.warnings.append(Warned(WarningCode.ALREADY_DONE, "The key was revoked already.", ("input", "apiKeyId")))
        return change
    change.before = _told(key)
    await revise(key, occasion, revoked_at=occasion.now)
    await tell(Topic.ACCESS, [key.created_by_id], occasion.now, about=f"key_{key.id}")
    return change


async def _place(viewer: Viewer, tenant_id: str, problems: Problems) -> models.Tenant | None:
    """A tenant of whose keys the viewer may decide."""
    place = await models.Tenant.get_or_none(id=key_of("ten", tenant_id))
    if place is None or not viewer.knows(place.path):
        problems.add(ErrorCode.NOT_FOUND, NO_TENANT, "tenantId")
    elif not viewer.may(Capability.API_KEY_MANAGE, place.path):
        problems.add(ErrorCode.FORBIDDEN, "Your role does not let you make keys here.", "tenantId",
                     requires=Capability.API_KEY_MANAGE)
    elif await models.ApiKey.filter(tenant_id=place.id, revoked_at__isnull=True).count() >= MOST:
        problems.add(ErrorCode.INVALID, f"A tenant has at most {MOST} keys: revoke one that is not needed.", "tenantId")
    else:
        return place
    return None


def _check_scope(viewer: Viewer, place: models.Tenant, scope: Sequence[Capability], problems: Problems) -> None:
    """Nobody makes a key that holds more than they do (I23)."""
    if not scope:
        problems.add(ErrorCode.REQUIRED, "Name at least one capability.", "capabilities")
    held = {capability for holding in carried(viewer.holdings, place.place, frozenset(scope))
            for capability in holding.capabilities}
    for capability in scope:
        if capability in NEVER:
            problems.add(ErrorCode.INVALID, f"No key carries {capability.name}.", "capabilities")
        elif capability not in held:
            problems.add(ErrorCode.FORBIDDEN, f"You do not hold {capability.name} there, so no key of yours can.",
                         "capabilities", requires=capability)


def _change(viewer: Viewer, action: str, summary: str, key: models.ApiKey, place: models.Tenant) -> Change:
    return Change(tenant=place, action=action, summary=summary, resource=f"key_{key.id}", records={"api_key": key},
                  on_behalf=viewer.home is None or viewer.home.tenant_id != place.id)


def _told(key: models.ApiKey) -> dict[str, object]:
    return {"name": key.name, "prefix": key.prefix, "capabilities": key.scope.split(),
            "expiresAt": key.expires_at and key.expires_at.isoformat()}
