"""What leads to customers that meet a rare criterion, each found by its index."""

from tortoise import migrations

from models.migrations._steps import create_indexes

INDEXES = {
    "customer_onboarding": 'CREATE INDEX "customer_onboarding" ON "customer" (onboarding_status, id)',
    "customer_source": 'CREATE INDEX "customer_source" ON "customer" (source_status, id)',
    "customer_country": 'CREATE INDEX "customer_country" ON "customer" (country, id)',
    "customer_tag_named": 'CREATE INDEX "customer_tag_named" ON "customer_tag" (name_key, id)',
    "service_named": 'CREATE INDEX "service_named" ON "service" (name_key, id)',
    "service_product": 'CREATE INDEX "service_product" ON "service" (product, id)',
}


class Migration(migrations.Migration):
    dependencies = [("models", "0020_lines_of_json")]

    operations = [create_indexes(INDEXES)]
