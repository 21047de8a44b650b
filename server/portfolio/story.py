"""The demo story as records: what scenes.py tells, as of one moment, with ids that are the same in every database."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass, field

from models import (
    AccessGrant,
    Contact,
    Contract,
    CreditNote,
    Customer,
    Invoice,
    InvoiceLine,
    NumberSeries,
    OnboardingTask,
    Payment,
    Service,
    SourceFeed,
    Tenant,
    User,
)
from models.access import GrantSource, Role, TenantKind
from models.contacts import SUBSCRIBED, subscription
from models.customers import CustomerAccountType
from models.reach import list_links
from models.records import id_of, name_key
from models.services import ENTRY, BillingState, tally
from models.sources import tally_sources
from models.tenants import plant
from models.transaction import unit_of_work
from models.users import hash_password, normal_email, password_matches
from models.wall import EVERYWHERE
from server.portfolio.bills import Bills
from server.portfolio.onboarding import Told, columns, told_tasks
from server.portfolio.scenes import (
    COMPANIES,
    CONTACTS,
    CONTRACTS,
    FEEDS,
    INVOICES,
    ONBOARDING,
    PEOPLE,
    SERVICES,
    Agreement,
    Company,
    Feed,
    Ordered,
    Person,
    Reached,
)

PASSWORD = "Portal-demo-2026!"


class StoryRefused(Exception):
    """The demo story cannot be loaded here, and nothing was stored. The message says why and what to do."""


@dataclass(frozen=True)
class SignIn:
    """An address to sign in with, for people to read."""

    email: str
    tenant: str
    role: Role
    links: tuple[tuple[str, Role], ...]


@dataclass
class Story:
    """Records not yet saved. `tenants` by their references."""

    now: dt.datetime
    tenants: dict[str, Tenant] = field(default_factory=dict)
    customers: list[Customer] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    grants: list[AccessGrant] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    lines: list[InvoiceLine] = field(default_factory=list)
    credit_notes: list[CreditNote] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    numbers: list[NumberSeries] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    tasks: list[OnboardingTask] = field(default_factory=list)
    feeds: list[SourceFeed] = field(default_factory=list)

    def ago(self, days: float) -> dt.datetime:
        return self.now - dt.timedelta(days=days)

    async def store(self) -> None:
        """Save them all. Call it inside a unit of work."""
        await plant(list(self.tenants.values()))
        await Customer.bulk_create(self.customers)
        await User.bulk_create(self.users)
        await AccessGrant.bulk_create(self.grants)
        await list_links()
        await Contact.bulk_create(self.contacts)
        await Contract.bulk_create(self.contracts)
        await Invoice.bulk_create(self.invoices)
        await InvoiceLine.bulk_create(self.lines)
        await CreditNote.bulk_create(self.credit_notes)
        await Payment.bulk_create(self.payments)
        await NumberSeries.bulk_create(self.numbers)
        await Service.bulk_create(self.services)
        await OnboardingTask.bulk_create(self.tasks)
        await SourceFeed.bulk_create(self.feeds)
        await tally([customer.id for customer in self.customers])
        await tally_sources([customer.id for customer in self.customers])


async def load_story(now: dt.datetime, *, production: bool = False) -> bool:
    """Load the story as of `now` into an empty database; False where it is loaded already.

    Raises StoryRefused in production, where everybody would know the passwords, and beside another platform.
    """
    if production:
        raise StoryRefused("The demo story is not for production: everybody knows its password. "
                           "Import your own portfolio with: python -m server import DIR")
    if await is_loaded():
        return False
    story = tell(now, await asyncio.to_thread(hash_password, PASSWORD))

    async def load() -> bool:
        if await Tenant.exists():
            raise StoryRefused("The demo story needs a database of its own, and this one has another platform in it. "
                               "Name a new one in TENANTRY_DATABASE_URL.")
        await story.store()
        return True

    return await unit_of_work(load, within=EVERYWHERE, limit=60)


async def is_loaded() -> bool:
    """Whether the database has the story's platform."""
    return await Tenant.exists(id=tenant_id(COMPANIES[0].reference))


