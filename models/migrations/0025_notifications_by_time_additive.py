"""What the list of notifications is ordered by, each company's own."""

from tortoise import migrations

from models.migrations._steps import create_indexes

INDEXES = {"notification_latest": 'CREATE INDEX "notification_latest" ON "notification" (told_id, at desc, id)'}


class Migration(migrations.Migration):
    dependencies = [("models", "0024_reports_in_turn")]

    operations = [create_indexes(INDEXES)]
