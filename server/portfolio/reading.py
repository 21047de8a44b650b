"""Reads CSV files line by line, and notes what does not fit: where, what and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from server.portfolio.cells import Unfit, clean
from server.portfolio.files import FILES, Column

MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(frozen=True)
class BadLine:
    """What is wrong at one place. `line` counts from 1, the header; None for the whole file; `column` likewise."""

    file: str
    line: int | None
    column: str | None
    value: str | None
    reason: str

    def __str__(self) -> str:
        place = self.file + (f", line {self.line}" if self.line else "") + (f", {self.column}" if self.column else "")
        shown = f" {_shown(self.value)}" if self.value is not None else ""
        return f"{place}:{shown} {self.reason}"


class ImportRefused(Exception):
    """Nothing was imported. `problems` has every bad line."""

    def __init__(self, problems: Sequence[BadLine]):
        self.problems = sorted(problems, key=_place)
        super().__init__("\n".join([*map(str, self.problems), f"Nothing was imported: {len(problems)} problems."
                                    if len(problems) > 1 else "Nothing was imported: 1 problem."]))

    def as_csv(self) -> str:
        """The problems as a table for programmes, its columns being file, line, column, value, reason."""
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(["file", "line", "column", "value", "reason"])
        for bad in self.problems:
            value = _shown(bad.value) if bad.value is not None else ""
            table.writerow([bad.file, bad.line or "", bad.column or "", value, bad.reason])
        return text.getvalue()


@dataclass
class Line:
    """One line. `values` has what it says: a column that is missing or empty is not in it where something else is meant
    by that, and None otherwise. `fits` until something is found wrong."""

    file: str
    number: int
    values: dict[str, Any]
    cells: dict[str, str]
    problems: list[BadLine]
    fits: bool = True

    def bad(self, column: str | None, reason: str) -> None:
        self.fits = False
        value = self.cells.get(column or "") if column != "password" else None
        self.problems.append(BadLine(self.file, self.number, column, value, reason))

    def get(self, column: str) -> Any:
        return self.values.get(column)

    def some(self, *columns: str) -> dict[str, Any]:
        """Those of the columns of which it says something."""
        return {column: self.values[column] for column in columns if column in self.values}


@dataclass
class Source:
    """The CSV files of a folder. Whatever does not fit is noted in `problems`."""

    folder: Path
    problems: list[BadLine] = field(default_factory=list)
    read: int = 0

    def __post_init__(self) -> None:
        found = {path.name for path in self.folder.glob("*.csv")} if self.folder.is_dir() else set()
        self.files = [name for name in FILES if name in found]
        for name in sorted(found - set(FILES)):
            self._bad(name, None, None, None, f"is none of the files that are read: {', '.join(FILES)}{_near(name, FILES)}")
        if not self.folder.is_dir():
            self._bad(str(self.folder), None, None, None, "is no folder")
        elif not found:
            self._bad(str(self.folder), None, None, None, f"has none of the files that are read: {', '.join(FILES)}")
        self.size = sum((self.folder / name).stat().st_size for name in self.files)

    def lines(self, name: str) -> Iterator[Line]:
        """The lines of a file whose own cells fit, and those that do not, marked."""
        before = self.read
        with (self.folder / name).open("rb") as raw:
            if (mark := raw.read(2)) in MARKS:
                self._bad(name, None, None, None, f"is {MARKS[mark]}: save it as UTF-8")
                return
            raw.seek(0)
            text = io.TextIOWrapper(raw, "utf-8-sig", errors="surrogateescape", newline="")
            rows = _rows(text)
            header = self._header(name, next(rows, None))
            if header is None:
                return
            for number, row in rows:
                self.read = before + raw.tell()
                if isinstance(row, str):
                    self._bad(name, number, None, None, row)
                elif any(row) and len(row) != len(header):
                    self._bad(name, number, None, None, f"has {len(row)} cells, the first line {len(header)}")
                elif any(row):
                    yield self._line(name, number, header, row)
        self.read = before + (self.folder / name).stat().st_size

    def _header(self, name: str, first: tuple[int, list[str] | str] | None) -> list[Column] | None:
        columns = {column.name: column for column in FILES[name]}
        row = first[1] if first else "is empty: the first line names the columns"
        if isinstance(row, str):
            self._bad(name, 1, None, None, row)
            return None
        names = [cell.strip().lower() for cell in row]
        before = len(self.problems)
        if len(names) == 1 and (mark := next((mark for mark in ";\t|" if mark in names[0]), None)):
            self._bad(name, 1, None, None, f"has columns separated by {mark!r}: separate them by commas")
            return None
        for n, column in enumerate(names):
            if column not in columns:
                self._bad(name, 1, column or None, None, f"is no column that is read{_near(column, columns)}"
                          if column else f"has no name for column {n + 1}")
            elif column in names[:n]:
                self._bad(name, 1, column, None, "is there twice")
        for needed in (column.name for column in FILES[name] if column.required):
            if needed not in names:
                self._bad(name, 1, needed, None, "is missing")
        return [columns[column] for column in names] if len(self.problems) == before else None

    def _line(self, name: str, number: int, header: list[Column], row: list[str]) -> Line:
        line = Line(name, number, {}, {column.name: cell for column, cell in zip(header, row, strict=True)},
                    self.problems)
        for column, cell in zip(header, row, strict=True):
            try:
                if text := clean(cell):
                    line.values[column.name] = column.read(text)
                elif column.required:
                    line.bad(column.name, "is empty")
                elif not column.otherwise:
                    line.values[column.name] = None
            except Unfit as unfit:
                line.bad(column.name, str(unfit))
        return line

    def _bad(self, file: str, line: int | None, column: str | None, value: str | None, reason: str) -> None:
        self.problems.append(BadLine(file, line, column, value, reason))


def _rows(text: io.TextIOWrapper) -> Iterator[tuple[int, list[str] | str]]:
    """Each row with the number of its first line; where it is no CSV, what is wrong with it."""
    table = csv.reader(text, strict=True)
    while True:
        number = table.line_num + 1
        try:
            yield number, next(table)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, f"is no CSV: {error}"


def _near(name: str, names: Sequence[str] | dict[str, Any]) -> str:
    near = get_close_matches(name, list(names), 1)
    return f"; did you mean {near[0]}?" if near else ""


def _shown(value: str) -> str:
    """The text of a cell, short and harmless."""
    plain = value.encode("utf-8", "backslashreplace").decode()
    plain = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in plain)
    return f'"{plain[:60]}…"' if len(plain) > 60 else f'"{plain}"'


def _place(bad: BadLine) -> tuple[int, str, int]:
    order = list(FILES)
    return order.index(bad.file) if bad.file in order else -1, bad.file, bad.line or 0
