"""Contacts, notifications, and who wants which."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.migrations._steps import Names, add_constraints, create_indexes
from models.records import new_id

EVENTS = """'CREATED', 'UPDATED', 'STATUS_CHANGED', 'ONBOARDING_CHANGED', 'SOURCE_DATA_CHANGED',
 'SERVICE_PROVISIONED', 'SERVICE_DELETED', 'INVOICE_CHANGED', 'ACCESS_CHANGED'""".replace("\n", "")
CONSTRAINTS: Names = {
    "contact": {
        "contact_type_known": "check (type in ('ADMIN', 'PRIMARY', 'BILLING', 'TECHNICAL', 'SUPPORT'))",
    },
    "notification": {
        "notification_kind_known": f"check (kind in ({EVENTS}))",
        "notification_seq_least": {
            "postgres": "check (seq >= 1)",
            "sqlite": "check (typeof(seq) = 'integer' and seq >= 1)",
        },
    },
    "notification_preference": {
        "notification_preference_event_known": f"check (event in ({EVENTS}))",
    },
    "notification_read": {
        "notification_read_up_to_least": {
            "postgres": "check (up_to >= 0)",
            "sqlite": "check (typeof(up_to) = 'integer' and up_to >= 0)",
        },
    },
}
INDEXES = {
    "contact_one_primary": """CREATE UNIQUE INDEX "contact_one_primary" ON "contact" (tenant_id) where type = 'PRIMARY'""",
    "notification_newest": 'CREATE INDEX "notification_newest" ON "notification" (told_id, (0 - seq), id)',
}


class Migration(migrations.Migration):
    dependencies = [("models", "0012_source_data")]

    operations = [
        ops.CreateModel(
            name='Contact',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('version', fields.IntField(default=1, db_default=1)),
                ('updated_at', fields.DatetimeField(auto_now=True, auto_now_add=False)),
                ('address_line1', fields.CharField(null=True, max_length=200)),
                ('address_line2', fields.CharField(null=True, max_length=200)),
                ('address_city', fields.CharField(null=True, max_length=100)),
                ('address_state_or_province', fields.CharField(null=True, max_length=100)),
                ('address_postal_code', fields.CharField(null=True, max_length=20)),
                ('address_country', fields.CharField(null=True, max_length=2)),
                ('tenant', fields.ForeignKeyField('models.Tenant', source_field='tenant_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('type', fields.CharField(max_length=20)),
                ('name', fields.CharField(max_length=200)),
                ('name_key', fields.CharField(max_length=400)),
                ('email', fields.CharField(max_length=254)),
                ('email_norm', fields.CharField(max_length=254)),
                ('phone', fields.CharField(null=True, max_length=20)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('subscribed_to', fields.TextField(unique=False)),
            ],
            options={'table': 'contact', 'app': 'models', 'unique_together': (('tenant_id', 'type', 'email_norm'),), 'indexes': [Index(fields=['tenant_id', 'name_key', 'id'])], 'pk_attr': 'id', 'table_description': 'Somebody to reach at a company. `user` is the person of the same company that they are here as, where they are.'},
            bases=['Versioned'],
        ),
        ops.CreateModel(
            name='Notification',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('tenant', fields.ForeignKeyField('models.Tenant', source_field='tenant_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('told', fields.ForeignKeyField('models.Tenant', source_field='told_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('seq', fields.BigIntField()),
                ('event_key', fields.BigIntField(description='The reference of its event.')),
                ('kind', fields.CharField(max_length=30)),
                ('for_admins', fields.BooleanField(description="Whether it is for those only who administer the customer: its own people, not its partner's.")),
                ('title', fields.CharField(max_length=300)),
                ('about', fields.CharField(null=True, max_length=40)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'notification', 'app': 'models', 'unique_together': (('told_id', 'seq'), ('event_key', 'told_id')), 'indexes': [Index(fields=['tenant_id', 'told_id', 'seq']), Index(fields=['at'])], 'pk_attr': 'id', 'table_description': 'An event as one company is told of it: one row, however many people the company has.'},
            bases=['Record'],
        ),
        ops.CreateModel(
            name='NotificationPreference',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('version', fields.IntField(default=1, db_default=1)),
                ('updated_at', fields.DatetimeField(auto_now=True, auto_now_add=False)),
                ('told', fields.ForeignKeyField('models.Tenant', source_field='told_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('tenant', fields.ForeignKeyField('models.Tenant', source_field='tenant_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('event', fields.CharField(max_length=30)),
                ('email', fields.BooleanField()),
                ('in_app', fields.BooleanField()),
            ],
            options={'table': 'notification_preference', 'app': 'models', 'unique_together': (('told_id', 'tenant_id', 'event'),), 'pk_attr': 'id', 'table_description': 'What a company wants to hear of one kind of event. `told` is the company, `tenant` the customer that it is about;'},
            bases=['Versioned'],
        ),
        ops.CreateModel(
            name='ReadMark',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('told', fields.ForeignKeyField('models.Tenant', source_field='told_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('up_to', fields.BigIntField()),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'notification_read', 'app': 'models', 'unique_together': (('user_id', 'told_id', 'up_to'),), 'pk_attr': 'id', 'table_description': 'That a person had read, at a moment, all that a company had been told up to a number.'},
            bases=['Record'],
        ),
        add_constraints(CONSTRAINTS),
        create_indexes(INDEXES),
    ]
