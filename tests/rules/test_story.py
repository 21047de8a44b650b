"""The demo story is the small world that the specification tells of, and its figures add up."""

import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tortoise.exceptions import IntegrityError

from engine.rows import Row
from models import (
    AccessGrant,
    Contract,
    CreditNote,
    Customer,
    Invoice,
    InvoiceLine,
    NumberSeries,
    OnboardingTask,
    Payment,
    Reach,
    Service,
    Tenant,
    User,
)
from models.access import Capability, Role
from models.grants import grants_of
from models.numbers import Series, written
from models.reach import unlike
from models.services import tally
from models.sessions import viewer_of
from models.taxes import tax_on
from models.users import password_matches
from server.portfolio.bills import months_before
from server.portfolio.story import (
    PASSWORD,
    StoryRefused,
    is_loaded,
    known_passwords,
    load_story,
    sign_ins,
    tell,
    tenant_id,
    user_id,
)
from tests.stored import connected, stored
from tests.told import onboarding_adds_up

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)

TREE = {
    "Meridian Cloud": ("PLATFORM", None), "Harbor Distribution": ("DISTRIBUTOR", "Meridian Cloud"),
    "Brightline Partners": ("RESELLER", "Harbor Distribution"), "Coastal IT": ("RESELLER", "Harbor Distribution"),
    "Acme Corporation": ("CUSTOMER", "Brightline Partners"), "Global Enterprises": ("CUSTOMER", "Brightline Partners"),
    "Straße & Söhne GmbH": ("CUSTOMER", "Brightline Partners"), "Quiet Harbour Ltd": ("CUSTOMER", "Brightline Partners"),
    "Sleepy but Paying Inc": ("CUSTOMER", "Brightline Partners"), "Delta Retail": ("CUSTOMER", "Coastal IT"),
    "Echo Health": ("CUSTOMER", "Coastal IT"), "Echo Clinic North": ("CUSTOMER", "Echo Health"),
}
#: Who holds what at home, and on which linked customers.
PEOPLE = {
    "admin@meridian.example": ("Meridian Cloud", "ADMIN", {}), "admin@harbor.example": ("Harbor Distribution", "ADMIN", {}),
    "sales@harbor.example": ("Harbor Distribution", "SALES", {}),
    "admin@brightline.example": ("Brightline Partners", "ADMIN", {}),
    "regular@brightline.example":
        ("Brightline Partners", "REGULAR", {"Acme Corporation": "REGULAR", "Global Enterprises": "SUPPORT"}),
    "readonly@brightline.example": ("Brightline Partners", "READ_ONLY", {"Acme Corporation": "READ_ONLY"}),
    "support@brightline.example": ("Brightline Partners", "SUPPORT", {"Acme Corporation": "SUPPORT"}),
    "unlinked@brightline.example": ("Brightline Partners", "REGULAR", {}),
    "admin@coastal.example": ("Coastal IT", "ADMIN", {}), "admin@acmecorp.example": ("Acme Corporation", "ADMIN", {}),
    "contact@globalent.example": ("Global Enterprises", "ADMIN", {}),
}
MRR = {"Acme Corporation": 125000, "Global Enterprises": 98050, "Quiet Harbour Ltd": 0, "Sleepy but Paying Inc": 1000,
       "Delta Retail": 440000}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
async def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory,
               create_postgres: Callable[[str], Awaitable[str]]) -> str:
    """A database with the story, for tests that only look at it."""
    file = tmp_path_factory.mktemp("story") / "told.sqlite"
    url = f"sqlite://{file}" if request.param == "sqlite" else await create_postgres("told")
    async with stored(url):
        assert await load_story(NOW)
    return url


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, sqlite_path: Path,
              create_postgres: Callable[[str], Awaitable[str]]) -> str:
    return f"sqlite://{sqlite_path}" if request.param == "sqlite" else await create_postgres("as_told")


