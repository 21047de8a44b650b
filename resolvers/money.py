"""Amounts of money: exact, in minor units of one currency."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency

from engine import Case, Computed, Expr, Row, computed, fixed

#: Decimal places of the currencies that do not have two.
DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}
#: An amount as people give it: no sign, nothing between the thousands.
AMOUNT = re.compile(r"([0-9]{1,15})(?:\.([0-9]+))?")


class Money(Row):
    """An exact amount."""

    def amount(self) -> Expr:
        unusual = Case([(self.currency.one_of([code for code, digits in DIGITS.items() if digits == 0]), fixed(self.minor, 0))],
                       fixed(self.minor, 3))
        return Case([(self.currency.one_of(list(DIGITS)), unusual)], fixed(self.minor, 2))

    def formatted(self, locale: Any = None) -> Computed:
        return computed(formatted, self.minor, self.currency, locale=locale)


def money(minor: Expr, currency: Expr) -> Money:
    """An amount; absent where it is not known."""
    return Money.record(minor=minor, currency=currency)


def minor_units(amount: str, currency: str) -> int | None:
    """An amount that somebody wrote, such as 125.50, in minor units; None where it is none, or has too many decimals."""
    found = AMOUNT.fullmatch(amount)
    digits = DIGITS.get(currency, 2)
    if found is None or len(found[2] or "") > digits:
        return None
    return int(found[1] + (found[2] or "").ljust(digits, "0"))


@lru_cache(maxsize=10_000)
def formatted(minor: int, currency: str, locale: str | None) -> str:
    """An amount as the people of a language write it; English where the language is unknown."""
    amount = Decimal(minor).scaleb(-DIGITS.get(currency, 2))
    return format_currency(amount, currency, locale=_locale(locale or "en-US"))


@lru_cache(maxsize=1000)
def _locale(tag: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-" if "-" in tag else "_")
    except (ValueError, UnknownLocaleError, TypeError):
        return Locale("en", "US")
