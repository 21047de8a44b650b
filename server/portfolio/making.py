"""Makes the rows of a generated portfolio, each customer from its number alone."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from models import (
    AccessGrant,
    Contract,
    CreditNote,
    Customer,
    Invoice,
    InvoiceLine,
    OnboardingTask,
    Reach,
    Service,
    SourceFeed,
    Tenant,
    User,
)
from models.invoices import ONE, TO_PAY
from models.records import id_of, name_key
from models.services import ENTRY
from models.taxes import tax_on
from models.users import normal_email
from server.portfolio.bills import months_before
from server.portfolio.names import Country, company_name, slug, some_country
from server.portfolio.onboarding import NONE, made_columns, made_tasks
from server.portfolio.story import tenant_id

Rows = dict[type[Any], list[dict[str, Any]]]
#: In an order in which every row finds what it refers to.
TABLES: tuple[type[Any], ...] = (Tenant, Reach, Customer, User, AccessGrant, Contract, Invoice, InvoiceLine, CreditNote,
                                 Service, OnboardingTask, SourceFeed)

PER_RESELLER, DISTRIBUTORS, MONTHS = 250, 10, 12
STAFF = ("ADMIN", "SALES", "REGULAR", "READ_ONLY", "SUPPORT")
#: Every how manieth customer those of a reseller's people are linked to who do not see all.
LINKED = {"REGULAR": 5, "READ_ONLY": 10, "SUPPORT": 4}
#: Every how manieth customer is a sub-account of the one before it.
SUB_ACCOUNT = 50

STATUSES = (("ACTIVE", None), ("SUSPENDED", "PAYMENT"), ("SUSPENDED", "ABUSE"), ("INACTIVE", None))
SECOND_ROLES = ("REGULAR", "READ_ONLY", "SUPPORT", "FULL_ACCESS", "ADMIN")
#: (kind, cloud connection, product, euro cents a month)
PRODUCTS = (
    ("PORT", None, "Access port 1G", 300_00), ("PORT", None, "Access port 10G", 900_00),
    ("PORT", "DEDICATED_PORT", "Dedicated port 10G", 400_00),
    ("VIRTUAL_CIRCUIT", None, "Virtual circuit 200M", 99_00), ("VIRTUAL_CIRCUIT", None, "Virtual circuit 1G", 120_00),
    ("VIRTUAL_CIRCUIT", "HOSTED_CONNECTION", "Hosted connection 500M", 180_00),
    ("ONLINE_SERVICE", None, "Backup 5 TB", 200_00), ("ONLINE_SERVICE", None, "Mail archive", 10_00),
    ("SERVER", None, "Server, 8 cores", 160_00), ("VDC", None, "Virtual data centre, 32 cores", 1000_00),
    ("DISK", None, "Disk 1 TB", 45_50))
FEEDS = ("AWS cost and usage report", "Azure cost export", "Google Cloud billing export")
#: How the first feed of the n-th of fifty customers is, where it is not well.
AMISS = {11: "FAILED", 4: "WARNING", 23: "WARNING", 38: "WARNING"}


#: What has ids of its own. They ascend, since rows at random places of large files take many times longer to write.
SORTS = ("distributor", "reseller", "customer", "distributor's staff", "reseller's staff", "person", "distributor's grant",
         "reseller's grant", "grant", "link", "contract", "invoice", "service", "line", "credit note", "feed")
#: Tasks of onboarding take their ids from among those that the two people of a customer leave.
TASKS_FROM = 8


class Maker:
    """The rows of one seed as of one day. The n-th customer is the same in portfolios of every size."""

    def __init__(self, seed: int, now: dt.datetime, password_hash: str, months: int = MONTHS):
        self.seed, self.password_hash = seed, password_hash
        self.now = now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self.months = [f"{months_before(self.now, n):%Y-%m}" for n in range(months)]
        self.root = tenant_id("meridian")
        self.base = (1 << 62) + (id_of("seed", str(seed)) % (1 << 24) << 36)
        self.rows: Rows = {}

    def some(self, start: int, end: int) -> Rows:
        """The rows of the customers from number `start` to before `end`, and of the partners whose first ones they are."""
        self.rows = {table: [] for table in TABLES}
        for number in range(start, end):
            if number % PER_RESELLER == 0:
                self._partners(number // PER_RESELLER)
            self._customer(number)
        return self.rows

    # -- partners

    def _partners(self, number: int) -> None:
        random = Random(f"{self.seed} partners {number}")
        if number < DISTRIBUTORS:
            country = some_country(random)
            self._tenant("distributor", number, f"{company_name(random, country)} Distribution", (), country)
            self._staff("distributor", number, STAFF[:2], random)
        country = some_country(random)
        name = f"{company_name(random, country)} Cloud"
        above = (self._id("distributor", number % DISTRIBUTORS),)
        self._tenant("reseller", number, name, above, country)
        self._as_customer("reseller", number, name, above[-1], country, random)
        self._staff("reseller", number, STAFF, random)

    def _staff(self, sort: str, number: int, roles: tuple[str, ...], random: Random) -> None:
        for nth, role in enumerate(roles):
            email = f"{role.lower().replace('_', '')}@{sort}-{self.seed}-{number + 1}.example"
            self._person(self._id(f"{sort}'s staff", number, nth), self._id(f"{sort}'s grant", number, nth),
                         self._id(sort, number), email, role, some_country(random), random)

    # -- customers

    def _customer(self, number: int) -> None:
        random = Random(f"{self.seed} customer {number}")
        country = some_country(random)
        reseller = number // PER_RESELLER
        above: tuple[int, ...] = (self._id("distributor", reseller % DISTRIBUTORS), self._id("reseller", reseller))
        if number % SUB_ACCOUNT == SUB_ACCOUNT - 1:
            above += (self._id("customer", number - 1),)
        id, issuer, name = self._id("customer", number), above[1], company_name(random, country)
        self._tenant("customer", number, name, above, country)
        self._as_customer("customer", number, name, issuer, country, random)
        self._people(number, name, country, random)
        self._onboarding(number)
        for nth in range(3):
            self._contract(id, number, nth, country, random)
        self._feeds(id, number)
        bill = sum(self._service(id, number, nth, country, random) for nth in range(random.randint(3, 9)))
        for nth in range(len(self.months)):
            self._invoice(id, issuer, number, nth, bill, country, random)

    def _people(self, number: int, name: str, country: Country, random: Random) -> None:
        id, reseller = self._id("customer", number), number // PER_RESELLER
        domain = f"{slug(name) or country.code.lower()}-{self.seed}-{number + 1}.example"
        others = f"{slug(random.choice(country.first_names)) or 'person'}2@{domain}"
        for nth, (email, role) in enumerate(((f"admin@{domain}", "ADMIN"), (others, random.choice(SECOND_ROLES)))):
            self._person(self._id("person", number, nth), self._id("grant", number, nth), id, email, role, country, random)
        staff = {role: self._id("reseller's staff", reseller, nth) for nth, role in enumerate(STAFF)}
        for nth, (role, every) in enumerate(LINKED.items()):
            if number % PER_RESELLER % every == 0:
                self._grant(self._id("link", number, nth), staff[role], id, role, "LINKED",
                            self.now - dt.timedelta(days=100), staff["ADMIN"])

    def _onboarding(self, number: int) -> None:
        """By chance of its own, for everything else to be as it would be without."""
        random = Random(f"{self.seed} onboarding {number}")
        has_admin = any(user["active"] for user in self.rows[User][-2:-1])  # the first of its two people
        ids_from = self._id("person", number, TASKS_FROM)
        tasks = made_tasks(self._id("customer", number), ids_from, random, self.now, has_admin)
        if tasks:
            self.rows[Customer][-1] |= made_columns(tasks, has_admin)
            self.rows[OnboardingTask] += tasks

    def _tenant(self, sort: str, number: int, name: str, above: tuple[int, ...], country: Country) -> None:
        id, path = self._id(sort, number), (self.root, *above)
        self.rows[Tenant].append({
            "id": id, "version": 1, "updated_at": self.now, "kind": sort.upper(), "name": name,
            "name_key": name_key(name), "reference": self._reference(sort, number), "domain": None,
            "parent_id": path[-1], "path": f"/{'/'.join(map(str, path))}/{id}/", "level": len(path),
            "sub_account": len(path) > 3, "currency": country.currency,
            "time_zone": "UTC", "created_at": self.now - dt.timedelta(days=1600)})
        self.rows[Reach] += [{"node": node, "name_key": name_key(name), "tenant_id": id} for node in (-id, *path)]

    def _as_customer(self, sort: str, number: int, name: str, issuer: int, country: Country, random: Random) -> None:
        status, reason = STATUSES[0] if random.random() < 0.93 else random.choice(STATUSES[1:])
        founded = self._moment(random, 30, 1500)
        id, reference = self._id(sort, number), self._reference(sort, number)
        self.rows[Customer].append({
            "id": id, "version": 1, "updated_at": self.now, "tenant_id": id, "name": name, "name_key": name_key(name),
            "reference": reference, "status": status, "status_reason": reason, "status_changed_at": founded,
            "issuer_id": issuer, "account_type": "LOCAL_ACCOUNT", "website": f"https://www.{reference}.example",
            "phone": f"{country.dialling}-{random.randrange(10**6, 10**9)}", "email": f"office@{reference}.example",
            "country": country.code, "currency": country.currency,
            "last_activity_at": self._moment(random, 0, 60) if random.random() < 0.9 else None,
            "created_at": founded, "accepted_at": founded + dt.timedelta(hours=20), **NONE})

    def _person(self, id: int, grant: int, tenant: int, email: str, role: str, country: Country,
                random: Random) -> None:
        first, last = random.choice(country.first_names), random.choice(country.last_names)
        invited = self._moment(random, 20, 700)
        self.rows[User].append({
            "id": id, "version": 1, "updated_at": self.now, "tenant_id": tenant, "email": email,
            "email_norm": normal_email(email), "first_name": first, "last_name": last,
            "name_key": name_key(f"{first} {last}"), "language": country.language, "password_hash": self.password_hash,
            "active": random.random() < 0.97, "email_verified": True, "must_change_password": False,
            "invited_at": invited, "created_at": invited, "access_version": 1,
            "last_active_at": self._moment(random, 0, 60)})
        self._grant(grant, id, tenant, role, "HOME", invited, None)

    def _grant(self, id: int, user: int, tenant: int, role: str, source: str, at: dt.datetime, by: int | None) -> None:
        self.rows[AccessGrant].append({
            "id": id, "version": 1, "updated_at": self.now, "user_id": user, "tenant_id": tenant,
            "role": role, "source": source, "granted_by_id": by, "granted_at": at})

    # -- what they have

    def _feeds(self, tenant: int, number: int) -> None:
        """Of fifty customers one has a feed that failed, three have one that warns, four have none. None is missed."""
        for nth in range(0 if number % 50 in (7, 19, 31, 43) else 1 + number % 2):
            status = AMISS.get(number % 50, "SUCCESS") if nth == 0 else "SUCCESS"
            ingested = self.now - dt.timedelta(hours=number % 20 + (100 if status == "FAILED" else 0))
            self.rows[SourceFeed].append({
                "id": self._id("feed", number, nth), "version": 1, "updated_at": self.now, "tenant_id": tenant,
                "name": FEEDS[(number + nth) % len(FEEDS)], "status": status, "last_ingested_at": ingested,
                "reported_at": self.now})

    def _contract(self, tenant: int, number: int, nth: int, country: Country, random: Random) -> None:
        status = random.choice(("ACTIVE", "ACTIVE", "PENDING_ACCEPTANCE", "SCHEDULED", "DRAFT", "EXPIRED", "TERMINATED"))
        days = {"SCHEDULED": -20, "DRAFT": -60, "PENDING_ACCEPTANCE": -10, "EXPIRED": 1000}.get(status, 300)
        starts = (self.now - dt.timedelta(days=days + random.randrange(30))).date()
        self.rows[Contract].append({
            "id": self._id("contract", number, nth), "version": 1, "updated_at": self.now, "tenant_id": tenant,
            "number": f"C{number:06}-{nth + 1}", "title": random.choice(PRODUCTS)[2], "status": status,
            "starts_on": starts, "ends_on": starts + dt.timedelta(days=730), "auto_renew": (renews := random.random() < 0.3),
            "renewal_on": starts + dt.timedelta(days=731) if renews else None,
            "value_minor": self._price(random.randrange(500_00, 90000_00), country), "currency": country.currency,
            "terminated_at": self._moment(random, 1, 90) if status == "TERMINATED" else None})

    def _service(self, tenant: int, number: int, nth: int, country: Country, random: Random) -> int:
        """Adds a service; what it costs a month, 0 while it is not billed."""
        kind, cloud, product, cents = random.choice(PRODUCTS)
        status, billing = ("RUNNING", "BILLED") if (chance := random.random()) < 0.85 else (
            ("STOPPED", "BILLED") if chance < 0.9 else ("RUNNING", "PENDING_ENTRY") if chance < 0.94 else
            ("PROVISIONING", "NOT_BILLED") if chance < 0.97 else ("DELETED", "ENDED"))
        charge = self._price(cents, country)
        ordered = self._moment(random, *((1, 13) if billing in ("PENDING_ENTRY", "NOT_BILLED") else (20, 900)))
        name = f"{random.choice(country.places)} {nth + 1}, {product}"
        self.rows[Service].append({
            "id": self._id("service", number, nth), "version": 1, "updated_at": self.now, "tenant_id": tenant,
            "reference": f"{self._reference('customer', number)}-{nth + 1}", "kind": kind, "name": name,
            "name_key": name_key(name),
            "product": product, "status": status, "cloud_connection": cloud, "billing_state": billing,
            "billing_entry_expected_by":
                (ordered + dt.timedelta(days=ENTRY)).date() if billing == "PENDING_ENTRY" else None,
            "monthly_charge_minor": charge, "currency": country.currency, "ordered_at": ordered,
            "provisioned_at": None if status == "PROVISIONING" else ordered + dt.timedelta(hours=30)})
        return charge if billing == "BILLED" else 0

    def _invoice(self, tenant: int, issuer: int, number: int, nth: int, bill: int, country: Country,
                 random: Random) -> None:
        if nth == 0:
            status, paid = random.choice(("PROFORMA", "PROFORMA", "READY", "ISSUABLE")), "NOT_DUE"
        elif random.random() < 0.03:
            status, paid = "CANCELLED", "NOT_DUE"
        else:
            status = "ISSUED"
            paid = random.choice(("DUE", "PAID", "OVERDUE")) if nth < 3 else "PAID"
            if paid != "PAID":
                paid = "DUE" if nth == 1 else "OVERDUE"  # issued not quite a month ago, or longer
        subtotal = max(0, bill - self._price(random.randrange(0, 50_00), country) * (nth > 0))
        rate = 1900 if country.currency == "EUR" else 0
        tax = tax_on(subtotal, rate)
        numbered = status in ("ISSUED", "CANCELLED")
        issued = self.now - dt.timedelta(days=30 * nth - 2) if numbered else None
        id, stamp = self._id("invoice", number, nth), f"{self.seed}-{number:06}-{self.months[nth]}"
        sums = {"subtotal_minor": subtotal, "tax_minor": tax, "total_minor": subtotal + tax, "currency": country.currency}
        self.rows[Invoice].append({
            "id": id, "version": 1, "updated_at": self.now, "tenant_id": tenant, "issuer_id": issuer, "kind": "MONTHLY",
            "number": stamp if numbered else None, "billing_month": self.months[nth], "status": status,
            "payment_state": paid, **sums, "tax_basis_points": rate, "line_count": 1,
            "due_minor": subtotal + tax if paid in ("DUE", "OVERDUE") else 0, "issued_at": issued,
            "due_on": (issued + dt.timedelta(days=TO_PAY)).date() if issued else None,
            "cancelled_at": issued if status == "CANCELLED" else None})
        self.rows[InvoiceLine].append({
            "id": self._id("line", number, nth), "invoice_id": id, "position": 1, "kind": "SUBSCRIPTION",
            "description": f"Services of {self.months[nth]}", "quantity_milli": ONE, "unit_price_minor": subtotal,
            "amount_minor": subtotal, "currency": country.currency})
        if status == "CANCELLED":
            self.rows[CreditNote].append({
                "id": self._id("credit note", number, nth), "tenant_id": tenant, "issuer_id": issuer, "invoice_id": id,
                "number": f"CN-{stamp}", **sums, "reason": "Billed by mistake.", "issued_at": issued})

    # -- details

    def _reference(self, sort: str, number: int) -> str:
        return reference(self.seed, sort, number)

    def _id(self, sort: str, number: int, nth: int = 0) -> int:
        return self.base + (SORTS.index(sort) << 32) + number * 16 + nth

    def _moment(self, random: Random, least: int, most: int) -> dt.datetime:
        """So many days ago."""
        return self.now - dt.timedelta(seconds=random.randrange(least * 86400, most * 86400))

    def _price(self, cents: int, country: Country) -> int:
        return round(cents * country.scale)


def reference(seed: int, sort: str, number: int) -> str:
    """The reference of a tenant; those of one seed and sort stand together."""
    return f"seed{seed}-{sort}-{number:07}"
