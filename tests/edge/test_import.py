"""A portfolio comes in from CSV files whole or not at all, and whatever does not fit is named."""

import asyncio
import csv
import datetime as dt
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from models import AccessGrant, Contract, Customer, Invoice, InvoiceLine, Reach, Service, Tenant, User
from models.billing import bill
from models.inspection import tables as models_with_tables
from models.reach import unlike
from models.transaction import settle, unit_of_work
from models.users import password_matches
from server.portfolio.bar import bar
from server.portfolio.files import FILES, as_markdown
from server.portfolio.importing import Summary, import_portfolio
from server.portfolio.reading import ImportRefused
from server.portfolio.story import PASSWORD, load_story, tell, tenant_id, user_id
from tests.edge.portfolios import Table, tables, write
from tests.forked import command
from tests.stored import stored

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=3)
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "import.md"
KINDS = ["sqlite", "postgres"]


@pytest.fixture(params=KINDS)
async def url(request: pytest.FixtureRequest, sqlite_path: Path,
              create_postgres: Callable[[str], Awaitable[str]]) -> str:
    return f"sqlite://{sqlite_path}" if request.param == "sqlite" else await create_postgres("import")


@pytest.fixture
def quick(sqlite_path: Path) -> str:
    """For what does not depend on the kind of database."""
    return f"sqlite://{sqlite_path}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "portfolio"


def story() -> dict[str, Table]:
    return tables(tell(NOW, PASSWORD_HASH))


#: Of the story's password, worked out once.
PASSWORD_HASH = "$argon2id$v=19$m=65536,t=3,p=4$1qyXGQIqi5FtWWNUk8zEMQ$Zrq29N9ADEH16brL9GcsZYKvkq5j+ASfj4Fr2aA0E3g"


def one(table: Table, **known_by: Any) -> dict[str, Any]:
    """The only line with these cells."""
    [line] = [line for line in table if known_by.items() <= line.items()]
    return line


async def contents(connection: BaseDBAsyncClient) -> dict[str, list[str]]:
    """Every row of every table."""
    return {table: sorted(repr(dict(row)) for row in await connection.execute_query_dict(f'SELECT * FROM "{table}"'))
            for table in (model._meta.db_table for model in models_with_tables())}


async def refusal(folder: Path) -> list[tuple[str, int | None, str | None, str]]:
    """File, line, column and reason of every problem."""
    with pytest.raises(ImportRefused) as refused:
        await import_portfolio(folder, now=NOW)
    return [(bad.file, bad.line, bad.column, bad.reason) for bad in refused.value.problems]


def counts(summary: Summary) -> dict[str, tuple[int, int, int]]:
    return {file.removesuffix(".csv"): (count.new, count.changed, count.same) for file, count in summary.files.items()}


# -- what comes in

async def test_the_story_comes_in_as_the_server_loads_it(url: str, folder: Path, tmp_path: Path) -> None:
    but = {"updated_at", "version", "granted_by_id", "last_activity_at", "status_changed_at", "password_hash", "line_count",
           "tax_basis_points", "issuer_name", "billed_name", "billed_address"}
    but |= {column for column in Customer._meta.db_fields if column.startswith(("onboarding_", "source_"))}  # in no file
    async with stored(f"sqlite://{tmp_path / 'loaded.sqlite'}"):
        await load_story(NOW)
        wanted = {model: await rows(model, but) for model in (Tenant, Customer, User, Contract, Invoice, Service,
                                                               AccessGrant, Reach)}
        write(folder, story())
    async with stored(url):
        summary = await import_portfolio(folder, now=NOW)
        assert counts(summary) == {"tenants": (12, 0, 0), "users": (11, 0, 0), "grants": (15, 0, 0),
                                   "contracts": (13, 0, 0), "invoices": (24, 0, 0), "services": (24, 0, 0)}
        for model, expected in wanted.items():
            assert await rows(model, but) == expected, model.__name__
        assert (await Customer.get(id=tenant_id("acme"))).mrr_minor == 125000
        assert (await Customer.get(id=tenant_id("acme"))).last_activity_at == NOW - dt.timedelta(hours=2)
        alice = await User.get(id=user_id("admin@acmecorp.example"))
        assert await password_matches(alice, PASSWORD)


