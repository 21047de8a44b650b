"""How far customers are on their way in, and what contracts' states need."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.migrations._steps import add_constraints, create_indexes
from models.records import new_id

CONSTRAINTS = {
    "customer": {
        "customer_onboarding_status_known": "check (onboarding_status in ('NOT_STARTED', 'IN_PROGRESS', 'COMPLETED'))",
        "customer_onboarding_share": "check (onboarding_done between 0 and onboarding_required)",
    },
    "contract": {
        "contract_term": "check (ends_on is null or ends_on >= starts_on)",
    },
    "onboarding_task": {
        "onboarding_task_kind_known": "check (kind in ('COMPANY_PROFILE', 'INVITE_ADMIN', 'ACCEPT_CONTRACT', "
        "'CONNECT_BILLING_SOURCE', 'VERIFY_EMAIL', 'ADD_SERVICES', 'START_SERVICES'))",
        "onboarding_task_status_known": "check (status in ('NOT_STARTED', 'IN_PROGRESS', 'BLOCKED', 'COMPLETED', 'SKIPPED', "
        "'FAILED'))",
        "onboarding_task_skippable": "check (status <> 'SKIPPED' or not required)",
    },
}
INDEXES = {
    "contract_begins": """CREATE INDEX "contract_begins" ON "contract" (starts_on) where status = 'SCHEDULED'""",
    "contract_ends": """CREATE INDEX "contract_ends" ON "contract" (ends_on) where status = 'ACTIVE' and ends_on is not null""",
    "contract_renewed_once": 'CREATE UNIQUE INDEX "contract_renewed_once" ON "contract" (predecessor_id) where predecessor_id '
    "is not null",
}


class Migration(migrations.Migration):
    dependencies = [("models", "0008_events")]

    operations = [
        ops.CreateModel(
            name="OnboardingTask",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ("version", fields.IntField(default=1, db_default=1)),
                ("updated_at", fields.DatetimeField(auto_now=True, auto_now_add=False)),
                ("tenant", fields.ForeignKeyField("models.Tenant", source_field="tenant_id", db_constraint=True,
                                                  to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("kind", fields.CharField(max_length=30)),
                ("status", fields.CharField(max_length=20)),
                ("required", fields.BooleanField()),
                ("position", fields.IntField(description="Its place in the list.")),
                ("after", fields.ForeignKeyField("models.OnboardingTask", source_field="after_id", null=True,
                                                 db_constraint=True, to_field="id", related_name=False,
                                                 on_delete=OnDelete.RESTRICT)),
                ("started_by", fields.ForeignKeyField("models.User", source_field="started_by_id", null=True,
                                                      db_constraint=True, to_field="id", related_name=False,
                                                      on_delete=OnDelete.RESTRICT)),
                ("started_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("completed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "onboarding_task", "app": "models", "unique_together": (("tenant_id", "kind"),),
                     "pk_attr": "id", "table_description": "One thing to do on a customer's way in. `tenant` is the "
                     "customer's; `after` must be closed before it can start."},
            bases=["Versioned"],
        ),
        ops.AddField(model_name="Contract", name="accepted_at",
                     field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
        ops.AddField(model_name="Contract", name="document_url", field=fields.CharField(
            null=True, description="Where the signed document is kept.", max_length=500)),
        ops.AddField(model_name="Contract", name="predecessor", field=fields.ForeignKeyField(
            "models.Contract", source_field="predecessor_id", null=True, description="The one that it renews: each is "
            "renewed once.", db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
        ops.AddField(model_name="Customer", name="onboarding_status", field=fields.CharField(
            null=True, description="Its onboarding, which models/onboarding.py keeps in line with its tasks. None: it has "
            "none.", max_length=20)),
        ops.AddField(model_name="Customer", name="onboarding_required", field=fields.IntField(default=0, db_default=0)),
        ops.AddField(model_name="Customer", name="onboarding_done", field=fields.IntField(default=0, db_default=0)),
        ops.AddField(model_name="Customer", name="onboarding_started_at",
                     field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
        ops.AddField(model_name="Customer", name="onboarding_completed_at",
                     field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
        ops.AddField(model_name="Tenant", name="time_zone", field=fields.CharField(
            default="UTC", description="IANA name of the zone in which its days begin and end.", db_default="UTC",
            max_length=64)),
        add_constraints(CONSTRAINTS),
        create_indexes(INDEXES),
    ]
