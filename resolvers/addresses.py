"""Postal addresses: as a part of the record that has one, and as they are typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from engine import Row
from engine.arguments import camel
from engine.expr import Sure
from models.addresses import COUNTRIES, LENGTHS
from resolvers import texts
from resolvers.change import ErrorCode, Problems


class Address(Row):
    """Drawn from the columns of the record that has it; absent where there is no first line."""

    @classmethod
    def of(cls, row: Row) -> Self:
        columns = {part: getattr(row, f"address_{part}") for part in (*LENGTHS, "country")}
        return cls.bundle(present=~columns["line1"].is_null(), **columns | {"line1": Sure(columns["line1"])})


def address_columns(problems: Problems, field: tuple[str, ...], given: Mapping[str, str | None] | None) -> dict[str, str | None]:
    """The columns of an address as it was typed: `given` by the names of the API; none of it where None.

    Notes at `field` and the part what is wrong with it.
    """
    if given is None:
        return {f"address_{part}": None for part in (*LENGTHS, "country")}
    found: dict[str, str | None] = {}
    for part, most in LENGTHS.items():
        text = texts.line(given.get(part))
        if len(text) > most:
            problems.add(ErrorCode.INVALID, f"At most {most} characters fit.", *field, camel(part))
        found[f"address_{part}"] = text or None
    if found["address_line1"] is None:
        problems.add(ErrorCode.REQUIRED, "Give the first line of the address.", *field, "line1")
    country = found["address_country"] = given.get("country")
    if country is not None and country not in COUNTRIES:
        problems.add(ErrorCode.INVALID, f"There is no country {country} in ISO 3166-1.", *field, "country")
    return found
