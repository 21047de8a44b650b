"""Amounts of money as people type them, in minor units."""

from __future__ import annotations

import re
from decimal import Decimal

from models.catalogue import LARGEST_AMOUNT
from resolvers.change import ErrorCode, Problems
from resolvers.money import DIGITS

WRITTEN = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")


def minor_units(problems: Problems, field: str, text: str, currency: str) -> int | None:
    """An exact amount such as 1250.00, not less than nothing, in minor units of its currency; None where it is none."""
    if not WRITTEN.fullmatch(text):
        problems.add(ErrorCode.INVALID, "Give an exact decimal number such as 1250.00.", field)
        return None
    amount, digits = Decimal(text), DIGITS.get(currency, 2)
    scaled = amount.scaleb(digits)
    if amount < 0:
        problems.add(ErrorCode.INVALID, "Give an amount that is not less than nothing.", field)
    elif scaled != scaled.to_integral_value():
        problems.add(ErrorCode.INVALID, f"{currency} has {digits} decimal places: give no more.", field)
    elif scaled > LARGEST_AMOUNT:
        problems.add(ErrorCode.INVALID, f"Give at most {Decimal(LARGEST_AMOUNT).scaleb(-digits):f}.", field)
    else:
        return int(scaled)
    return None
