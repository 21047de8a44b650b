"""Customers in the order of their recurring revenue, as the engine asks for it."""

from tortoise import migrations

from models.migrations._steps import create_indexes

INDEXES = {
    "customer_mrr": 'CREATE INDEX "customer_mrr" ON "customer" ((0 - coalesce(mrr_minor, -9223372036854775807)), name_key, id)',
}


class Migration(migrations.Migration):
    dependencies = [("models", "0003_link_lists")]

    operations = [create_indexes(INDEXES)]
