"""The customer list as a tree."""

from __future__ import annotations

import strawberry

from resolvers import finding
from schema.criteria import AppliedFilter
from schema.customers import Customer
from schema.directives import shown, shows
from schema.tenants import Tenant


@shows(finding.CustomerTreeRow)
class CustomerTreeRow:
    """One line of the tree."""

    tenant: Tenant | None = shown("The tenant; its `depth` is how far to indent the line.")
    customer: Customer | None = shown("The customer that it is to the viewer; null for the viewer's own company and for "
                                      "distributors.")
    matched: bool = shown("Whether it meets the filter. False for those that are listed only because somebody beneath them does.")


@shows(finding.CustomerTree)
class CustomerTree:
    """The customers that meet a filter, and the tenants above each of them as far as the viewer's own."""

    @shown("Its lines, parents before their children, siblings by the first 60 letters of their names.",
           arguments={"first": "How many lines, 1 to 100; 50 where it is not given. Fewer are given only at the end.",
                      "after_tenant": "Only lines after that of the tenant with this global id: the last one of the page before. "
                                       "None where there is no such tenant."}, rows=50, counted_by="first")
    def rows(self, first: int | None = None, after_tenant: strawberry.ID | None = None) -> list[CustomerTreeRow]: ...

    matched_count: int = shown("How many customers meet the filter; those listed only because somebody beneath them does do not "
                               "count.")
    hidden_inactive_count: int | None = shown("How many customers `hideInactive` left out, as "
                                              "`CustomerConnection.hiddenInactiveCount` has it.")
    applied_filters: list[AppliedFilter] = shown("Each criterion, as `CustomerConnection.appliedFilters` has it.")