async def rows(model: Any, but: set[str]) -> list[dict[str, Any]]:
    """Every row. The ids of grants and of link lists are nobody's to know."""
    but = but | {"id"} if model is AccessGrant else but
    found = await (model.exclude(node__gt=-1 << 62, node__lt=1 << 62) if model is Reach else model.all()).values()
    return sorted(({name: value for name, value in row.items() if name not in but} for row in found), key=repr)


async def test_importing_the_same_files_again_changes_nothing(url: str, folder: Path) -> None:
    async with stored(url) as connection:
        write(folder, story())
        await import_portfolio(folder, now=NOW)
        before = await contents(connection)
        summary = await import_portfolio(folder, now=LATER)
        assert {(count.new, count.changed) for count in summary.files.values()} == {(0, 0)}
        assert str(summary).splitlines()[0] == "tenants.csv: 0 new, 0 changed, 12 as before"
        assert await contents(connection) == before


async def test_lines_that_say_something_else_change_their_rows(url: str, folder: Path) -> None:
    async with stored(url):
        portfolio = story()
        await import_portfolio(write(folder, portfolio), now=NOW)
        one(portfolio["tenants.csv"], reference="acme").update(name="Acme & Söhne", status="SUSPENDED",
                                                               status_reason="PAYMENT")
        one(portfolio["users.csv"], email="readonly@brightline.example")["active"] = False
        one(portfolio["grants.csv"], email="support@brightline.example", tenant="acme")["role"] = "REGULAR"
        one(portfolio["contracts.csv"], number="BRL-C-0187").update(status="ACTIVE", value="7200.01")
        one(portfolio["invoices.csv"], reference="INV-0005").update(payment_state="PAID", due="0.00")
        one(portfolio["services.csv"], reference="SVC-0003").update(billing_state="BILLED", billing_entry_expected_by=None)
        portfolio["services.csv"].append({**one(portfolio["services.csv"], reference="SVC-0004"), "reference": "SVC-0400",
                                          "monthly_charge": "0.50"})
        summary = await import_portfolio(write(folder, portfolio), now=LATER)
        assert counts(summary) == {"tenants": (0, 1, 11), "users": (0, 1, 10), "grants": (0, 1, 14),
                                   "contracts": (0, 1, 12), "invoices": (0, 1, 23), "services": (1, 1, 23)}
        acme = await Customer.get(id=tenant_id("acme"))
        assert (acme.name, acme.name_key, acme.status, acme.status_changed_at) == (
            "Acme & Söhne", "acme & söhne", "SUSPENDED", LATER)
        assert (acme.mrr_minor, acme.mrr_pending_minor, acme.cloud_connections) == (155050, 0, 3)
        assert (await Tenant.get(id=acme.id)).name == "Acme & Söhne"
        assert await unlike() == []
        assert (acme.version, (await Contract.get(number="BRL-C-0187")).value_minor) == (2, 720001)
        people = {user.email: user for user in await User.all()}
        assert not people["readonly@brightline.example"].active
        # What these may do is another thing now: their next request must notice.
        assert {email for email, user in people.items() if user.access_version > 1} == {
            "readonly@brightline.example", "support@brightline.example", "admin@acmecorp.example"}


async def test_an_imported_invoice_has_one_line_that_follows_it_until_it_is_issued(url: str, folder: Path) -> None:
    async def lines() -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for line in await InvoiceLine.all():
            found.setdefault(line.invoice_id, []).append(line.amount_minor)
        return found
    async with stored(url):
        portfolio = story()
        await import_portfolio(write(folder, portfolio), now=NOW)
        assert await lines() == {invoice.id: [invoice.subtotal_minor] for invoice in await Invoice.all()}
        proforma = await Invoice.get(tenant_id=tenant_id("acme"), status="PROFORMA")
        issuer = await Tenant.get(id=proforma.issuer_id)
        await unit_of_work(lambda: bill(issuer, "2026-11", [proforma.tenant_id], NOW))
        assert len((await lines())[proforma.id]) == 7
        one(portfolio["invoices.csv"], reference="INV-0001").update(
            status="ISSUED", number="2026-0400", subtotal="7.00", tax="0.00", total=None, payment_state="DUE", due=None,
            issued_at="2026-11-22T08:00:00Z")
        await import_portfolio(write(folder, portfolio), now=LATER)
        assert (await lines())[proforma.id] == [700]
        one(portfolio["invoices.csv"], reference="INV-0001").update(status="CANCELLED", payment_state="NOT_DUE")
        [(_, _, column, reason)] = await refusal(write(folder, portfolio))
        assert (column, reason[:22]) == ("status", "is ISSUED in the datab")


