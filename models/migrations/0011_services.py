"""Services are restarted and diagnosed, and found by the day on which they enter billing or end."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.migrations._steps import add_constraints, create_indexes

CONSTRAINTS = {
    "service": {
        "service_diagnosis_known": "check (diagnosis in ('IN_ORDER', 'BEING_SET_UP', 'STOPPED', 'NEVER_SET_UP', 'ENDED'))",
    },
}
INDEXES = {
    "service_billing_entry": 'CREATE INDEX "service_billing_entry" ON "service" (billing_entry_expected_by) '
        "where billing_state = 'PENDING_ENTRY'",
    "service_last_day": 'CREATE INDEX "service_last_day" ON "service" (expires_on) where expires_on is not null '
        "and status in ('RUNNING', 'STOPPED')",
}


class Migration(migrations.Migration):
    dependencies = [("models", "0010_billing")]

    operations = [
        ops.AddField(model_name="Service", name="restarted_at", field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
        ops.AddField(model_name="Service", name="diagnosed_at", field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
        ops.AddField(model_name="Service", name="diagnosis", field=fields.CharField(null=True, max_length=20)),
        create_indexes(INDEXES), add_constraints(CONSTRAINTS)]
