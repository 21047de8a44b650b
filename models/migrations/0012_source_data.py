"""Feeds of billing data, and the keys of the machines that report on them."""

from tortoise import migrations
from tortoise.migrations.operations import Operation


class Migration(migrations.Migration):
    dependencies = [("models", "0011_services")]

    operations: list[Operation] = []
