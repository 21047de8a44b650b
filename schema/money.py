"""Amounts of money."""

from __future__ import annotations

from resolvers import money
from schema.directives import shown, shows
from schema.scalars import Decimal, LanguageTag


@shows(money.Money)
class Money:
    """An exact amount in one currency."""

    amount: Decimal = shown("The amount in major units, with as many decimals as the currency has: \"1250.00\".")
    currency: str = shown("ISO 4217 code: EUR.")

    @shown("The amount as people of a language write it: \"€1,250.00\" in en, \"1.250,00 €\" in de. English where the language "
           "is unknown.")
    def formatted(self, locale: LanguageTag | None = None) -> str: ...
