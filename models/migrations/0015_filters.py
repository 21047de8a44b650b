"""What the customer list is filtered by."""

from tortoise import migrations
from tortoise.migrations.operations import Operation


class Migration(migrations.Migration):
    dependencies = [("models", "0014_lists")]

    operations: list[Operation] = []
