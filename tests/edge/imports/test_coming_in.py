"""A portfolio comes in from CSV files, and again without changing anything."""

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from models import AccessGrant, Contract, Customer, Invoice, InvoiceLine, Reach, Service, Tenant, User
from models.billing import bill
from models.reach import unlike
from models.transaction import settle, unit_of_work
from models.users import password_matches
from server.portfolio.bar import bar
from server.portfolio.importing import Summary, import_portfolio
from server.portfolio.story import PASSWORD, load_story, tenant_id, user_id
from tests.edge.imports.telling import LATER, NOW, contents, counts, one, refusal, story
from tests.edge.portfolios import write
from tests.stored import stored


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