async def test_columns_that_are_left_out_leave_what_is_there(quick: str, folder: Path) -> None:
    async with stored(quick) as connection:
        await import_portfolio(write(folder, story()), now=NOW)
        before = await contents(connection)
        few = {"tenants.csv": ["reference", "kind", "parent", "name"], "users.csv": ["email", "tenant", "first_name",
               "last_name"], "services.csv": ["tenant", "reference", "kind", "name", "product", "status", "billing_state",
               "monthly_charge", "provisioned_at"]}
        portfolio = {file: [{column: line[column] for column in columns} for line in story()[file]]
                     for file, columns in few.items()}
        for file in folder.glob("*.csv"):
            file.unlink()
        summary = await import_portfolio(write(folder, portfolio), now=LATER)
        assert counts(summary) == {"tenants": (0, 0, 12), "users": (0, 0, 11), "services": (0, 0, 24)}
        assert await contents(connection) == before


async def test_it_comes_in_beside_what_is_there(quick: str, folder: Path) -> None:
    async with stored(quick):
        await load_story(NOW)
        write(folder, {
            "tenants.csv": [{"reference": "nova", "kind": "CUSTOMER", "parent": "brightline", "name": "Nova 東京",
                             "currency": "JPY"}],
            "grants.csv": [{"email": "Unlinked@Brightline.example", "tenant": "nova", "role": "REGULAR"}],
            "services.csv": [{"tenant": "nova", "reference": "1", "kind": "PORT", "name": "東京", "product": "Port",
                              "status": "RUNNING", "billing_state": "BILLED", "monthly_charge": "45000"}]})
        assert counts(await import_portfolio(folder, now=NOW)) == {
            "tenants": (1, 0, 0), "grants": (1, 0, 0), "services": (1, 0, 0)}
        nova = await Customer.get(reference="nova")
        assert (nova.mrr_minor, nova.currency, nova.issuer_id) == (45000, "JPY", tenant_id("brightline"))
        assert await Customer.all().count() == 11


async def test_lines_may_come_in_any_order(quick: str, folder: Path) -> None:
    async with stored(quick):
        portfolio = {file: list(reversed(lines)) for file, lines in story().items()}
        assert counts(await import_portfolio(write(folder, portfolio), now=NOW))["tenants"] == (12, 0, 0)
        assert await unlike() == []
        assert {(row.node, row.tenant_id) for row in await Reach.all()} >= {
            (node, t.id) for t in await Tenant.all() for node in (-t.id, *t.ancestor_ids)}


async def test_a_byte_order_mark_and_other_line_ends_are_no_trouble(quick: str, folder: Path) -> None:
    async with stored(quick) as connection:
        await import_portfolio(write(folder, story()), now=NOW)
        before = await contents(connection)
        for path in folder.glob("*.csv"):
            text = path.read_bytes().replace(b"\r\n", b"\n")
            path.write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n") + b"\r\n\r\n")
        assert {(count.new, count.changed) for count in (await import_portfolio(folder, now=LATER)).files.values()} == {(0, 0)}
        assert await contents(connection) == before


async def test_a_password_is_hashed_and_read_for_new_people_only(quick: str, folder: Path) -> None:
    async with stored(quick):
        portfolio = story()
        for user in portfolio["users.csv"]:
            user["password"] = None
        one(portfolio["users.csv"], email="admin@acmecorp.example")["password"] = "correct horse battery"
        await import_portfolio(write(folder, portfolio), now=NOW)
        alice = await User.get(email="admin@acmecorp.example")
        assert await password_matches(alice, "correct horse battery")
        assert (await User.get(email="admin@harbor.example")).password_hash is None
        one(portfolio["users.csv"], email="admin@acmecorp.example")["password"] = "another horse battery"
        assert counts(await import_portfolio(write(folder, portfolio), now=LATER))["users"] == (0, 0, 11)
        assert await password_matches(await User.get(id=alice.id), "correct horse battery")


async def test_whoever_was_active_since_the_file_was_written_stays_so(quick: str, folder: Path) -> None:
    async with stored(quick):
        await import_portfolio(write(folder, story()), now=NOW)
        await User.filter(email="admin@acmecorp.example").update(last_active_at=LATER)
        assert counts(await import_portfolio(folder, now=LATER))["users"] == (0, 0, 11)
        assert (await User.get(email="admin@acmecorp.example")).last_active_at == LATER