async def test_the_tree_and_its_people_are_as_told(told: str) -> None:
    async with connected(told):
        tenants = {tenant.id: tenant for tenant in await Tenant.all()}
        names = {None: None} | {tenant.id: tenant.name for tenant in tenants.values()}
        assert {t.name: (t.kind, names[t.parent_id]) for t in tenants.values()} == TREE
        people = {user.email: user for user in await User.all()}
        grants = await AccessGrant.all()
        assert {email: (names[user.tenant_id],
                        next(g.role for g in grants if g.user_id == user.id and g.source == "HOME"),
                        {names[g.tenant_id]: g.role for g in grants if g.user_id == user.id and g.source == "LINKED"})
                for email, user in people.items()} == PEOPLE
        assert {s.email: (s.tenant, s.role.name, {name: role.name for name, role in s.links})
                for s in sign_ins()} == PEOPLE
        assert await unlike() == []
        assert {(row.node, row.tenant_id) for row in await Reach.all()} >= {
            (node, t.id) for t in await Tenant.all() for node in (-t.id, *t.ancestor_ids)}


async def test_everybody_signs_in_with_the_one_password(url: str) -> None:
    async with stored(url):
        await load_story(NOW)
        people = await User.all()
        assert len({user.password_hash for user in people}) == 1  # hashed once: it takes long on purpose
        assert await password_matches(people[0], PASSWORD)
        assert await known_passwords() == sorted(PEOPLE)
        await User.filter(email="admin@harbor.example").update(password_hash=None)
        await User.filter(email="sales@harbor.example").update(active=False)
        assert await known_passwords() == sorted(set(PEOPLE) - {"admin@harbor.example", "sales@harbor.example"})


async def test_customers_add_up(told: str) -> None:
    async with connected(told):
        customers = {customer.name: customer for customer in await Customer.all()}
        services = await Service.all()
        assert set(customers) == {name for name, (kind, _) in TREE.items() if kind in ("RESELLER", "CUSTOMER")}
        assert {name: customers[name].mrr_minor for name in MRR} == MRR
        for customer in customers.values():
            own = [s for s in services if s.tenant_id == customer.id]
            assert customer.mrr_minor == sum(s.monthly_charge_minor for s in own if s.billing_state == "BILLED")
            assert {s.currency for s in own} <= {customer.currency}
        assert {c.name: (c.status, c.status_reason) for c in customers.values() if c.status != "ACTIVE"} == {
            "Echo Health": ("SUSPENDED", "PAYMENT")}
        assert (customers["Acme Corporation"].phone, customers["Global Enterprises"].phone) == (
            "+1-555-0789", "+1-555-0321")
        issuers = {name: (await Tenant.get(id=c.issuer_id)).name for name, c in customers.items()}
        assert issuers["Acme Corporation"] == "Brightline Partners"
        assert issuers["Coastal IT"] == "Harbor Distribution"
        assert issuers["Echo Clinic North"] == "Coastal IT"


async def test_acme_has_three_ports_five_circuits_and_two_cloud_connections_among_them(told: str) -> None:
    async with connected(told):
        acme = await Customer.get(id=tenant_id("acme"))
        assert (acme.ports, acme.virtual_circuits, acme.cloud_connections) == (3, 5, 2)
        services = await Service.filter(tenant_id=acme.id)
        assert Counter(s.kind for s in services) == {"PORT": 3, "VIRTUAL_CIRCUIT": 5}
        assert {(s.kind, s.cloud_connection) for s in services if s.cloud_connection} == {
            ("PORT", "DEDICATED_PORT"), ("VIRTUAL_CIRCUIT", "HOSTED_CONNECTION")}
        [waiting] = [s for s in services if s.billing_state == "PENDING_ENTRY"]
        assert waiting.kind == "PORT"
        assert acme.mrr_pending_minor == waiting.monthly_charge_minor > 0
        assert NOW.date() < waiting.billing_entry_expected_by <= waiting.provisioned_at.date() + dt.timedelta(days=15)
        assert acme.last_order_at == max(s.ordered_at for s in services)


async def test_acmes_contracts_and_invoices(told: str) -> None:
    async with connected(told):
        acme = tenant_id("acme")
        assert Counter(c.status for c in await Contract.filter(tenant_id=acme)) == {"ACTIVE": 2, "DRAFT": 1, "EXPIRED": 1}
        assert await Contract.filter(tenant_id=tenant_id("global")).count() == 1
        invoices = await Invoice.filter(tenant_id=acme)
        assert sorted(i.status for i in invoices if i.billing_month == "2026-11") == [
            "ISSUABLE", "ISSUED", "PROFORMA", "READY"]
        assert Counter(i.status for i in invoices if i.billing_month < "2026-11") == {"ISSUED": 3, "CANCELLED": 1}
        assert all(i.subtotal_minor + i.tax_minor == i.total_minor for i in invoices)