async def known_passwords() -> list[str]:
    """Addresses of the story whose password is still the one that everybody knows. Production must not start then."""
    people = await User.filter(id__in=[user_id(person.email) for person in PEOPLE], active=True)
    hashed = {user.password_hash: user for user in people}  # one and the same, unless somebody has changed theirs
    known = {text for text, user in hashed.items() if await password_matches(user, PASSWORD)}
    return sorted(user.email for user in people if user.password_hash in known)


def sign_ins() -> list[SignIn]:
    """Everybody of the story, in its order."""
    names = {company.reference: company.name for company in COMPANIES}
    return [SignIn(person.email, names[person.home], person.role,
                   tuple((names[reference], role) for reference, role in person.links)) for person in PEOPLE]


async def people_here() -> list[SignIn]:
    """Those of the story who are in this database. Whether their password is still the known one is not looked at."""
    here = {user.email for user in await User.filter(id__in=[user_id(person.email) for person in PEOPLE], active=True)}
    return [person for person in sign_ins() if person.email in here]


def tenant_id(reference: str) -> int:
    """The id of a tenant, which is its customer's as well."""
    return id_of("tenant", reference)


def user_id(email: str) -> int:
    return id_of("user", normal_email(email))


def tell(now: dt.datetime, password_hash: str) -> Story:
    """The whole story as of `now`."""
    story = Story(now.astimezone(dt.UTC).replace(microsecond=0))
    for company in COMPANIES:
        _company(story, company)
    for person in PEOPLE:
        _person(story, person, password_hash)
    story.contacts = [_contact(story, reached) for reached in CONTACTS]
    story.services = [_service(story, ordered, number) for number, ordered in enumerate(SERVICES, 1)]
    story.feeds = [_feed(story, feed) for feed in FEEDS]
    story.contracts = [_contract(story, agreement) for agreement in CONTRACTS]
    bills = Bills(story.now, {customer.reference: customer for customer in story.customers},
                  {tenant.id: tenant for tenant in story.tenants.values()}, story.services)
    story.invoices = [bills.tell(bill, number) for number, bill in enumerate(INVOICES, 1)]
    bills.give_numbers()
    story.lines, story.credit_notes, story.payments, story.numbers = bills.lines, bills.notes, bills.payments, bills.series
    for reference, told in ONBOARDING.items():
        _onboarding(story, reference, told)
    return story


def _company(story: Story, company: Company) -> None:
    parent = story.tenants.get(company.parent)
    founded = story.ago(company.age)
    tenant = story.tenants[company.reference] = Tenant.beneath(
        parent, kind=company.kind, name=company.name, currency=company.currency, id=tenant_id(company.reference),
        reference=company.reference, domain=company.domain, time_zone=company.zone)
    tenant.created_at = founded
    if parent is None or company.kind not in (TenantKind.RESELLER, TenantKind.CUSTOMER):
        return
    story.customers.append(Customer(
        id=tenant.id, tenant_id=tenant.id, name=tenant.name, name_key=tenant.name_key, reference=tenant.reference,
        status=company.status.name, status_reason=company.reason.name if company.reason else None,
        status_changed_at=story.ago(9) if company.reason else founded,
        issuer_id=parent.parent_id if tenant.sub_account else parent.id,
        account_type=CustomerAccountType.LOCAL_ACCOUNT.name, website=f"https://www.{company.domain}",
        phone=company.phone, email=company.email, country=company.country, currency=company.currency,
        last_activity_at=story.now - company.quiet if company.quiet else None,
        created_at=founded, accepted_at=founded))


def _person(story: Story, person: Person, password_hash: str) -> None:
    home = story.tenants[person.home]
    company = next(each for each in COMPANIES if each.reference == person.home)
    user = User(
        id=user_id(person.email), tenant_id=home.id, email=person.email, email_norm=normal_email(person.email),
        first_name=person.first_name, last_name=person.last_name,
        name_key=name_key(f"{person.first_name} {person.last_name}"), job_function=person.job,
        language=person.language, password_hash=password_hash, email_verified=True, invited_at=home.created_at,
        created_at=home.created_at, last_active_at=story.now - company.quiet if company.quiet else None)
    story.users.append(user)
    story.grants.append(_grant(user, home, person.role, GrantSource.HOME, home.created_at))
    story.grants += [_grant(user, story.tenants[reference], role, GrantSource.LINKED, story.ago(200))
                     for reference, role in person.links]


