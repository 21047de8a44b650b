"""Scalars: what text may stand for, and how each is read."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any, NewType

import strawberry
from graphql import GraphQLError

Decimal = NewType("Decimal", str)
DateTime = NewType("DateTime", dt.datetime)
Date = NewType("Date", dt.date)
BillingMonth = NewType("BillingMonth", str)
EmailAddress = NewType("EmailAddress", str)
PhoneNumber = NewType("PhoneNumber", str)
CountryCode = NewType("CountryCode", str)
LanguageTag = NewType("LanguageTag", str)
URL = NewType("URL", str)
JSON = NewType("JSON", object)


def _bad(what: str, value: Any) -> GraphQLError:
    return GraphQLError(f"{what}, not {value!r:.60}.", extensions={"code": "BAD_REQUEST"})


def _moment(value: Any) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(value)
    except (ValueError, TypeError):
        raise _bad("A DateTime is written as 2026-11-22T09:30:00Z", value) from None
    if moment.tzinfo is None:
        raise _bad("A DateTime needs its offset or Z, as in 2026-11-22T09:30:00Z", value)
    return moment.astimezone(dt.UTC)


def _day(value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (ValueError, TypeError):
        raise _bad("A Date is written as 2026-11-22", value) from None


def _month(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value):
        return value
    raise _bad("A BillingMonth is written as 2026-11", value)


def _phone(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"\+[1-9][\d -]{5,18}", value):
        return value
    raise _bad("A PhoneNumber is written as +1-555-0789", value)


def _country(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Z]{2}", value):
        return value
    raise _bad("A CountryCode is two capital letters, as DE", value)


def _language(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", value) and len(value) <= 35:
        return value
    raise _bad("A LanguageTag is written as de or pt-BR", value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    raise _bad("Text is expected", value)


def _written(value: Any) -> Any:
    """Ready text as it is; moments to the second in UTC."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, dt.date) else value


def _scalar(type_: Any, read: Any, description: str) -> Any:
    return strawberry.scalar(name=type_.__name__, serialize=_written, parse_value=read, description=description)


SCALARS: dict[object, Any] = {
    Decimal: _scalar(Decimal, _text, "An exact decimal number as text, such as \"1250.00\". Never a float."),
    DateTime: _scalar(DateTime, _moment, "A moment to the second, in UTC: 2026-11-22T09:30:00Z. Any offset is understood on "
                                         "input."),
    Date: _scalar(Date, _day, "A calendar day: 2026-11-22."),
    BillingMonth: _scalar(BillingMonth, _month, "A month of billing: 2026-11."),
    EmailAddress: _scalar(EmailAddress, _text, "An e-mail address. A mutation tells in `userErrors` where one is malformed."),
    PhoneNumber: _scalar(PhoneNumber, _phone, "A phone number with + and country code; spaces and hyphens are kept."),
    CountryCode: _scalar(CountryCode, _country, "An ISO 3166-1 alpha-2 country code: DE."),
    LanguageTag: _scalar(LanguageTag, _language, "A BCP 47 language tag: de or pt-BR."),
    URL: _scalar(URL, _text, "An absolute web address."),
    JSON: strawberry.scalar(name="JSON", serialize=lambda v: v, parse_value=lambda v: v, description="Any JSON value."),
}
