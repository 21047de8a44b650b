"""One row of preferences for each person, and one credit note for each invoice, each found by its index."""

from tortoise import migrations

from models.migrations._steps import create_indexes

INDEXES = {
    "list_preferences_one": 'CREATE UNIQUE INDEX "list_preferences_one" ON "list_preferences" (user_id)',
    "credit_note_one": 'CREATE UNIQUE INDEX "credit_note_one" ON "credit_note" (invoice_id)',
}


class Migration(migrations.Migration):
    dependencies = [("models", "0018_spending")]

    operations = [create_indexes(INDEXES)]
