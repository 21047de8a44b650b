"""Work that outlives a request."""

from tortoise import migrations
from tortoise.migrations.operations import Operation


class Migration(migrations.Migration):
    dependencies = [("models", "0006_counted_by_name")]

    operations: list[Operation] = []
