"""Feeds of billing data, and the keys of the machines that report on them."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.operations import RunPython

from models.migrations._steps import Names, add_constraints
from models.records import new_id

KNOWN = "in ('SUCCESS', 'WARNING', 'FAILED', 'NOT_AVAILABLE')"


def _least(column: str, least: int) -> dict[str, str]:
    return {"postgres": f"check ({column} >= {least})",
            "sqlite": f"check (typeof({column}) = 'integer' and {column} >= {least})"}


CONSTRAINTS: Names = {
    "customer": {
        "customer_source_own_known": f"check (source_own {KNOWN})",
        "customer_source_status_known": f"check (source_status {KNOWN})",
        "customer_source_failed_least": _least("source_failed", 0),
        "customer_source_warning_least": _least("source_warning", 0),
        "customer_source_success_least": _least("source_success", 0),
        "customer_source_missing_least": _least("source_missing", 0),
    },
    "source_feed": {
        "source_feed_status_known": f"check (status {KNOWN})",
        "source_feed_interval_hours_least": _least("interval_hours", 1),
    },
}
#: Of nobody was anything reported yet: each customer counts itself and whoever is beneath it.
COUNTED = """UPDATE customer SET source_missing = 1 + (SELECT count(*) FROM reach r JOIN customer b ON b.id = r.tenant_id
 WHERE r.node = customer.id)"""


async def _count(_apps: Any, editor: Any) -> None:
    await editor.client.execute_query(COUNTED)


async def _leave(_apps: Any, _editor: Any) -> None:
    """Going back drops the columns."""


class Migration(migrations.Migration):
    dependencies = [("models", "0011_services")]

    operations = [
        ops.CreateModel(
            name="ApiKey",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ("version", fields.IntField(default=1, db_default=1)),
                ("updated_at", fields.DatetimeField(auto_now=True, auto_now_add=False)),
                ("tenant", fields.ForeignKeyField("models.Tenant", source_field="tenant_id", db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("created_by", fields.ForeignKeyField("models.User", source_field="created_by_id", description="The key never carries more than its maker holds at the moment.", db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.CASCADE)),
                ("name", fields.CharField(max_length=200)),
                ("prefix", fields.CharField(description="The first letters, by which people tell their keys apart.", max_length=20)),
                ("hash", fields.CharField(unique=True, max_length=64)),
                ("scope", fields.TextField(description="Names of capabilities with a space between.", unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("last_used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "api_key", "app": "models", "indexes": [Index(fields=["tenant_id", "created_at"]), Index(fields=["created_by_id"])], "pk_attr": "id", "table_description": "A secret that a person made for a machine, for one tenant and what lies beneath. Only its hash is stored."},
            bases=["Versioned"],
        ),
        ops.CreateModel(
            name="SourceFeed",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ("version", fields.IntField(default=1, db_default=1)),
                ("updated_at", fields.DatetimeField(auto_now=True, auto_now_add=False)),
                ("tenant", fields.ForeignKeyField("models.Tenant", source_field="tenant_id", db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("name", fields.CharField(max_length=200)),
                ("status", fields.CharField(max_length=20)),
                ("message", fields.CharField(null=True, max_length=500)),
                ("last_ingested_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reported_at", fields.DatetimeField(description="When a machine last told of it.", auto_now=False, auto_now_add=False)),
                ("interval_hours", fields.IntField(default=26, db_default=26)),
                ("worsens_at", fields.DatetimeField(null=True, description="When its silence makes it worse next; null where it cannot.", auto_now=False, auto_now_add=False)),
            ],
            options={"table": "source_feed", "app": "models", "unique_together": (("tenant_id", "name"),), "indexes": [Index(fields=["worsens_at"])], "pk_attr": "id", "table_description": "One stream of billing data of one tenant, as its machine last told of it or as its silence has made it since."},
            bases=["Versioned"],
        ),
        ops.AddField(
            model_name="AuditEntry",
            name="api_key_id",
            field=fields.BigIntField(null=True, description="The key with which a machine did it; entries written before there were keys are signed without it."),
        ),
        ops.AddField(
            model_name="Customer",
            name="source_failed",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Customer",
            name="source_missing",
            field=fields.IntField(default=1, db_default=1),
        ),
        ops.AddField(
            model_name="Customer",
            name="source_own",
            field=fields.CharField(default="NOT_AVAILABLE", db_default="NOT_AVAILABLE", max_length=20),
        ),
        ops.AddField(
            model_name="Customer",
            name="source_status",
            field=fields.CharField(default="NOT_AVAILABLE", db_default="NOT_AVAILABLE", max_length=20),
        ),
        ops.AddField(
            model_name="Customer",
            name="source_success",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Customer",
            name="source_warning",
            field=fields.IntField(default=0, db_default=0),
        ),
        RunPython(_count, _leave),
        add_constraints(CONSTRAINTS),
    ]
