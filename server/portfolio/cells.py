"""What may stand in a cell of a CSV file: each reader takes the text and gives the value, or says why not."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import is_currency

from models.catalogue import LARGEST_AMOUNT
from resolvers import texts
from resolvers.change import Problems
from resolvers.money import DIGITS

Read = Callable[[str], Any]
#: What spreadsheets take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
AMOUNT = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


class Unfit(ValueError):
    """The cell's text does not fit. The message says what would."""


def text(limit: int) -> Read:
    """Words for people to read, of at most `limit` characters."""
    def read(cell: str) -> str:
        if cell.startswith(FORMULA):
            raise Unfit(f"begins with {cell[0]!r}, which spreadsheets run as a formula; begin with a letter or a digit")
        return _short(cell, limit)
    return read


def code(limit: int) -> Read:
    """A reference, number or the like."""
    return lambda cell: _short(cell, limit)


def one_of(names: type[Enum] | Iterable[str]) -> Read:
    """A name from a list."""
    allowed = [member.name for member in names] if isinstance(names, type) else list(names)

    def read(cell: str) -> str:
        if cell in allowed:
            return cell
        near = get_close_matches(cell.upper().replace(" ", "_"), allowed, 1)
        raise Unfit(f"is none of {', '.join(allowed)}" + (f"; did you mean {near[0]}?" if near else ""))
    return read


def flag(cell: str) -> bool:
    if cell not in ("true", "false"):
        raise Unfit("is neither true nor false")
    return cell == "true"


def day(cell: str) -> dt.date:
    try:
        if len(cell) != 10:
            raise ValueError
        return dt.date.fromisoformat(cell)
    except ValueError:
        raise Unfit("is no date: write 2026-11-22") from None


def moment(cell: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(cell)
        if found.tzinfo is None or len(cell) < 16:
            raise ValueError
        return found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise Unfit("is no moment: write 2026-11-22T09:30:00Z, with Z or an offset such as +01:00") from None


def month(cell: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", cell):
        raise Unfit("is no month: write 2026-11")
    return cell


@lru_cache(maxsize=1000)
def currency(cell: str) -> str:
    if not re.fullmatch("[A-Z]{3}", cell) or not is_currency(cell):
        raise Unfit("is no currency: write its ISO 4217 code, such as EUR")
    return cell


def country(cell: str) -> str:
    if not re.fullmatch("[A-Z]{2}", cell):
        raise Unfit("is no country: write its ISO 3166-1 code, such as DE")
    return cell


def language(cell: str) -> str:
    if not re.fullmatch("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}", cell):
        raise Unfit("is no language: write its BCP 47 tag, such as de or pt-BR")
    return cell


@lru_cache(maxsize=1000)
def zone(cell: str) -> str:
    if cell not in available_timezones():
        raise Unfit("is no time zone: write its IANA name, such as Europe/Berlin")
    return cell


def phone(cell: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9 -]{5,18}", cell):
        raise Unfit("is no phone number: write it with + and country code, such as +1-555-0789")
    return cell


@lru_cache(maxsize=10_000)
def email(cell: str) -> str:
    problems = Problems()
    found = texts.email_address(problems, "", cell)
    if found is None:
        raise Unfit("is no e-mail address that letters can be sent to: write name@company.example")
    return found


def domain(cell: str) -> str | None:
    problems = Problems()
    found = texts.domain(problems, "", cell)
    if problems.found:
        raise Unfit("is no domain: write company.example, without https:// or a path")
    return found


def website(cell: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\S*", cell):
        raise Unfit("is no web address: write https://www.company.example")
    return _short(cell, 300)


def amount(cell: str) -> Decimal:
    """An amount in whole units of its currency, which another column names: see `minor`."""
    if not AMOUNT.fullmatch(cell):
        raise Unfit("is no amount: write 1234.50, with a point before the cents and nothing between the thousands")
    return Decimal(cell)


def minor(value: Decimal, currency: str) -> int:
    """The amount in minor units. Raises Unfit where it has too many decimals or is too large."""
    digits = DIGITS.get(currency, 2)
    scaled = value.scaleb(digits)
    if scaled != scaled.to_integral_value():
        raise Unfit(f"has more decimals than {currency} has: {digits}")
    if abs(scaled) > LARGEST_AMOUNT:
        raise Unfit(f"is too large: at most {Decimal(LARGEST_AMOUNT).scaleb(-digits):f}")
    return int(scaled)


def clean(cell: str) -> str:
    """The text without white space around it, composed. Raises Unfit for what no text may hold."""
    if cell.isascii() and cell.isprintable():
        return cell.strip()
    for character in cell:
        if "\udc80" <= character <= "\udcff":
            raise Unfit(f"is not UTF-8: it has the byte 0x{ord(character) - 0xdc00:02X}; save the file as UTF-8")
    cell = unicodedata.normalize("NFC", cell.strip(" \t\r\n\u00a0\u3000"))
    for character in cell:
        if unicodedata.category(character) == "Cc":
            raise Unfit(f"has the control character U+{ord(character):04X}; take it out")
    return cell


def _short(cell: str, limit: int) -> str:
    if len(cell) > limit:
        raise Unfit(f"has {len(cell)} characters; at most {limit} fit")
    return cell