async def test_every_invoice_adds_up_and_numbers_have_no_gaps(told: str) -> None:
    async with connected(told):
        invoices = await Invoice.all()
        lines, paid, notes = Counter[int](), Counter[int](), {note.invoice_id: note for note in await CreditNote.all()}
        for line in await InvoiceLine.all():
            lines[line.invoice_id] += line.amount_minor
        for payment in await Payment.all():
            paid[payment.invoice_id] += payment.amount_minor
        for invoice in invoices:
            assert lines[invoice.id] == invoice.subtotal_minor
            assert invoice.tax_minor == tax_on(invoice.subtotal_minor, invoice.tax_basis_points)
            if invoice.status == "ISSUED":
                assert invoice.due_minor == invoice.total_minor - paid[invoice.id]
            assert (invoice.id in notes) == (invoice.status == "CANCELLED")
            assert invoice.payment_state != "DUE" or invoice.due_on >= NOW.date()
        assert all(note.total_minor == next(i for i in invoices if i.id == note.invoice_id).total_minor for note in notes.values())
        for series in await NumberSeries.all():
            rows = invoices if series.series == "INVOICE" else list(notes.values())
            numbers = sorted(row.number for row in rows if row.issuer_id == series.issuer_id and row.number)
            assert numbers == [written(Series[series.series], series.year, n) for n in range(1, series.given + 1)]
            assert [row.issued_at for row in sorted((r for r in rows if r.number and r.issuer_id == series.issuer_id),
                                                    key=lambda row: row.number)] == sorted(
                row.issued_at for row in rows if row.number and row.issuer_id == series.issuer_id)


async def test_onboarding_is_as_the_tasks_say(told: str) -> None:
    async with connected(told):
        assert await onboarding_adds_up(NOW) == {"COMPLETED": 3, "IN_PROGRESS": 3, "NOT_STARTED": 1, None: 3}
        there = await OnboardingTask.filter(tenant_id=tenant_id("global"))
        assert Counter(task.status for task in there) == {"COMPLETED": 3, "IN_PROGRESS": 1, "BLOCKED": 1}
        assert (await Customer.get(id=tenant_id("acme"))).onboarding_status == "COMPLETED"


async def test_two_partners_have_days_of_their_own(told: str) -> None:
    async with connected(told):
        zones = {tenant.name: tenant.time_zone for tenant in await Tenant.all()}
        assert (zones["Brightline Partners"], zones["Coastal IT"]) == ("Europe/Berlin", "America/New_York")
        assert (zones["Acme Corporation"], zones["Echo Clinic North"]) == ("Europe/Berlin", "America/New_York")


async def test_the_quiet_ones(told: str) -> None:
    """No order and no activity for 45 days; only one of them pays."""
    async with connected(told):
        for reference in ("quiet", "sleepy"):
            customer = await Customer.get(id=tenant_id(reference))
            assert customer.last_activity_at == NOW - dt.timedelta(days=45)
            assert customer.last_order_at is None or customer.last_order_at < NOW - dt.timedelta(days=45)


async def test_a_person_linked_as_regular_and_as_support_sees_money_at_the_one_only(told: str) -> None:
    async with connected(told):
        rosa = await User.get(id=user_id("regular@brightline.example"))
        viewer = await viewer_of(rosa, 1, None, NOW)
        acme, globalent, delta = [(await Tenant.get(id=tenant_id(r))).path for r in ("acme", "global", "delta")]
        assert viewer.may(Capability.FINANCIALS_VIEW, acme)
        assert viewer.may(Capability.CUSTOMER_VIEW, globalent)
        assert not viewer.may(Capability.FINANCIALS_VIEW, globalent)
        assert not viewer.knows(delta)
        assert viewer.role_on(globalent) is Role.SUPPORT
        uma = await grants_of(user_id("unlinked@brightline.example"), NOW)
        assert [grant.tenant_id for grant in uma] == [tenant_id("brightline")]


