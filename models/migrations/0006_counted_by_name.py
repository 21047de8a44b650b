"""Customers are listed and counted out of one index: it says which of them are listed at all."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from models.migrations._steps import create_indexes

INDEXES = {
    "customer_name": {
        "postgres": 'CREATE INDEX "customer_name" ON "customer" (name_key, id) include (status)',
        "sqlite": 'CREATE INDEX "customer_name" ON "customer" (name_key, id, status)',
    },
}


class Migration(migrations.Migration):
    dependencies = [("models", "0005_search_by_parts")]

    operations = [ops.RemoveIndex(model_name="Customer", name=None, fields=["name_key", "id"]), create_indexes(INDEXES)]
