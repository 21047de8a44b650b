"""Reports that can be called off, and counted by tenant while they are under way."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.migrations._steps import Names, replace_constraints

OLD: Names = {"report_run": {"report_run_status_known": "check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED'))"}}
NEW: Names = {"report_run": {
    "report_run_status_known": "check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'))"}}


class Migration(migrations.Migration):
    dependencies = [("models", "0023_password_resets")]

    operations = [
        replace_constraints(NEW, OLD),
        ops.AddIndex(model_name="ReportRun", index=Index(fields=["tenant_id", "status"])),
    ]