def _grant(user: User, tenant: Tenant, role: Role, source: GrantSource, at: dt.datetime) -> AccessGrant:
    by = user_id("admin@brightline.example") if source is GrantSource.LINKED else None
    return AccessGrant(id=id_of("grant", f"{source.name}/{user.email_norm}/{tenant.reference}"), user_id=user.id,
                       tenant_id=tenant.id, role=role.name, source=source.name, granted_by_id=by, granted_at=at)


def _contact(story: Story, reached: Reached) -> Contact:
    email = normal_email(reached.email)
    line1, city, postal_code, country = reached.address or (None, None, None, None)
    return Contact(
        id=id_of("contact", f"{reached.company}/{reached.type.name}/{email}"), tenant_id=tenant_id(reached.company),
        type=reached.type.name, name=reached.name, name_key=name_key(reached.name), email=reached.email, email_norm=email,
        phone=reached.phone, user_id=user_id(reached.email) if reached.signs_in else None,
        subscribed_to=subscription(SUBSCRIBED.get(reached.type, ())), address_line1=line1, address_city=city,
        address_postal_code=postal_code, address_country=country, updated_at=story.now)


def _service(story: Story, ordered: Ordered, number: int) -> Service:
    tenant = story.tenants[ordered.company]
    reference = f"SVC-{number:04}"
    provisioned = story.ago(ordered.days - 1)
    waits = ordered.billing is BillingState.PENDING_ENTRY
    return Service(
        id=id_of("service", f"{ordered.company}/{reference}"), tenant_id=tenant.id, reference=reference, kind=ordered.kind.name,
        name=ordered.name, name_key=name_key(ordered.name), product=ordered.product, status=ordered.status.name,
        cloud_connection=ordered.cloud.name if ordered.cloud else None, billing_state=ordered.billing.name,
        billing_entry_expected_by=(provisioned + dt.timedelta(days=ENTRY)).date() if waits else None,
        monthly_charge_minor=ordered.charge, currency=tenant.currency, ordered_at=story.ago(ordered.days),
        provisioned_at=provisioned)


def _feed(story: Story, feed: Feed) -> SourceFeed:
    """Nobody misses it when it falls silent: no machine reports in a story."""
    ingested = story.ago(feed.hours / 24) if feed.hours is not None else None
    return SourceFeed(
        id=id_of("feed", f"{feed.company}/{feed.name}"), tenant_id=story.tenants[feed.company].id, name=feed.name,
        status=feed.status.name, message=feed.message, last_ingested_at=ingested, reported_at=story.ago(1 / 24))


def _contract(story: Story, agreement: Agreement) -> Contract:
    tenant = story.tenants[agreement.company]
    ends = story.ago(-agreement.ends).date() if agreement.ends is not None else None
    return Contract(
        id=id_of("contract", f"{agreement.company}/{agreement.number}"), tenant_id=tenant.id, number=agreement.number,
        title=agreement.title, status=agreement.status.name, starts_on=story.ago(-agreement.starts).date(),
        ends_on=ends, renewal_on=ends + dt.timedelta(days=1) if ends and agreement.auto_renew else None,
        auto_renew=agreement.auto_renew,
        value_minor=agreement.value, currency=tenant.currency,
        terminated_at=story.ago(30) if agreement.status.name == "TERMINATED" else None)


def _onboarding(story: Story, reference: str, told: Told) -> None:
    customer = next(each for each in story.customers if each.reference == reference)
    admins = [user_id(person.email) for person in PEOPLE if person.home == reference and person.role is Role.ADMIN]
    tasks = told_tasks(customer, told, customer.created_at, admins[0] if admins else None)
    customer.update_from_dict(columns(tasks, bool(admins)))
    story.tasks += tasks
