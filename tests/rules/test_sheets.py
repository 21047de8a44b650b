"""Files of rows: what is written comes back, nothing in it is a formula, and no name leads anywhere."""

from __future__ import annotations

import datetime as dt
import tracemalloc
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.reports import LONGEST_NAME, FileFormat, safe_name
from resolvers.sheets import BOM, FORMULAS, PIECE, SHEET_ROWS, Cell, CsvSheet, JsonlSheet, Sheet, XlsxSheet, harmless
from tests.exporting import csv_rows, json_rows, serial, xlsx_cells

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
TITLES = ["Name", "Value"]
#: What the database can hold: no U+0000 and no half surrogates.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
NASTY = st.one_of(TEXTS, st.tuples(st.sampled_from(FORMULAS), TEXTS).map("".join))
CELLS = st.one_of(st.none(), NASTY, st.integers(-2**53, 2**53), st.decimals(-10**13, 10**13, places=2),
                  st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1)).map(lambda d: d.replace(microsecond=0, tzinfo=dt.UTC)))  # noqa: DTZ001
ROWS = st.lists(st.tuples(CELLS, CELLS), max_size=20)


def written(sheet: Sheet, rows: list[tuple[Cell, ...]]) -> bytes:
    try:
        sheet.add(rows)
        begun = b"".join(sheet.take())
        sheet.finish()
        return begun + b"".join(sheet.take())
    finally:
        sheet.close()


def told(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case dt.datetime():
            return cell.strftime("%Y-%m-%dT%H:%M:%SZ")
        case str():
            return harmless(cell)
    return str(cell)


@pytest.mark.row("S2.18")
@given(ROWS)
def test_csv_comes_back_as_it_was_written(rows: list[tuple[Cell, ...]]) -> None:
    read = csv_rows(written(CsvSheet(TITLES, NOW), rows))
    assert read == [TITLES, *[[told(cell) for cell in row] for row in rows]]


@given(ROWS)
def test_lines_of_json_come_back_as_they_were_written(rows: list[tuple[Cell, ...]]) -> None:
    read = json_rows(written(JsonlSheet(TITLES, NOW), rows))
    assert [list(line) for line in read] == [TITLES] * len(rows)
    assert [list(line.values()) for line in read] == [
        [cell if cell is None or isinstance(cell, str | int) else told(cell) for cell in row] for row in rows]


@pytest.mark.row("S2.18")
@given(ROWS)
@pytest.mark.case(108)
def test_no_cell_of_csv_begins_a_formula_unless_it_is_a_number(rows: list[tuple[Cell, ...]]) -> None:
    read = csv_rows(written(CsvSheet(TITLES, NOW), rows))[1:]
    for row, cells in zip(rows, read, strict=True):
        for cell, text in zip(row, cells, strict=True):
            if isinstance(cell, int | Decimal):
                assert Decimal(text) == cell
            else:
                assert not text.startswith(FORMULAS)
                assert text.removeprefix("'") == told(cell).removeprefix("'")


@pytest.mark.row("S2.18")
@pytest.mark.parametrize("text", ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
@pytest.mark.case(108)
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert csv_rows(written(CsvSheet(TITLES, NOW), [(text, -2)]))[1] == [f"'{text}", "-2"]


@pytest.mark.row("S2.18")
def test_csv_is_utf_8_with_a_mark_and_lines_as_rfc_4180_has_them() -> None:
    body = written(CsvSheet(TITLES, NOW), [('a "b", c\nd', Decimal("12.30"))])
    assert body == f'{BOM}Name,Value\r\n"a ""b"", c\nd",12.30\r\n'.encode()


@pytest.mark.row("S5.48")
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(ROWS)
def test_a_workbook_holds_text_as_text_and_numbers_as_numbers(rows: list[tuple[Cell, ...]]) -> None:
    head, *read = xlsx_cells(written(XlsxSheet(TITLES, NOW), rows))
    assert [text for _, text in head] == TITLES
    filled = [row for row in rows if any(cell is not None and cell != "" for cell in row)]
    assert len([r for r in read if any(text for _, text in r)]) == len(filled)
    for row, cells in zip(filled, [r for r in read if any(text for _, text in r)], strict=True):
        for cell, (kind, text) in zip(row, [*cells, ("", ""), ("", "")], strict=False):
            match cell:
                case None | "":
                    assert text == ""
                case str():
                    assert kind in ("s", "inlineStr")
                case dt.datetime():
                    assert kind == "n" and abs(float(text) - serial(cell)) < 1e-5
                case _:
                    assert kind == "n" and float(text) == float(cell)


@pytest.mark.row("S5.48")
def test_a_workbook_goes_on_with_another_sheet_where_one_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.sheets.SHEET_ROWS", 4)
    body = written(XlsxSheet(TITLES, NOW), [(f"row {n}", n) for n in range(5)])
    assert [cells[0][1] for cells in xlsx_cells(body)] == ["Name", "row 0", "row 1", "row 2"]
    assert SHEET_ROWS == 1_048_576


@pytest.mark.row("S2.18")
@pytest.mark.parametrize("kind", [CsvSheet, XlsxSheet])
def test_a_long_table_is_never_in_memory_whole(kind: type) -> None:
    sheet: Sheet = kind(TITLES, NOW)
    size = 0
    tracemalloc.start()
    try:
        for n in range(400):
            sheet.add([(f"Customer {n} {m}", Decimal("1250.00")) for m in range(100)])
            size += sum(map(len, sheet.take()))
        sheet.finish()
        size += sum(map(len, sheet.take()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        sheet.close()
    assert size > PIECE and peak < 4 * PIECE + 2_000_000


@pytest.mark.row("S5.50")
@given(st.text())
@pytest.mark.case(115)
def test_no_name_of_a_file_leads_anywhere(wanted: str) -> None:
    name = safe_name(wanted, FileFormat.XLSX)
    stem = name.removesuffix(".xlsx")
    assert name.endswith(".xlsx") and 0 < len(stem) <= LONGEST_NAME
    assert not set(name) & set('/\\:*?"<>|') and not [c for c in name if unicodedata.category(c) in ("Cc", "Cf", "Cs")]
    assert not stem.startswith((".", " ")) and not stem.endswith((".", " "))
    assert safe_name(name, FileFormat.XLSX) == name
