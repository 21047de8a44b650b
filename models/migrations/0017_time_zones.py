"""The time zone in which a person reads moments."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0016_company")]

    operations = [
        ops.AddField(model_name="User", name="time_zone", field=fields.CharField(null=True, max_length=64)),
    ]
