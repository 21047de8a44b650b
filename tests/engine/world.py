"""A small world of tenants with awkward data, the same in every run, and people who hold very different things in it."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

import models
from models.access import INHERITED, GrantSource, Role, TenantKind
from models.access import Capability as C
from models.contracts import ContractStatus
from models.customers import CustomerStatus
from models.invoices import InvoiceStatus, PaymentState
from models.keys import carried
from models.onboarding import PLAN, OnboardingStatus, OnboardingTaskStatus
from models.reach import is_listed, step
from models.records import id_of, name_key
from models.reports import ReportKind, ReportRunStatus
from models.services import BillingState, CloudConnectionType, ServiceKind, ServiceStatus
from models.sources import COUNTED, SourceDataStatus
from models.viewers import ANYONE, Grant, Place, Viewer, narrowed
from tests.forked import GUARDED

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)
MONTHS = ["2026-09", "2026-10", "2026-11", "2026-12"]
NAMES = ["Zoë & Söhne", 'Quote "q" \\ back', "Ünïcode 😀", "", "  ", "abc", "ABC", "a'b", "Tab\tNew\nLine",
         "\u2028sep\x7f\x01", "O'Neil; drop", "Äb", "Zz", "éa", "Straße", "ﬁne", "日本 株式会社", "</script>", "%_", "~"]
#: key: (kind, parent, currency, customers beneath, sub-accounts of the first of them)
PARTNERS = {
    "platform": (TenantKind.PLATFORM, None, "EUR", 0, 0),
    "north": (TenantKind.DISTRIBUTOR, "platform", "EUR", 0, 0),
    "south": (TenantKind.DISTRIBUTOR, "platform", "JPY", 0, 0),
    "alpha": (TenantKind.RESELLER, "north", "EUR", 8, 2),
    "beta": (TenantKind.RESELLER, "north", "KWD", 5, 0),
    "gamma": (TenantKind.RESELLER, "south", "JPY", 6, 1),
    "delta": (TenantKind.RESELLER, "platform", "USD", 4, 1),
    "empty": (TenantKind.RESELLER, "south", "USD", 0, 0),
}


@dataclass(frozen=True)
class Person:
    """Somebody who signs in: at home somewhere, linked to other places, perhaps acting in one."""

    home: str
    role: Role | None
    links: dict[str, Role] = field(default_factory=dict)
    acting: str | None = None


PEOPLE = {
    "platform admin": Person("platform", Role.ADMIN),
    "distributor admin": Person("north", Role.ADMIN),
    "distributor sales": Person("south", Role.SALES),
    "alpha's admin": Person("alpha", Role.ADMIN),
    "gamma's admin": Person("gamma", Role.ADMIN),
    "regular with mixed links": Person("alpha", Role.REGULAR, {
        "alpha 0": Role.REGULAR, "alpha 1": Role.SUPPORT, "alpha 2": Role.READ_ONLY, "alpha 3": Role.ADMIN,
        "alpha 4": Role.SALES}),
    "read-only": Person("beta", Role.READ_ONLY, {"beta 0": Role.READ_ONLY, "beta 1": Role.READ_ONLY}),
    "support": Person("alpha", Role.SUPPORT, {f"alpha {n}": Role.SUPPORT for n in range(5)}),
    "support of a customer with sub-accounts": Person("gamma", Role.SUPPORT, {
        "gamma 0": Role.SUPPORT, "gamma 0/0": Role.READ_ONLY}),
    "unlinked": Person("alpha", Role.REGULAR),
    "without any grant": Person("beta", None),
    "customer's admin": Person("alpha 0", Role.ADMIN),
    "sub-account's admin": Person("alpha 0/1", Role.ADMIN),
    "customer's full access": Person("delta 0", Role.FULL_ACCESS),
    "customer's read-only": Person("delta 1", Role.READ_ONLY),
    "sales with links beneath": Person("alpha", Role.SALES, {
        "alpha 0": Role.ADMIN, "alpha 1": Role.SUPPORT, "alpha 2": Role.REGULAR, "beta 0": Role.SUPPORT}),
    "sales with another's reseller": Person("south", Role.SALES, {
        "alpha": Role.ADMIN, "gamma 0": Role.SUPPORT, "delta": Role.SUPPORT}),
    "regular with a reseller beneath": Person("north", Role.REGULAR, {"alpha": Role.SALES, "beta 0": Role.READ_ONLY}),
    "sales and admin of one": Person("gamma", Role.SALES, {"gamma 0": Role.ADMIN}),
    "distributor admin in a reseller": Person("north", Role.ADMIN, acting="alpha"),
    "reseller admin in a customer": Person("alpha", Role.ADMIN, acting="alpha 0"),
    "regular in a linked customer": Person("alpha", Role.REGULAR, {"alpha 0": Role.REGULAR}, acting="alpha 0"),
    "support in a linked customer": Person("alpha", Role.SUPPORT, {"alpha 1": Role.SUPPORT}, acting="alpha 1"),
}
#: By name: of whom the key is, for which tenant, and its scope.
MACHINES = {
    "machine of a distributor": ("distributor admin", "alpha", frozenset({
        C.CUSTOMER_VIEW, C.SERVICE_VIEW, C.CONTRACT_VIEW, C.SOURCE_DATA_REPORT})),
    "machine of somebody with mixed links": ("regular with mixed links", "alpha", frozenset({C.CUSTOMER_VIEW, C.FINANCIALS_VIEW})),
}
#: In the order in which rows refer to one another.
TABLES = [models.Tenant, models.Reach, models.Customer, models.User, models.AccessGrant, models.LinkList, models.Contract, models.Invoice,
          models.Service, models.Invitation, models.OutboundEmail, models.ActivityEvent, models.AuditEntry, models.LoginSession,
          models.ActingSession, models.OnboardingTask, models.CustomerTag, models.InvoiceLine, models.CreditNote, models.Payment,
          models.ListPreferences, models.SavedFilter, models.Pin, models.StoredFile, models.ReportRun,
          models.SourceFeed, models.ApiKey, models.Contact]


class World:
    """Every row by its model, and the viewers: `places` by name, such as "alpha", "alpha 0" or "alpha 0/1"."""

    def __init__(self, seed: int = 7, partners: dict[str, Any] | None = None, people: dict[str, Person] | None = None):
        self.random = random.Random(seed)
        self.rows: dict[type[Model], list[dict[str, Any]]] = {model: [] for model in TABLES}
        self.places: dict[str, Place] = {}
        self.names: dict[str, str] = {}
        self.tree: dict[str, str] = {}
        self.viewers: dict[str, Viewer] = {"anonymous": ANYONE}
        for name, (kind, parent, currency, customers, subs) in (partners or PARTNERS).items():
            self.tenant(name, kind, parent, currency)
            for n in range(customers):
                self.tenant(f"{name} {n}", TenantKind.CUSTOMER, name, self.one("USD", "EUR", "JPY", "KWD"))
            for n in range(subs):
                self.tenant(f"{name} 0/{n}", TenantKind.CUSTOMER, f"{name} 0", "EUR")
        for name, person in (people or PEOPLE).items():
            self.person(name, person)
        for name, (maker, at, scope) in MACHINES.items():
            if maker in self.viewers and at in self.places:
                self.machine(name, self.viewers[maker], self.places[at], scope)
        for model, rows in self.rows.items():
            self.rows[model] = [complete(model, row) for row in rows]

    # -- tenants

    def tenant(self, key: str, kind: TenantKind, parent: str | None, currency: str) -> None:
        above = self.places.get(parent or "")
        id, name = id_of("tenant", key), self.one(*NAMES)
        path = f"{above.path if above else '/'}{id}/"
        self.tree[key] = self.tree.get(parent or "", "") + step(name_key(name), id)
        ancestors = [int(part) for part in path.strip("/").split("/")][:-1]
        self.places[key] = Place(id, path, kind)
        self.add(models.Tenant, id=id, kind=kind.name, name=name, name_key=name_key(name), path=path, level=len(ancestors),
                 tree_key=self.tree[key],
                 parent_id=above and above.tenant_id, sub_account=bool(above and above.kind is TenantKind.CUSTOMER),
                 currency=currency, domain=self.one(None, "x.example"), created_at=self.moment())
        self.names[key] = name_key(name)
        for node in [-id, *ancestors]:
            self.add(models.Reach, node=node, name_key=name_key(name), tenant_id=id)
        if kind in (TenantKind.RESELLER, TenantKind.CUSTOMER):
            partners = [p.tenant_id for p in self.places.values()
                        if p.tenant_id in ancestors and p.kind is not TenantKind.CUSTOMER]
            self.customer(id, name, currency, partners)
            self.papers(key, id, currency, partners)
            self.onboarding(key, id)
            self.sources(key, id)
        for n in range(self.below(5)):
            user = self.user(f"{key}/{n}", id, self.one(*NAMES), self.one(*NAMES), active=self.one(True, True, False))
            for source in dict.fromkeys([self.one(*GrantSource), self.one(*GrantSource)]):
                self.grant(user, id, self.one(Role.ADMIN, *Role), source, revoked_at=self.one(None, None, None, NOW),
                           expires_at=self.one(None, None, NOW, NOW + dt.timedelta(microseconds=1)))

    def customer(self, id: int, name: str, currency: str, partners: list[int]) -> None:
        self.add(models.Customer, id=id, tenant_id=id, name=name, name_key=name_key(name), issuer_id=partners[-1],
                 status=self.one(*[CustomerStatus.ACTIVE] * 12, *CustomerStatus).name, status_changed_at=self.moment(),
                 status_reason=self.one(None, None, "PAYMENT"), reference=self.one(None, "R-1"), country=self.one(None, "DE"),
                 website=self.one(None, "https://x.example"), phone=self.one(None, "+1-555-0789"), currency=currency,
                 email=self.one(None, "a@x.example"), mrr_minor=self.sum_or_none(), mrr_pending_minor=self.sum_or_none(),
                 ports=self.below(3), last_activity_at=self.one(None, self.moment(), self.moment()),
                 last_order_at=self.one(None, self.moment()), created_at=self.moment(),
                 accepted_at=self.one(None, self.moment()), version=1 + self.below(3))

    def papers(self, key: str, customer: int, currency: str, partners: list[int]) -> None:
        """What a customer has: contracts, invoices, services, letters."""
        for n in range(self.below(7)):
            self.add(models.Contract, tenant_id=customer, number=f"C-{n}", title=self.one(*NAMES), currency=currency,
                     status=self.one(*ContractStatus).name, starts_on=dt.date(2026, 1 + self.below(3), 1),
                     ends_on=self.one(None, dt.date(2027, 1, 31)), auto_renew=self.one(True, False),
                     value_minor=self.sum_or_none(), terminated_at=self.one(None, self.moment()))
        for n in range(self.below(9)):
            self.invoice(f"I-{key} {n}", customer, self.one(partners[-1], partners[-1], *partners), currency)
        for name in [self.one(*NAMES) for _ in range(self.below(5))]:
            self.add(models.Service, tenant_id=customer, kind=self.one(*ServiceKind).name, name=name, product="P",
                     name_key=name_key(name), status=self.one(*ServiceStatus).name, currency=currency,
                     cloud_connection=self.one(None, *(c.name for c in CloudConnectionType)),
                     billing_state=self.one(*BillingState).name, monthly_charge_minor=self.sum_or_none(),
                     billing_entry_expected_by=self.one(None, dt.date(2026, 12, 1)), ordered_at=self.one(None, self.moment()))
        for tag in sorted({name_key(self.one(*NAMES)) for _ in range(self.below(3))} - {""}):
            self.add(models.CustomerTag, tenant_id=customer, name=tag.upper(), name_key=tag)
        for kind in ("ADMIN", "BILLING")[:self.below(3)]:
            self.add(models.Contact, tenant_id=customer, type=kind, name=(name := self.one(*NAMES)), name_key=name_key(name),
                     email="c@x.example", email_norm="c@x.example", phone=self.one(None, "+1-555-0789"), subscribed_to="[]",
                     address_line1=self.one(None, "1 Main Street"), address_city=self.one(None, "Oslo"))
        self.audited(customer)
        self.add(models.ActivityEvent, tenant_id=customer, actor_email="a@x.example", on_behalf=self.one(True, False),
                 action="inviteUser", resource=self.one(None, f"cus_{customer}"), summary=self.one(*NAMES), at=self.moment())
        self.add(models.OutboundEmail, tenant_id=customer, kind="user_invited", recipient="a@x.example", next_try_at=NOW,
                 subject=self.one(*NAMES), body=self.one(*NAMES), status=self.one("QUEUED", "SENT"), written_at=self.moment())
        self.add(models.Invitation, tenant_id=customer, purpose="USER", account_type="LOCAL_ACCOUNT", token_hash=key,
                 email="b@x.example", email_norm="b@x.example", role="REGULAR", invited_by_id=1 << 62,
                 invited_at=self.moment(), status=self.one("PENDING", "REVOKED"), expires_at=self.one(NOW, LATER))

    def onboarding(self, key: str, customer: int) -> None:
        """By chance of its own, for the rest of the world to be as it would be without."""
        chance, ids = random.Random(f"onboarding {key}"), dict[Any, int]()
        self.rows[models.Customer][-1] |= {
            "onboarding_status": chance.choice([None, *(status.name for status in OnboardingStatus)]),
            "onboarding_required": 5, "onboarding_done": chance.randrange(6),
            "onboarding_started_at": chance.choice([None, NOW]), "onboarding_completed_at": chance.choice([None, LATER])}
        for position, each in enumerate(PLAN[:chance.randrange(8)]):
            ids[each.kind] = id_of("onboarding_task", f"{key} {each.kind.name}")
            status = chance.choice([s for s in OnboardingTaskStatus if s is not OnboardingTaskStatus.SKIPPED or not each.required])
            self.add(models.OnboardingTask, id=ids[each.kind], tenant_id=customer, kind=each.kind.name, status=status.name,
                     required=each.required, position=position, after_id=ids.get(each.after),
                     started_by_id=chance.choice([None, *(row["id"] for row in self.rows[models.User][-3:])]),
                     started_at=chance.choice([None, NOW]), completed_at=chance.choice([None, LATER]))

    def sources(self, key: str, customer: int) -> None:
        """Feeds, and what the customer's row says of them and of those beneath: by chance, of which nothing reads the one by
        way of the other."""
        chance, statuses = random.Random(f"sources {key}"), [status.name for status in SourceDataStatus]
        self.rows[models.Customer][-1] |= {
            "source_own": chance.choice(statuses), "source_status": chance.choice(statuses),
            **{column: chance.randrange(3) for column in COUNTED.values()}}
        for n in range(chance.randrange(4)):
            self.add(models.SourceFeed, tenant_id=customer, name=f"{chance.choice(NAMES)} {n}", status=chance.choice(statuses),
                     message=chance.choice([None, 'a "b" é']), last_ingested_at=chance.choice([None, NOW, LATER]),
                     reported_at=NOW, interval_hours=chance.choice([1, 26]))

    def invoice(self, number: str, customer: int, issuer: int, currency: str) -> None:
        status, subtotal, tax = self.one(*InvoiceStatus), self.sum(), self.one(0, 1, 19)
        is_numbered = status is InvoiceStatus.ISSUED or self.one(True, False)
        self.add(models.Invoice, tenant_id=customer, issuer_id=issuer, number=number if is_numbered else None,
                 billing_month=self.one(*MONTHS[:3]), status=status.name, payment_state=self.one(*PaymentState).name,
                 currency=currency, subtotal_minor=subtotal, tax_minor=tax, total_minor=subtotal + tax, due_minor=max(0, min(self.sum(), subtotal + tax)),
                 issued_at=self.one(None, self.moment()), due_on=self.one(None, dt.date(2026, 12, 24)), line_count=2)
        self.beside(self.rows[models.Invoice][-1])

    def beside(self, invoice: dict[str, Any]) -> None:
        """What there is of an invoice besides: lines, and what took it back or paid it."""
        of_it = {name: invoice[name] for name in ("tenant_id", "issuer_id", "currency")} | {"invoice_id": invoice["id"]}
        for n in (1, 2):
            self.add(models.InvoiceLine, invoice_id=invoice["id"], position=n, kind="SUBSCRIPTION", description=f"Line {n}",
                     quantity_milli=1500, unit_price_minor=200 * n, amount_minor=300 * n, currency=invoice["currency"],
                     service_id=self.rows[models.Service][-1]["id"] if self.rows[models.Service] and n == 2 else None)
        if invoice["status"] == InvoiceStatus.CANCELLED.name:
            self.add(models.CreditNote, **of_it, number=f"CN {invoice['id']}", reason="Twice", issued_at=NOW,
                     **{name: invoice[name] for name in ("subtotal_minor", "tax_minor", "total_minor")})
        if invoice["payment_state"] == PaymentState.PAID.name:
            self.add(models.Payment, **of_it, amount_minor=100, paid_at=NOW)

    # -- people

    def user(self, key: str, tenant: int, first: str, last: str, active: bool = True) -> int:
        id, email = id_of("user", key), f"{key}@x.example"
        self.add(models.User, id=id, tenant_id=tenant, email=email, email_norm=email, first_name=first, last_name=last,
                 name_key=name_key(f"{first} {last}"), active=active, phone=self.one(None, "+1-555-0789"),
                 invited_at=self.one(None, *(NOW - dt.timedelta(days=d) for d in (1, 1, 2))), language=self.one(None, "de"),
                 last_active_at=self.moment(), created_at=NOW)
        return id

    def grant(self, user: int, tenant: int, role: Role, source: GrantSource, **more: Any) -> None:
        self.add(models.AccessGrant, user_id=user, tenant_id=tenant, role=role.name, source=source.name,
                 granted_at=self.moment(), granted_by_id=self.one(None, user), **more)

    def person(self, name: str, person: Person) -> None:
        """A person with their grants, a sign-in, and an acting session if they act: as rows and as a viewer.

        Nobody is linked to what is not beneath their home (resolvers/links.py). The engine would answer them all the same;
        row-level security, which knows the home alone, would not.
        """
        home, target = self.places[person.home], self.places.get(person.acting or "")
        user = self.user(name, home.tenant_id, name, "Viewer")
        held = [(home, person.role, GrantSource.HOME, None)] if person.role else []
        held += [(self.places[place], role, GrantSource.LINKED, self.listed(user, role, self.places[place]))
                 for place, role in person.links.items() if not GUARDED or self.places[place].path.startswith(home.path)]
        grants = tuple(Grant(role, place.tenant_id, place.path, place.kind, source, listed)
                       for place, role, source, listed in held)
        for g in grants:
            self.grant(user, g.tenant_id, g.role, g.source)
        session, acting = id_of("session", name), id_of("acting", name) if target else None
        for id, ended in ((session, None), (session + 1, NOW)):
            self.add(models.LoginSession, id=id, user_id=user, tenant_id=home.tenant_id, started_at=NOW, last_seen_at=NOW,
                     ends_at=LATER, ended_at=ended)
        if target:
            self.add(models.ActingSession, id=acting, login_session_id=session, actor_id=user, tenant_id=home.tenant_id,
                     target_id=target.tenant_id, role="ADMIN", status="ACTIVE", started_at=NOW, ends_at=LATER)
        holdings = narrowed(grants, target) if target else [h for g in grants for h in g.holdings()]
        self.viewers[name] = Viewer(user, home, target or home, tuple(holdings), session, acting, grants)
        self.keeps(name, user, home, target or home, acting)

    def machine(self, name: str, maker: Viewer, at: Place, scope: frozenset[C]) -> None:
        """A machine with a key: as a row and as a viewer, who is nobody in person."""
        key = id_of("key", name)
        self.add(models.ApiKey, id=key, tenant_id=at.tenant_id, created_by_id=maker.user_id, name=name, prefix="tky_m", hash=name,
                 scope=" ".join(sorted(c.name for c in scope)), created_at=NOW)
        self.viewers[name] = Viewer(None, at, at, tuple(carried(maker.holdings, at, scope)), key_id=key)

    def keeps(self, name: str, user: int, home: Place, here: Place, acting: int | None) -> None:
        """What a person keeps of the list, and the reports they asked for; by chance of its own."""
        chance = random.Random(f"keeps {name}")
        if chance.random() < 0.6:
            self.add(models.ListPreferences, user_id=user, columns=chance.choice(['["NAME"]', '["STATUS", "NAME", "MRR"]']),
                     density=chance.choice(["COMPACT", "STANDARD"]), hide_inactive=chance.choice([True, False]))
        for key in chance.sample(sorted({name_key(each) for each in NAMES}), chance.randrange(4)):
            self.add(models.SavedFilter, user_id=user, tenant_id=home.tenant_id, name=key.upper(), name_key=key, saved_at=NOW,
                     criteria=chance.choice(["{}", '{"status":["ACTIVE"],"not":{"name":"\\"q\\" é"}}']))
        for n in range(chance.randrange(3)):
            self.add(models.ApiKey, tenant_id=chance.choice([home, here]).tenant_id, created_by_id=user, name=f"{name} {n}",
                     prefix=f"tky_{n}", hash=f"{name} {n}", scope=chance.choice(["CUSTOMER_VIEW", "AUDIT_VIEW CUSTOMER_VIEW"]),
                     created_at=NOW, expires_at=chance.choice([None, LATER]), revoked_at=chance.choice([None, NOW]))
        customers = [row["id"] for row in self.rows[models.Customer]]
        for id in chance.sample(customers, min(len(customers), chance.randrange(8))):
            self.add(models.Pin, user_id=user, customer_id=id, pinned_at=NOW)
        for n in range(chance.randrange(4)):
            file, status = id_of("stored_file", f"{name} {n}"), chance.choice(list(ReportRunStatus))
            self.add(models.StoredFile, id=file, media_type="text/csv", size=n, pieces=1, begun_at=NOW, expires_at=LATER,
                     sealed_at=chance.choice([None, NOW]))
            self.add(models.ReportRun, tenant_id=chance.choice([home, here, here]).tenant_id, requested_by_id=user,
                     customer_id=chance.choice([None, *customers]), acting_session_id=acting, run_as_role="ADMIN", format="CSV",
                     kind=chance.choice(list(ReportKind)).name, file_name=f"{chance.choice(NAMES)}.csv", include_details=True,
                     criteria="{}", status=status.name, done=chance.randrange(1001), rows=chance.choice([None, 5]),
                     failure=chance.choice([None, "BROKEN"]), requested_at=NOW + dt.timedelta(minutes=n),
                     started_at=chance.choice([None, NOW]), finished_at=None, file_id=chance.choice([None, file]),
                     expires_at=chance.choice([None, NOW, LATER]), access_version=1)

    def listed(self, user: int, role: Role, place: Place) -> int | None:
        """Puts a customer on somebody's list of links in a role; the list."""
        if not is_listed(GrantSource.LINKED, place.kind, expires=False):
            return None
        id = id_of("link list", f"{user} {role.name}") - (1 << 62)
        if all(row["id"] != id for row in self.rows[models.LinkList]):
            self.add(models.LinkList, id=id, user_id=user, role=role.name)
        for name, there in self.places.items():
            if there.path == place.path or role in INHERITED and there.path.startswith(place.path):
                row = {"node": -id if there.path == place.path else id, "name_key": self.names[name],
                       "tenant_id": there.tenant_id}
                if row not in self.rows[models.Reach]:
                    self.add(models.Reach, **row)
        return id

    # -- values

    def audited(self, tenant: int) -> None:
        """A change, and a read that was refused."""
        for seq, (operation, after) in enumerate((("linkUser", '{"role":"SUPPORT"}'),
                                                  ("readDenied", '{"capability":"INVOICE_VIEW","path":"extensions.withheld"}')), 1):
            self.add(models.AuditEntry, tenant_id=tenant, seq=seq, actor_id=None, acting_session_id=None, api_key_id=None,
                     operation=operation, resource=self.one(None, "cus_1"), before=None, after=after, reason=self.one(None, "why"),
                     idempotency_key=None, request_id="r", at="2026-02-01T10:00:00.123456+00:00", prev_hash="0" * 64, hash="1" * 64)

    def add(self, model: type[Model], **values: Any) -> None:
        rows = self.rows[model]
        id = {"id": id_of(model._meta.db_table, f"row {len(rows)}")} if "id" in model._meta.fields_map else {}
        rows.append({**id, **values})
        if "updated_at" in model._meta.fields_map:
            rows[-1]["updated_at"] = self.moment()

    def one(self, *values: Any) -> Any:
        return self.random.choice(values)

    def below(self, n: int) -> int:
        return self.random.randrange(n)

    def moment(self) -> dt.datetime:
        """One of few, so that orders meet equal keys; some to the microsecond."""
        micros = self.one(0, 0, 1, 500_000, 999_999)
        return dt.datetime(2026, 1 + self.below(2), 1 + self.below(3), 23, 59, 59, micros, dt.UTC)

    def sum(self) -> int:
        return int(self.one(0, 5, 99, -1, -1234, 123456, self.below(10**9), 10**14 + 1))

    def sum_or_none(self) -> int | None:
        return self.one(None, self.sum(), self.sum(), self.sum())  # type: ignore[no-any-return]


def complete(model: type[Model], row: dict[str, Any]) -> dict[str, Any]:
    """The row with every column of its table: the model's default, else null, where it says nothing."""
    columns = {}
    for name, field_ in model._meta.fields_map.items():
        column = f"{name}_id" if isinstance(field_, ForeignKeyFieldInstance) else name
        default = field_.default() if callable(field_.default) else field_.default
        columns[column] = row.get(column, default)
    assert row.keys() <= columns.keys(), f"{model.__name__} has no {row.keys() - columns.keys()}"
    return columns
