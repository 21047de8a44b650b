"""Contacts, notifications, and who wants which."""

from tortoise import migrations
from tortoise.migrations.operations import Operation


class Migration(migrations.Migration):
    dependencies = [("models", "0012_source_data")]

    operations: list[Operation] = []
