"""Postal addresses."""

from __future__ import annotations

import strawberry

from resolvers import addresses
from schema.directives import shown, shows
from schema.scalars import CountryCode


@shows(addresses.Address)
class Address:
    """A postal address."""

    line1: str = shown("Street and number, or what stands for them.")
    line2: str | None = shown("What follows the first line; null where nothing does.")
    city: str | None = shown("The town; null where none is recorded.")
    state_or_province: str | None = shown("The state or province; null where none is recorded.")
    postal_code: str | None = shown("The postal code; null where none is recorded.")
    country: CountryCode | None = shown("The country; null where none is recorded.")


@strawberry.input(description="A postal address. What is left out is emptied.")
class AddressInput:
    line1: str = strawberry.field(description="Street and number, 200 characters at most.")
    line2: str | None = strawberry.field(default=strawberry.UNSET, description="What follows, 200 characters at most.")
    city: str | None = strawberry.field(default=strawberry.UNSET, description="The town, 100 characters at most.")
    state_or_province: str | None = strawberry.field(
        default=strawberry.UNSET, description="The state or province, 100 characters at most.")
    postal_code: str | None = strawberry.field(
        default=strawberry.UNSET, description="The postal code, 20 characters at most.")
    country: CountryCode | None = strawberry.field(default=strawberry.UNSET, description="The country: DE.")


__all__ = ["Address", "AddressInput"]
