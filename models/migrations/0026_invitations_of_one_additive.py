"""What one person has invited lately, which is asked for before each further letter."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0025_notifications_by_time_additive")]

    operations = [ops.AddIndex(model_name="Invitation", index=Index(fields=["invited_by_id", "updated_at"]))]
