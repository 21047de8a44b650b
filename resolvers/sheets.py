"""Tables as files, written row by row in bounded memory: comma-separated values, lines of JSON and Excel workbooks."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Protocol

import orjson
import xlsxwriter

from models.files import PIECE
from models.reports import FileFormat

Cell = str | int | Decimal | dt.datetime | None
#: A spreadsheet takes text that begins so for a formula. The last four are = + - @ as East Asian keyboards write them.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
BOM = "\ufeff"
#: What one sheet of Excel holds, its titles included, and how wide a column is opened.
SHEET_ROWS, WIDTH = 1_048_576, 18
#: Characters that Excel takes in a cell.
LONGEST_TEXT = 32_767
#: How JSON is written: moments in whole seconds, with Z for UTC.
LINES = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


class Sheet(Protocol):
    """A table being written. `add` rows, `take` what is ready of the file after each, and after `finish` the rest."""

    def add(self, rows: Sequence[Sequence[Cell]]) -> None: ...

    def take(self) -> Iterator[bytes]: ...

    def finish(self) -> None:
        """May take seconds: call it on a thread of its own."""

    def close(self) -> None:
        """Lets go of what it holds, however it went."""


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before what looks like one."""
    return f"'{text}" if text.startswith(FORMULAS) else text


class CsvSheet:
    """RFC 4180 in UTF-8, with the byte order mark without which Excel reads it as something else."""

    def __init__(self, titles: Sequence[str], now: dt.datetime):
        self._ready, self._finished = io.StringIO(newline=""), False
        self._ready.write(BOM)
        self._writer = csv.writer(self._ready)
        self.add([titles])

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        self._writer.writerows([_told(cell) for cell in row] for row in rows)

    def take(self) -> Iterator[bytes]:
        if self._finished or self._ready.tell() >= PIECE:
            data = self._ready.getvalue().encode()
            self._ready.seek(0)
            self._ready.truncate()
            for start in range(0, len(data), PIECE):
                yield data[start:start + PIECE]

    def finish(self) -> None:
        self._finished = True

    def close(self) -> None:
        self._ready.close()


def _told(cell: Cell) -> str | int | Decimal:
    match cell:
        case None:
            return ""
        case str():
            return harmless(cell)
        case dt.datetime():
            return cell.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return cell


class JsonlSheet:
    """A line for each row: {"Name": "Acme Corporation", "MRR": "1250.00", "Ports": 3, "Last order (UTC)": null}. Text is as it
    is, since no program takes it for a formula."""

    def __init__(self, titles: Sequence[str], now: dt.datetime):
        self._titles, self._ready, self._finished = titles, bytearray(), False

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        for row in rows:
            self._ready += orjson.dumps(dict(zip(self._titles, row, strict=True)), default=str, option=LINES)

    def take(self) -> Iterator[bytes]:
        if self._finished or len(self._ready) >= PIECE:
            data, self._ready = bytes(self._ready), bytearray()
            for start in range(0, len(data), PIECE):
                yield data[start:start + PIECE]

    def finish(self) -> None:
        self._finished = True

    def close(self) -> None:
        self._ready.clear()


class XlsxSheet:
    """An Excel workbook. Rows lie in files of their own until the end, never in memory; text is text, whatever it says."""

    def __init__(self, titles: Sequence[str], now: dt.datetime):
        self._folder = tempfile.TemporaryDirectory(prefix="tenantry-report-")
        self._file = tempfile.TemporaryFile(dir=self._folder.name)  # noqa: SIM115 - closed in close
        self._book = xlsxwriter.Workbook(self._file, {
            "constant_memory": True, "tmpdir": self._folder.name, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False})
        self._book.set_properties({"created": now.astimezone(dt.UTC).replace(tzinfo=None)})
        self._head = self._book.add_format({"bold": True})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._amounts = {places: self._book.add_format({"num_format": f"0.{'0' * places}" if places else "0"})
                         for places in range(4)}
        self._titles, self._finished = titles, False
        self._begin()

    def _begin(self) -> None:
        """A sheet with the titles on top, which stay in view."""
        self._sheet, self._row = self._book.add_worksheet(), 1
        self._sheet.set_column(0, len(self._titles) - 1, WIDTH)
        self._sheet.freeze_panes(1, 0)
        for place, title in enumerate(self._titles):
            self._sheet.write_string(0, place, title, self._head)

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        for row in rows:
            if self._row == SHEET_ROWS:
                self._begin()
            for place, cell in enumerate(row):
                self._write(place, cell)
            self._row += 1

    def _write(self, place: int, cell: Cell) -> None:
        match cell:
            case str():
                self._sheet.write_string(self._row, place, cell[:LONGEST_TEXT])
            case Decimal():
                places = max(0, -int(cell.as_tuple().exponent))
                self._sheet.write_number(self._row, place, float(cell), self._amounts.get(places))
            case int():
                self._sheet.write_number(self._row, place, cell)
            case dt.datetime():
                self._sheet.write_datetime(self._row, place, cell.astimezone(dt.UTC).replace(tzinfo=None), self._moment)

    def take(self) -> Iterator[bytes]:
        while self._finished and (data := self._file.read(PIECE)):
            yield data

    def finish(self) -> None:
        self._book.close()
        self._file.seek(0)
        self._finished = True

    def close(self) -> None:
        self._file.close()
        self._folder.cleanup()


OPENED: dict[FileFormat, Callable[[Sequence[str], dt.datetime], Sheet]] = {
    FileFormat.CSV: CsvSheet, FileFormat.JSONL: JsonlSheet, FileFormat.XLSX: XlsxSheet}
