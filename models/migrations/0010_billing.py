"""Lines, payments and credit notes of invoices."""

from tortoise import migrations
from tortoise.migrations.operations import Operation


class Migration(migrations.Migration):
    dependencies = [("models", "0009_onboarding")]

    operations: list[Operation] = []
