"""What an import may not change, the command line, and the document for whoever writes the files."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from models import Customer, User
from server.portfolio.files import FILES, as_markdown
from server.portfolio.importing import import_portfolio
from server.portfolio.story import load_story
from tests.edge.imports.telling import NOW, contents, counts, one, refusal, story
from tests.edge.portfolios import write
from tests.forked import command
from tests.stored import stored

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "import.md"


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
