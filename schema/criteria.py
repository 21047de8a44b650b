"""Criteria of lists, as every list tells them."""

from __future__ import annotations

from resolvers import criteria
from schema.directives import shown, shows
from schema.scalars import JSON


@shows(criteria.AppliedFilter)
class AppliedFilter:
    """One criterion of a list, as the list's field takes it."""

    key: str = shown("The argument's name.")
    label: str = shown("What to call it on screen, in English.")
    value: JSON = shown("The argument's value.")
