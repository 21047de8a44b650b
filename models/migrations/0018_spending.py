"""What has been spent of allowances lately."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0017_time_zones")]

    operations = [
        ops.AlterModelOptions(
            name='AuditEntry',
            options={'table': 'audit_entry', 'app': 'models', 'unique_together': (('tenant_id', 'seq'),), 'pk_attr': 'id',
                     'table_description': 'One successful mutation (I27), or a read that was refused. `hash` chains it to the one before in the same tenant.'},
        ),
        ops.CreateModel(
            name='Spending',
            fields=[
                ('who', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=60)),
                ('points', fields.FloatField()),
                ('at', fields.FloatField()),
            ],
            options={'table': 'spending', 'app': 'models', 'pk_attr': 'who', 'table_description': 'How full one bucket was at a moment. `who` is the person or API key, and the tenant in which they act.'},
            bases=['Model'],
        ),
    ]
