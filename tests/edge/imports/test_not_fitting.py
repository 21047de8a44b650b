"""Whatever does not fit of a portfolio is named, and nothing of it comes in."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from server.portfolio.importing import import_portfolio
from server.portfolio.reading import ImportRefused
from tests.edge.imports.telling import NOW, PASSWORD_HASH, contents, one, refusal, story
from tests.edge.portfolios import write
from tests.stored import stored


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
