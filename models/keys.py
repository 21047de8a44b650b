"""API keys: what a machine shows instead of a person's sign-in, and how much of its maker's rights it carries."""

from __future__ import annotations

from tortoise import fields

from models.access import Capability
from models.records import Versioned, refers_to


class ApiKey(Versioned):
    """A secret that a person made for a machine, for one tenant and what lies beneath. Only its hash is stored."""

    tenant = refers_to("Tenant")
    tenant_id: int
    #: The key never carries more than its maker holds at the moment.
    created_by = refers_to("User", on_delete=fields.CASCADE)
    created_by_id: int
    name = fields.CharField(200)
    #: The first letters, by which people tell their keys apart.
    prefix = fields.CharField(20)
    hash = fields.CharField(64, unique=True)
    #: Names of capabilities with a space between.
    scope = fields.TextField()
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)
    last_used_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_key"
        indexes = (("tenant_id", "created_at"), ("created_by_id",))

    @property
    def capabilities(self) -> frozenset[Capability]:
        return frozenset(Capability[name] for name in self.scope.split())
