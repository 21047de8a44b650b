"""Where a customer is, and what its partners note about it."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

LENGTHS = {"line1": 200, "line2": 200, "city": 100, "state_or_province": 100, "postal_code": 20, "country": 2}


class Migration(migrations.Migration):
    dependencies = [("models", "0015_filters")]

    operations = [
        *(ops.AddField(model_name="Customer", name=f"address_{part}", field=fields.CharField(null=True, max_length=most))
          for part, most in LENGTHS.items()),
        ops.AddField(model_name="Customer", name="description", field=fields.TextField(
            null=True, unique=False, description="For the partners above it to read, never for itself (D-17).")),
    ]