async def test_the_work_done_is_told_up_to_the_end(quick: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with stored(quick):
        write(folder, story())
        told: list[tuple[int, int]] = []
        with bar("Importing") as show:
            await import_portfolio(folder, lambda done, of: (told.append((done, of)), show(done, of)), now=NOW)
        size = sum(path.stat().st_size for path in folder.glob("*.csv"))
        assert [of for _, of in told] == [size] * len(told)
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert told[-1][0] == size
    assert "Importing" in capsys.readouterr().err


async def test_an_import_that_is_called_off_stores_nothing(url: str, folder: Path) -> None:
    """As by Ctrl-C: a unit of work goes on when its caller leaves, and this one must not."""
    async with stored(url) as connection:
        write(folder, story())
        before = await contents(connection)
        called_off: list[asyncio.Task[Summary]] = []

        def report(done: int, of: int) -> None:
            if done > of // 2:
                called_off[0].cancel()

        called_off.append(asyncio.create_task(import_portfolio(folder, report, now=NOW)))
        with pytest.raises(asyncio.CancelledError):
            await called_off[0]
        await settle()
        assert await contents(connection) == before
        assert counts(await import_portfolio(folder, now=NOW))["tenants"] == (12, 0, 0)


# -- what does not

async def test_one_bad_line_keeps_everything_out(url: str, folder: Path) -> None:
    async with stored(url) as connection:
        portfolio = story()
        portfolio["services.csv"][-1]["monthly_charge"] = "1,234.5"
        write(folder, portfolio)
        before = await contents(connection)
        assert await refusal(folder) == [("services.csv", 25, "monthly_charge", "is no amount: write 1234.50, with a point "
                                          "before the cents and nothing between the thousands")]
        assert await contents(connection) == before


async def test_every_problem_is_told_at_once_and_as_a_table(quick: str, folder: Path) -> None:
    async with stored(quick):
        portfolio = story()
        portfolio["tenants.csv"][4]["kind"] = "COSTUMER"
        portfolio["users.csv"][0]["email"] = "nobody"
        portfolio["users.csv"][1].update(first_name="", language="tlhingan hol")
        portfolio["invoices.csv"][0].update(subtotal="12.345", billing_month="2026-13")
        write(folder, portfolio)
        with pytest.raises(ImportRefused) as refused:
            await import_portfolio(folder, now=NOW)
        assert str(refused.value).splitlines() == [
            'tenants.csv, line 6, kind: "COSTUMER" is none of PLATFORM, DISTRIBUTOR, RESELLER, CUSTOMER; did you mean '
            'CUSTOMER?',
            'users.csv, line 2, email: "nobody" is no e-mail address that letters can be sent to: write name@company.example',
            'users.csv, line 3, first_name: "" is empty',
            'users.csv, line 3, language: "tlhingan hol" is no language: write its BCP 47 tag, such as de or pt-BR',
            'grants.csv, line 2, email: "admin@meridian.example" is nobody\'s, neither in users.csv nor in the database',
            'invoices.csv, line 2, billing_month: "2026-13" is no month: write 2026-11',
            "Nothing was imported: 6 problems."]
        table = list(csv.DictReader(io.StringIO(refused.value.as_csv())))
        assert len(table) == 6
        assert table[1] == {"file": "users.csv", "line": "2", "column": "email", "value": '"nobody"',
                            "reason": "is no e-mail address that letters can be sent to: write name@company.example"}


LINES: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    # file, which line, what is written there instead, at which column it is told, how the reason begins
    ("tenants.csv", {"reference": "acme"}, {"parent": "nowhere"}, "parent", "is the reference of no tenant"),
    ("tenants.csv", {"reference": "acme"}, {"parent": None}, "parent", "is missing: a CUSTOMER stands beneath"),
    ("tenants.csv", {"reference": "acme"}, {"parent": "harbor"}, "parent", "is a DISTRIBUTOR, beneath which no CUSTOMER"),
    ("tenants.csv", {"reference": "quiet"}, {"parent": "echo-north"}, "parent", "is a sub-account, beneath which"),
    ("tenants.csv", {"reference": "coastal"}, {"parent": "brightline"}, "parent", "is a RESELLER, beneath which no"),
    ("tenants.csv", {"reference": "acme"}, {"kind": "PLATFORM", "parent": None}, "kind", "is a second PLATFORM: there is"),
    ("tenants.csv", {"reference": "quiet"}, {"reference": "acme"}, "reference", "is the reference of a tenant on line 6"),
    ("tenants.csv", {"reference": "harbor"}, {"phone": "+1-555-0789"}, "phone", "is for a RESELLER or a CUSTOMER"),
    ("tenants.csv", {"reference": "acme"}, {"phone": "0555"}, "phone", "is no phone number"),
    ("tenants.csv", {"reference": "acme"}, {"country": "Germany"}, "country", "is no country"),
    ("tenants.csv", {"reference": "acme"}, {"currency": "ZZZ"}, "currency", "is no currency"),
    ("tenants.csv", {"reference": "acme"}, {"name": '=HYPERLINK("x")'}, "name", "begins with '=', which spreadsheets"),
    ("tenants.csv", {"reference": "acme"}, {"name": "@cme"}, "name", "begins with '@'"),
    ("tenants.csv", {"reference": "acme"}, {"name": "Ac\0me"}, "name", "has the control character U+0000"),
    ("tenants.csv", {"reference": "acme"}, {"name": "Ac\nme"}, "name", "has the control character U+000A"),
    ("tenants.csv", {"reference": "acme"}, {"name": "A" * 201}, "name", "has 201 characters; at most 200 fit"),
    ("tenants.csv", {"reference": "acme"}, {"domain": "https://acme.example"}, "domain", "is no domain"),
    ("tenants.csv", {"reference": "acme"}, {"created_at": "2026-11-22"}, "created_at", "is no moment"),
    ("tenants.csv", {"reference": "acme"}, {"created_at": "2026-11-22T09:30:00"}, "created_at", "is no moment"),
    ("tenants.csv", {"reference": "acme"}, {"status": "SUSPENDED"}, "status_reason", "is empty: say why"),
    ("tenants.csv", {"reference": "acme"}, {"status_reason": "PAYMENT"}, "status_reason", "is for SUSPENDED customers"),
    ("tenants.csv", {"reference": "acme"}, {"status": "INVITED"}, "status", "is none of ACTIVE"),
    ("users.csv", {"email": "admin@harbor.example"}, {"tenant": "nowhere"}, "tenant", "is the reference of no tenant"),
    ("users.csv", {"email": "admin@harbor.example"}, {"email": "ADMIN@meridian.example"}, "email",
     "is the address of somebody on line 2"),
    ("users.csv", {"email": "admin@harbor.example"}, {"active": "yes"}, "active", "is neither true nor false"),
    ("users.csv", {"email": "admin@harbor.example"}, {"password": "short"}, "password", "will not do. A password has"),
    ("users.csv", {"email": "admin@harbor.example"}, {"password": "$argon2id$nonsense"}, "password", "is no hash"),
    ("users.csv", {"email": "admin@harbor.example"},
     {"password": PASSWORD_HASH.replace("m=65536", "m=4194304")}, "password", "is no hash of argon2id, or asks for more"),
    ("grants.csv", {"email": "admin@harbor.example"}, {"email": "who@harbor.example"}, "email", "is nobody's"),
    ("grants.csv", {"email": "admin@harbor.example"}, {"tenant": "meridian"}, "source", "is for the tenant where the person"),
    ("grants.csv", {"email": "admin@acmecorp.example"}, {"role": "SALES"}, "role", "is no role of people at a CUSTOMER"),
    ("grants.csv", {"email": "admin@harbor.example"}, {"role": "FULL_ACCESS"}, "role", "is no role of people at a DISTR"),
    ("grants.csv", {"email": "readonly@brightline.example", "tenant": "acme"}, {"tenant": "delta"}, "tenant",
     "is no customer beneath the tenant where"),
    ("grants.csv", {"email": "readonly@brightline.example", "tenant": "acme"}, {"role": "SALES"}, "role", "is none that a"),
    ("grants.csv", {"email": "readonly@brightline.example", "tenant": "acme"}, {"email": "admin@brightline.example"},
     "email", "is an ADMIN at home"),
    ("grants.csv", {"email": "regular@brightline.example", "tenant": "global"}, {"tenant": "acme"}, "tenant",
     "gives the person a role there on line"),
    ("contracts.csv", {"number": "BRL-C-0102"}, {"number": "BRL-C-0101"}, "number", "is the number of a contract"),
    ("contracts.csv", {"number": "BRL-C-0102"}, {"tenant": "harbor"}, "tenant", "is a DISTRIBUTOR; only a RESELLER"),
    ("contracts.csv", {"number": "BRL-C-0102"}, {"starts_on": "22.11.2026"}, "starts_on", "is no date: write 2026-11-22"),
    ("contracts.csv", {"number": "BRL-C-0102"}, {"starts_on": "2026-02-30"}, "starts_on", "is no date"),
    ("contracts.csv", {"number": "BRL-C-0102"}, {"ends_on": "2020-01-01"}, "ends_on", "is before starts_on"),
    ("contracts.csv", {"number": "BRL-C-0102"}, {"value": "1e5"}, "value", "is no amount"),
    ("contracts.csv", {"number": "BRL-C-0102"}, {"value": "٣٠"}, "value", "is no amount"),
    ("contracts.csv", {"number": "BRL-C-0102"}, {"value": "99999999999999.00"}, "value", "is too large: at most 1000"),
    ("contracts.csv", {"number": "BRL-C-0102"}, {"currency": "USD"}, "currency", "is not the customer's, which is EUR"),
    ("contracts.csv", {"number": "BRL-C-0102"}, {"terminated_at": "2026-01-01T00:00:00Z"}, "terminated_at", "is for TERM"),
    ("invoices.csv", {"reference": "INV-0005"}, {"subtotal": "1250.005"}, "subtotal", "has more decimals than EUR has: 2"),
    ("invoices.csv", {"reference": "INV-0005"}, {"total": "1512.51"}, "total", "is not the sum of subtotal and tax"),
    ("invoices.csv", {"reference": "INV-0005"}, {"due": "1512.51"}, "due", "is less than nothing or more than the total"),
    ("invoices.csv", {"reference": "INV-0005"}, {"number": None}, "number", "is empty: an ISSUED invoice has one"),
    ("invoices.csv", {"reference": "INV-0001"}, {"number": "X-1"}, "number", "is for ISSUED and CANCELLED invoices"),
    ("invoices.csv", {"reference": "INV-0006"}, {"number": "2026-0006"}, "number", "is the number of an invoice of the same"),
    ("invoices.csv", {"reference": "INV-0005"}, {"cancelled_at": "2026-11-01T00:00:00Z"}, "cancelled_at", "is for CANC"),
    ("services.csv", {"reference": "SVC-0003"}, {"provisioned_at": None}, "provisioned_at", "is empty: a PENDING_ENTRY"),
    ("services.csv", {"reference": "SVC-0003"}, {"billing_entry_expected_by": "2027-01-01"}, "billing_entry_expected_by",
     "is more than 15 days after provisioned_at"),
    ("services.csv", {"reference": "SVC-0001"}, {"kind": "VDC"}, "cloud_connection", "is for services of the kind PORT"),
    ("services.csv", {"reference": "SVC-0001"}, {"monthly_charge": None}, "monthly_charge", "is empty: a BILLED service"),
    ("services.csv", {"reference": "SVC-0001"}, {"monthly_charge": "-1.00"}, "monthly_charge", "is less than nothing"),
]


