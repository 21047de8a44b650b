"""What happened, for those who listen."""

from tortoise import migrations
from tortoise.migrations.operations import Operation


class Migration(migrations.Migration):
    dependencies = [("models", "0007_jobs")]

    operations: list[Operation] = []
