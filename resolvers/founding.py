"""How a company and its first people come into being, whichever way they came."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tortoise.exceptions import IntegrityError

from models.access import PARTNERS, Capability, GrantSource, Role, TenantKind
from models.customers import Customer, CustomerStatus
from models.grants import AccessGrant
from models.records import name_key
from models.sessions import new_secret
from models.sources import count_newcomer
from models.tenants import Tenant, plant
from models.users import User, normal_email
from models.viewers import Viewer
from resolvers.change import ErrorCode, refuse

HAS_ACCOUNT = "The address has an account here already: sign in with it, or ask to be invited under another address."


def kind_beneath(parent: Tenant) -> TenantKind | None:
    """What a new customer becomes: a reseller beneath the platform or a distributor, else a customer."""
    kind = TenantKind.RESELLER if parent.kind in ("PLATFORM", "DISTRIBUTOR") else TenantKind.CUSTOMER
    return kind if parent.may_hold(kind) else None


async def found_company(parent: Tenant, name: str, now: dt.datetime, *, domain: str | None = None,
                        **more: Any) -> tuple[Tenant, Customer]:
    """A new customer in its place beneath a parent that may hold one. `more` are columns of the customer."""
    kind = kind_beneath(parent)
    assert kind is not None
    tenant = Tenant.beneath(parent, kind=kind, name=name, domain=domain)
    await plant([tenant])
    issuer_id = parent.id if TenantKind[parent.kind] in PARTNERS else (await Customer.get(id=parent.id)).issuer_id
    customer = await Customer.create(
        id=tenant.id, tenant_id=tenant.id, name=tenant.name, name_key=tenant.name_key, issuer_id=issuer_id,
        status=CustomerStatus.ACTIVE.name, status_changed_at=now, currency=tenant.currency, created_at=now, accepted_at=now,
        **more)
    await count_newcomer(tenant)
    return tenant, customer


async def is_known_taken(viewer: Viewer, email: str) -> bool:
    """Whether somebody has the address whom the viewer may list. Whoever may not is not told by asking that somebody has it."""
    paths = await User.filter(email_norm=normal_email(email)).values_list("tenant__path", flat=True)
    return any(viewer.may(Capability.USER_VIEW, str(path)) for path in paths)


async def enter_person(tenant: Tenant, email: str, role: Role, granted_by: int | None, now: dt.datetime, field: str,
                       rehearsed: bool = False, **more: Any) -> User:
    """A new person at home there. `more` are columns of theirs; `field` is told where somebody has the address.

    rehearsed  nobody will be there: the address is as good as free, or a rehearsal would tell, without a trace, who is known
    """
    user = User(tenant_id=tenant.id, email=email, email_norm=new_secret() if rehearsed else normal_email(email),
                name_key=name_key(f"{more['first_name']} {more['last_name']}"), **more)
    try:
        await user.save(force_create=True)
    except IntegrityError:
        refuse(ErrorCode.EMAIL_TAKEN, HAS_ACCOUNT, *field.split("."))
    await AccessGrant.create(user_id=user.id, tenant_id=tenant.id, role=role.name, source=GrantSource.HOME.name,
                             granted_by_id=granted_by, granted_at=now)
    return user