async def test_whatever_does_not_fit_is_told_with_its_place(quick: str, folder: Path) -> None:
    """Each bad cell alone, in an otherwise good portfolio: told at its line and column, and no other line of the file."""
    wrong = []
    async with stored(quick):
        for file, which, instead, column, reason in LINES:
            portfolio = story()
            number = portfolio[file].index(one(portfolio[file], **which)) + 2
            portfolio[file][number - 2].update(instead)
            found = await refusal(write(folder, portfolio))
            if not any(bad[:3] == (file, number, column) and bad[3].startswith(reason) for bad in found) or any(
                    bad[:2] != (file, number) for bad in found if bad[0] == file):
                wrong.append((file, instead, found))
    assert wrong == []


async def test_no_password_is_told_of(quick: str, folder: Path) -> None:
    async with stored(quick):
        portfolio = story()
        portfolio["users.csv"][0]["password"] = "hunter2"
        write(folder, portfolio)
        with pytest.raises(ImportRefused) as refused:
            await import_portfolio(folder, now=NOW)
    assert "hunter2" not in str(refused.value) + refused.value.as_csv()
    assert [bad.column for bad in refused.value.problems] == ["password"]


async def test_a_bad_line_is_told_once_and_not_for_all_that_refer_to_it(quick: str, folder: Path) -> None:
    async with stored(quick):
        portfolio = story()
        one(portfolio["tenants.csv"], reference="brightline")["currency"] = "euro"
        one(portfolio["users.csv"], email="admin@coastal.example")["language"] = "?"
        found = await refusal(write(folder, portfolio))
    assert [(file, column) for file, _, column, _ in found] == [("tenants.csv", "currency"), ("users.csv", "language")]


