"""API keys: what a machine shows instead of a person's sign-in, and how much of its maker's rights it carries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tortoise import fields

from models.access import Capability
from models.grants import soonest_expiry
from models.records import Versioned, refers_to
from models.sessions import billing_zone, viewer_of
from models.standing import Holding
from models.tenants import Tenant
from models.transaction import on_postgres, sql_rows
from models.users import User
from models.viewers import Place, Viewer

#: With these letters a key begins, and no session's token does.
MARK = "tky_"
#: So many of its first letters are kept and shown.
SHOWN = len(MARK) + 6
#: What no key carries: a machine makes no keys and enters no other tenant.
NEVER = frozenset({Capability.API_KEY_MANAGE, Capability.TENANT_SWITCH})

PERSON_STANDS = "select 1 from app_user u where u.id = $1 and u.active and (u.access_version = $2)"
KEY_STANDS = """select 1 from api_key k join app_user u on u.id = k.created_by_id
where k.id = $1 and k.revoked_at is null and u.active and (u.access_version = $2)"""
#: Somebody may give up what they hold themselves.
BY_ITSELF = "u.xmin = pg_current_xact_id()::xid"


class ApiKey(Versioned):
    """A secret that a person made for a machine, for one tenant and what lies beneath. Only its hash is stored."""

    tenant = refers_to("Tenant")
    tenant_id: int
    #: The key never carries more than its maker holds at the moment.
    created_by = refers_to("User", on_delete=fields.CASCADE)
    created_by_id: int
    name = fields.CharField(200)
    #: The first letters, by which people tell their keys apart.
    prefix = fields.CharField(20)
    hash = fields.CharField(64, unique=True)
    #: Names of capabilities with a space between.
    scope = fields.TextField()
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)
    last_used_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_key"
        indexes = (("tenant_id", "created_at"), ("created_by_id",))

    @property
    def capabilities(self) -> frozenset[Capability]:
        return frozenset(Capability[name] for name in self.scope.split())


def carried(holdings: Iterable[Holding], place: Place, scope: frozenset[Capability]) -> list[Holding]:
    """What is left of its maker's holdings inside a key's tenant and scope."""
    found: list[Holding] = []
    for held in holdings:
        both = held.capabilities & scope - NEVER
        for beneath in (False, True):
            bounds = Holding(place.tenant_id, place.path, beneath, held.role, both)
            inner = bounds if held.contains(bounds) else held if bounds.contains(held) else None
            if inner is not None and both:
                found.append(Holding(inner.tenant_id, inner.path, inner.beneath, held.role, both, scope=scope))
    return found


async def viewer_by(key_id: int, now: dt.datetime) -> tuple[Viewer | None, dt.datetime | None]:
    """Who asks with a key: a machine, nobody in person; None where its maker may not come in themselves. And the moment
    at which one of the maker's grants expires by itself."""
    key = await ApiKey.get(id=key_id)
    maker = await User.get(id=key.created_by_id)
    person = await viewer_of(maker, 0, None, now)
    if person is None:
        return None, None
    tenant = await Tenant.get(id=key.tenant_id)
    place = tenant.place
    holdings = tuple(carried(person.holdings, place, key.capabilities))
    zone = await billing_zone(tenant)
    viewer = Viewer(None, place, place, holdings, key_id=key.id, maker_id=maker.id, billing_zone=zone, version=person.version)
    return viewer, await soonest_expiry(maker.id, now)


async def holds_still(viewer: Viewer, *, done: bool) -> bool:
    """Whether a viewer holds what they did when they were found out, and will up to the commit of the unit under way.

    Ask before the change and once it is `done`. SQLite, with its one writer, answers before. PostgreSQL answers at the end,
    and whoever would change it waits: held from the beginning on, two changes of one person's own row would wait in a circle.
    """
    if done is not on_postgres():
        return True
    sql = KEY_STANDS if viewer.key_id else PERSON_STANDS
    if done:
        sql = sql.replace("= $2", f"= $2 or {BY_ITSELF}") + " for share"
    return bool(await sql_rows(sql, viewer.key_id or viewer.user_id, viewer.version))


async def used(key_id: int, now: dt.datetime) -> None:
    """Notes that somebody asked with a key."""
    await ApiKey.filter(id=key_id).update(last_used_at=now)
