"""How far customers are on their way in, and what contracts' states need."""

from tortoise import migrations
from tortoise.migrations.operations import Operation


class Migration(migrations.Migration):
    dependencies = [("models", "0008_events")]

    operations: list[Operation] = []