@pytest.mark.case(41)
async def test_tenants_beneath_themselves_are_told(quick: str, folder: Path) -> None:
    async with stored(quick):
        portfolio = story()
        one(portfolio["tenants.csv"], reference="echo")["parent"] = "echo-north"
        found = [bad for bad in await refusal(write(folder, portfolio)) if bad[0] == "tenants.csv"]
    assert [(line, reason) for _, line, _, reason in found] == [
        (12, "puts the tenant beneath itself: echo beneath echo-north beneath echo"),
        (13, "puts the tenant beneath itself: echo beneath echo-north beneath echo")]


FILES_GONE_WRONG: list[tuple[str, bytes, tuple[int | None, str | None, str]]] = [
    # file, what is in it, (line, column, how the reason begins)
    ("users.csv", b"", (1, None, "is empty: the first line names the columns")),
    ("users.csv", b"email,tenant,first_name,last_name,shoe_size\n", (1, "shoe_size", "is no column that is read")),
    ("users.csv", b"email,tenant,first_nam,last_name\n", (1, "first_nam", "is no column that is read; did you mean first_name?")),
    ("users.csv", b"email,tenant,last_name\n", (1, "first_name", "is missing")),
    ("users.csv", b"email,tenant,first_name,last_name,email\n", (1, "email", "is there twice")),
    ("users.csv", b"email,tenant,first_name,last_name,\n", (1, None, "has no name for column 5")),
    ("users.csv", b"email;tenant;first_name;last_name\n", (1, None, "has columns separated by ';'")),
    ("users.csv", "email,tenant,first_name,last_name\n".encode("utf-16"), (None, None, "is UTF-16: save it as UTF-8")),
    ("users.csv", b"email,tenant,first_name,last_name\na@b.example,meridian,J\xfcrgen,X\n",
     (2, "first_name", "is not UTF-8: it has the byte 0xFC")),
    ("users.csv", b"email,tenant,first_name,last_name\na@b.example,meridian,J\n", (2, None, "has 3 cells, the first line 4")),
    ("users.csv", b"email,tenant,first_name,last_name\na@b.example,meridian,J,X,Y\n",
     (2, None, "has 5 cells, the first line 4")),
    ("users.csv", b'email,tenant,first_name,last_name\n\n"a@b.example,meridian,J,X\nmore\n', (3, None, "is no CSV: ")),
    ("users.csv", b'email,tenant,first_name,last_name\n"a@b.example"x,meridian,J,X\n', (2, None, "is no CSV: ")),
    ("users.csv", b'email,tenant,first_name,last_name\n"a@b.example",meridian,"J\n",X\nno,,,\n',
     (4, "email", "is no e-mail address")),
    ("costumers.csv", b"", (None, None, "is none of the files that are read: tenants.csv")),
]


