"""Tags: words by which a partner sorts its customers."""

from __future__ import annotations

from tortoise import fields

from models.records import Record, refers_to

#: How many one customer may have, and how long one is.
MOST, LONGEST = 50, 50


class CustomerTag(Record):
    """One tag of one customer. Two tags are the same if they differ in case only."""

    tenant = refers_to("Tenant")
    tenant_id: int
    name = fields.CharField(LONGEST)
    name_key = fields.CharField(2 * LONGEST)

    class Meta:
        table = "customer_tag"
        unique_together = (("tenant_id", "name_key"),)