async def test_ids_are_the_same_everywhere(told: str) -> None:
    async with connected(told):
        assert (await Tenant.get(name="Acme Corporation")).id == 7350220520841781046
        assert (await User.get(email="admin@acmecorp.example")).id == 4621801342705822327


async def test_loading_it_again_changes_nothing(url: str) -> None:
    async with stored(url):
        assert not await is_loaded()
        assert await load_story(NOW)
        assert await is_loaded()
        before = await Customer.all().order_by("id").values()
        assert not await load_story(NOW + dt.timedelta(days=1))
        assert await Customer.all().order_by("id").values() == before


async def test_production_and_another_platform_refuse_it(url: str) -> None:
    async with stored(url):
        with pytest.raises(StoryRefused, match="not for production"):
            await load_story(NOW, production=True)
        await Tenant.create(id=1, kind="PLATFORM", name="Other", name_key="other", path="/1/", level=0, currency="EUR")
        with pytest.raises(StoryRefused, match="needs a database of its own"):
            await load_story(NOW)
        assert await Tenant.all().count() == 1


async def test_the_tally_follows_the_services(url: str) -> None:
    async with stored(url):
        await load_story(NOW)
        acme, globalent = tenant_id("acme"), tenant_id("global")
        await Service.filter(tenant_id=acme, billing_state="PENDING_ENTRY").update(billing_state="BILLED")
        await Service.filter(tenant_id=acme, cloud_connection="DEDICATED_PORT").update(status="DELETED")
        await Service.filter(tenant_id=globalent).delete()
        await tally([acme])
        customer = await Customer.get(id=acme)
        assert (customer.mrr_minor, customer.mrr_pending_minor) == (155000, 0)
        assert (customer.ports, customer.virtual_circuits, customer.cloud_connections) == (2, 5, 1)
        assert (await Customer.get(id=globalent)).mrr_minor == 98050  # it was not asked for
        await tally()
        customer = await Customer.get(id=globalent)
        assert (customer.mrr_minor, customer.ports, customer.last_order_at) == (0, 0, None)


@pytest.mark.parametrize("now", [dt.datetime(2027, 1, 1, tzinfo=dt.UTC), dt.datetime(2028, 2, 29, 23, 59, tzinfo=dt.UTC),
                                 dt.datetime(2027, 3, 31, 12, tzinfo=dt.timezone(dt.timedelta(hours=14)))])
async def test_it_holds_on_any_day(now: dt.datetime, sqlite_path: Path) -> None:
    async with connected(f"sqlite://{sqlite_path}"):
        story = tell(now, "hash")
    month = f"{now.astimezone(ZoneInfo('Europe/Berlin')):%Y-%m}"  # where its issuer is
    acme = [i for i in story.invoices if i.tenant_id == tenant_id("acme")]
    assert len([i for i in acme if i.billing_month == month]) == 4
    assert all(i.billing_month <= month and (i.issued_at or now) <= now for i in story.invoices)
    assert all(s.ordered_at < s.provisioned_at < now for s in story.services)
    numbers = [(i.issuer_id, i.number) for i in story.invoices if i.number]
    assert len(numbers) == len(set(numbers))


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    found = [f"{months_before(dt.datetime(2027, 1, 31, tzinfo=dt.UTC), n):%Y-%m}" for n in (0, 1, 12, 13)]
    assert found == ["2027-01", "2026-12", "2026-01", "2025-12"]


async def test_what_an_answer_writes_unescaped_the_database_keeps_plain(url: str) -> None:
    """The engine trusts `Record.plain`: a quotation mark in such a column would make an answer's JSON another."""
    async with stored(url) as database:
        await load_story(NOW)
        plain = {(row.model._meta.db_table, name) for row in Row.__subclasses__() if row.columns for name in getattr(row.model, "plain", ())
                 if name in row.model._meta.fields_map}
        tried = {(table, column) for table, column in plain if (await database.execute_query(f"select id from {table}"))[0]}
        for table, column in tried:
            with pytest.raises(IntegrityError):
                await database.execute_query(f"update {table} set {column} = '\"'")
        assert {table for table, _ in plain - tried} <= {"acting_session", "invitation", "outbound_email", "report_run"}
        assert {table for table, _ in tried} >= {"tenant", "customer", "contract", "invoice", "service"}