@pytest.mark.parametrize(("file", "content", "told"), FILES_GONE_WRONG, ids=range(len(FILES_GONE_WRONG)))
async def test_a_file_gone_wrong_is_told(quick: str, folder: Path, file: str, content: bytes,
                                         told: tuple[int | None, str | None, str]) -> None:
    async with stored(quick):
        write(folder, {"tenants.csv": story()["tenants.csv"]})
        (folder / file).write_bytes(content)
        found = await refusal(folder)
    line, column, reason = told
    assert any(bad[:3] == (file, line, column) and bad[3].startswith(reason) for bad in found), found


async def test_a_folder_with_nothing_in_it_is_told(quick: str, folder: Path) -> None:
    async with stored(quick):
        assert (await refusal(folder))[0][3] == "is no folder"
        folder.mkdir()
        assert (await refusal(folder))[0][3].startswith("has none of the files that are read: tenants.csv")


@pytest.mark.case(40)
@pytest.mark.parametrize(("file", "which", "instead", "column", "reason"), [
    ("tenants.csv", {"reference": "acme"}, {"parent": "coastal"}, "parent", "is not where the tenant stands"),
    ("tenants.csv", {"reference": "coastal"}, {"kind": "CUSTOMER"}, "kind", "is RESELLER in the database"),
    ("tenants.csv", {"reference": "acme"}, {"currency": "USD"}, "currency", "is EUR in the database"),
    ("users.csv", {"email": "admin@acmecorp.example"}, {"tenant": "global"}, "tenant", "is not where the person is at home"),
    ("invoices.csv", {"reference": "INV-0005"}, {"subtotal": "1.00", "total": None, "due": None}, "subtotal",
     "is 125000 in the database"),
    ("invoices.csv", {"reference": "INV-0005"}, {"status": "READY", "number": None, "issued_at": None}, "status",
     "is ISSUED in the database, and does not go back"),
    ("invoices.csv", {"reference": "INV-0001"}, {"status": "ISSUED", "number": "2026-0006"}, "number",
     "is the number of an invoice"),
])
async def test_what_may_not_change_is_refused(quick: str, folder: Path, file: str, which: dict[str, Any],
                                              instead: dict[str, Any], column: str, reason: str) -> None:
    async with stored(quick) as connection:
        portfolio = story()
        await import_portfolio(write(folder, portfolio), now=NOW)
        before = await contents(connection)
        one(portfolio[file], **which).update(instead)
        found = await refusal(write(folder, portfolio))
        assert any(bad[0] == file and bad[2] == column and bad[3].startswith(reason) for bad in found), found
        assert await contents(connection) == before


