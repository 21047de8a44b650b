"""A reseller of a test's own, with people of every role and customers to whom they are linked: where money may move."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import Any

from models import AccessGrant, Customer, Service, Tenant, User
from models.access import GrantSource, Role, TenantKind
from models.grants import access_changed
from models.records import name_key
from models.tenants import plant
from tests.client import Person
from tests.servers import Server
from tests.stored import connected

SERVICE = """id name kind product status cloudConnection billingState billingEntryExpectedBy monthlyCharge { amount currency }
  orderedAt provisionedAt expiresOn restartedAt diagnosedAt diagnosis version customer { id }
  actions { action allowed financialImpact reason }"""
SUMMARY = """id name mrr { amount } summary { mrr { amount } mrrPendingEntry { amount currency } ports virtualCircuits
  cloudConnections lastActivityAt lastOrderAt }"""
ERRORS = "userErrors { code message path requiredCapability } warnings { code } dryRun auditEntryId"
ADD = f"""mutation($input: AddServicesInput!, $options: MutationOptions) {{ addServices(input: $input, options: $options) {{
  customer {{ {SUMMARY} }} services {{ {SERVICE} }} {ERRORS} }} }}"""
ACT = f"""mutation($input: ServiceActionInput!, $options: MutationOptions) {{ serviceAction(input: $input, options: $options) {{
  service {{ {SERVICE} }} {ERRORS} }} }}"""
ROLES = {"admin": Role.ADMIN, "sales": Role.SALES, "regular": Role.REGULAR, "readonly": Role.READ_ONLY,
         "support": Role.SUPPORT, "unlinked": Role.REGULAR}
LINKED = ("regular", "readonly", "support")
_serial = itertools.count(1)


@dataclass(frozen=True)
class Place:
    """A customer: its global id, and its own administrator."""

    id: str
    name: str
    admin: str

    @property
    def key(self) -> int:
        return int(self.id[4:])


@dataclass
class Shop:
    """The reseller. `people` are addresses by what they are: admin, sales, regular, readonly, support, unlinked."""

    server: Server
    name: str
    people: dict[str, str] = field(default_factory=dict)

    def person(self, who: str) -> Person:
        """Somebody of the reseller, or whoever has the address."""
        return Person(self.server, self.people.get(who, who))

    async def customer(self, currency: str = "EUR", status: str = "ACTIVE") -> Place:
        """A new customer with an administrator of its own, known to the staff by their links."""
        n = next(_serial)
        now = dt.datetime.now(dt.UTC)
        async with connected(self.server.database_url):
            above = await Tenant.get(name=self.name)
            tenant = Tenant.beneath(above, kind=TenantKind.CUSTOMER, name=f"Pine {n} Ltd", currency=currency)
            await plant([tenant])
            await Customer.create(
                id=tenant.id, tenant_id=tenant.id, name=tenant.name, name_key=tenant.name_key, status=status,
                status_changed_at=now, issuer_id=above.id, currency=currency, mrr_minor=0, mrr_pending_minor=0,
                created_at=now, accepted_at=now)
            admin = await settled(f"admin{n}@pine.example", tenant, Role.ADMIN, now)
            staff = {who: await User.get(email=self.people[who]) for who in LINKED}
            for who, user in staff.items():
                await AccessGrant.create(user_id=user.id, tenant_id=tenant.id, role=ROLES[who].name, granted_at=now,
                                         source=GrantSource.LINKED.name)
            await access_changed([user.id for user in staff.values()])
        return Place(f"cus_{tenant.id}", tenant.name, admin.email)

    async def add(self, place: Place, *products: str | dict[str, Any], by: str = "admin", **options: Any) -> dict[str, Any]:
        edits = [{"product": each} if isinstance(each, str) else each for each in products]
        answer = await self.person(by).ask(ADD, {"input": {"customerId": place.id, "products": edits}, "options": options})
        assert answer.get("data"), answer
        return answer["data"]["addServices"]

    async def act(self, service: str, action: str, by: str = "admin", params: dict[str, Any] | None = None,
                  **options: Any) -> dict[str, Any]:
        given = {"serviceId": service, "action": action, "params": params}
        answer = await self.person(by).ask(ACT, {"input": given, "options": options})
        assert answer.get("data"), answer
        return answer["data"]["serviceAction"]

    async def sums(self, place: Place, by: str = "admin") -> dict[str, Any]:
        """The columns of the list."""
        answer = await self.person(by).ask(f"query($id: ID!) {{ customer(id: $id) {{ {SUMMARY} }} }}", {"id": place.id})
        return answer["data"]["customer"]

    async def stored(self, place: Place) -> tuple[Customer, list[Service]]:
        """The customer and its services as the database has them."""
        async with connected(self.server.database_url):
            return await Customer.get(id=place.key), await Service.filter(tenant_id=place.key)


async def open_shop(server: Server, above: int | None = None) -> Shop:
    """A new reseller beneath the platform, or beneath the tenant with that key."""
    n = next(_serial)
    shop = Shop(server, f"Shop {n}")
    now = dt.datetime.now(dt.UTC)
    async with connected(server.database_url):
        parent = await (Tenant.get(id=above) if above else Tenant.get(kind="PLATFORM"))
        tenant = Tenant.beneath(parent, kind=TenantKind.RESELLER, name=shop.name, currency="EUR")
        await plant([tenant])
        await Customer.create(id=tenant.id, tenant_id=tenant.id, name=tenant.name, name_key=tenant.name_key, status="ACTIVE",
                              status_changed_at=now, issuer_id=tenant.parent_id, currency="EUR", mrr_minor=0,
                              mrr_pending_minor=0, created_at=now, accepted_at=now)
        for who, role in ROLES.items():
            shop.people[who] = (await settled(f"{who}{n}@shop.example", tenant, role, now)).email
    return shop


async def settled(email: str, home: Tenant, role: Role, now: dt.datetime) -> User:
    """Somebody new, with the password of everybody in the story."""
    known = await User.get(email="admin@brightline.example")
    user = await User.create(tenant_id=home.id, email=email, email_norm=email, first_name=email.partition("@")[0],
                             last_name="Lee", name_key=name_key(email), password_hash=known.password_hash,
                             email_verified=True, invited_at=now)
    await AccessGrant.create(user_id=user.id, tenant_id=home.id, role=role.name, source=GrantSource.HOME.name, granted_at=now)
    await access_changed([user.id])
    return user


def codes(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """What was wrong, and where."""
    return [(error["code"], ".".join(error["path"])) for error in payload["userErrors"]]
