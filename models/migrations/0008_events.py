"""What happened, for those who listen."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.migrations._steps import add_constraints
from models.records import new_id

CONSTRAINTS = {
    "event": {
        "event_topic_known": "check (topic in ('CUSTOMER', 'NOTIFICATION', 'ACTING_ENDED', 'ACCESS'))",
        "event_kind_known": "check (kind in ('CREATED', 'UPDATED', 'STATUS_CHANGED', 'ONBOARDING_CHANGED', 'SOURCE_DATA_CHANGED', 'SERVICE_PROVISIONED', 'SERVICE_DELETED', 'INVOICE_CHANGED', 'ACCESS_CHANGED'))",
    },
}


class Migration(migrations.Migration):
    dependencies = [("models", "0007_jobs")]

    operations = [
        # its ids are numbered by the database: they are the order in which the feed reads
        ops.CreateModel(
            name="Event",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("reference", fields.BigIntField(default=new_id, unique=True)),
                ("topic", fields.CharField(max_length=20)),
                ("kind", fields.CharField(null=True, max_length=30)),
                ("tenant_id", fields.BigIntField(null=True)),
                ("user_id", fields.BigIntField(null=True)),
                ("about", fields.CharField(null=True, max_length=40)),
                ("actor_id", fields.BigIntField(null=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("facts", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={"table": "event", "app": "models", "indexes": [Index(fields=["at"])], "pk_attr": "id",
                     "table_description": "One thing that happened."},
            bases=["Model"],
        ),
        add_constraints(CONSTRAINTS),
    ]