async def test_an_invoice_number_that_the_database_has_is_refused(quick: str, folder: Path) -> None:
    async with stored(quick):
        portfolio = story()
        await import_portfolio(write(folder, portfolio), now=NOW)
        issued = one(portfolio["invoices.csv"], reference="INV-0005")
        found = await refusal(write(folder, {"invoices.csv": [{**issued, "reference": "INV-9999"}]}))
        assert ("invoices.csv", 2, "number", "is the number of another invoice of the same issuer in the database") in found


async def test_what_only_the_database_notices_is_told_as_well(quick: str, folder: Path) -> None:
    """Here: somebody else has taken the id that the person's address stands for."""
    async with stored(quick):
        await load_story(NOW)
        await User.filter(email="admin@acmecorp.example").update(email="x@x.example", email_norm="x@x.example")
        write(folder, {"users.csv": [one(story()["users.csv"], email="admin@acmecorp.example")]})
        [(file, line, _, reason)] = await refusal(folder)
        assert (file, line) == ("users.csv", None)
        assert reason.startswith("breaks a rule of the database: app_user: ")


async def test_the_command_line_tells_what_came_in_and_what_does_not_fit(quick: str, folder: Path, tmp_path: Path) -> None:
    async with stored(quick):
        portfolio = story()
    ended = await command("import", str(write(folder, portfolio)), TENANTRY_DATABASE_URL=quick)
    assert ended.returncode == 0
    assert ended.stdout.splitlines()[0] == "tenants.csv: 12 new, 0 changed, 0 as before"
    one(portfolio["tenants.csv"], reference="acme")["phone"] = "none"
    ended = await command("import", str(write(folder, portfolio)), "--problems", str(tmp_path / "problems.csv"),
                          TENANTRY_DATABASE_URL=quick)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert 'tenants.csv, line 6, phone: "none" is no phone number' in ended.stderr
    assert "Traceback" not in ended.stderr
    [problem] = csv.DictReader(io.StringIO((tmp_path / "problems.csv").read_text()))
    assert (problem["file"], problem["line"], problem["column"]) == ("tenants.csv", "6", "phone")


def test_the_document_describes_every_column() -> None:
    text = DOCUMENT.read_text()
    for name, columns in FILES.items():
        assert f"## {name}\n" in text
        assert as_markdown(name) in text
        for column in columns:
            assert column.meaning, (name, column.name)
            column.read(column.example)


async def test_the_smallest_portfolio_of_the_document_comes_in(quick: str, folder: Path) -> None:
    folder.mkdir()
    section = DOCUMENT.read_text().partition("## The smallest portfolio")[2]
    for name, block in zip(*[iter(section.strip().split("`")[1:])] * 2, strict=False):
        lines = [line[4:] for line in block.splitlines() if line.startswith("    ")]
        (folder / name).write_text("\n".join(lines))
    async with stored(quick):
        assert counts(await import_portfolio(folder, now=NOW)) == {
            "tenants": (3, 0, 0), "users": (1, 0, 0), "grants": (1, 0, 0), "services": (1, 0, 0)}
        assert (await Customer.get(reference="acme")).mrr_minor == 30000
