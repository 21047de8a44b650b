"""Reports as lines of JSON."""

from tortoise import migrations

from models.migrations._steps import Names, replace_constraints

OLD: Names = {"report_run": {"report_run_format_known": "check (format in ('CSV', 'XLSX', 'PDF'))"}}
NEW: Names = {"report_run": {"report_run_format_known": "check (format in ('CSV', 'XLSX', 'PDF', 'JSONL'))"}}


class Migration(migrations.Migration):
    dependencies = [("models", "0019_one_of_each")]

    operations = [replace_constraints(NEW, OLD)]
