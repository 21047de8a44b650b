"""What services' changes need."""

from tortoise import migrations
from tortoise.migrations.operations import Operation


class Migration(migrations.Migration):
    dependencies = [("models", "0010_billing")]

    operations: list[Operation] = []
