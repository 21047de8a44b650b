"""What people keep of a list: columns, filters, pins, exports."""

from tortoise import migrations
from tortoise.migrations.operations import Operation


class Migration(migrations.Migration):
    dependencies = [("models", "0013_contacts")]

    operations: list[Operation] = []
