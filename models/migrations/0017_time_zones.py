"""The time zone in which a person reads moments."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0016_company")]

    operations = [
        ops.AddField(model_name="User", name="time_zone", field=fields.CharField(null=True, description='In which they read moments, by its IANA name; that of their device where they chose none.', max_length=64)),
    ]
