"""Work that outlives a request."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.migrations._steps import Names, add_constraints
from models.records import new_id

CONSTRAINTS: Names = {
    "job": {
        "job_state_known": "check (state in ('QUEUED', 'RUNNING', 'DONE', 'DEAD'))",
        "job_token_least": {
            "postgres": "check (token >= 0)",
            "sqlite": "check (typeof(token) = 'integer' and token >= 0)",
        },
        "job_attempts_least": {
            "postgres": "check (attempts >= 0)",
            "sqlite": "check (typeof(attempts) = 'integer' and attempts >= 0)",
        },
    },
}


class Migration(migrations.Migration):
    dependencies = [("models", "0006_counted_by_name")]

    operations = [
        ops.CreateModel(
            name='Job',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('name', fields.CharField(max_length=60)),
                ('key', fields.CharField(unique=True, description='Who asks again under the same key asks for nothing more.', max_length=200)),
                ('args', fields.TextField(unique=False)),
                ('due', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('state', fields.CharField(max_length=20)),
                ('token', fields.IntField()),
                ('attempts', fields.IntField()),
                ('next_try_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('lease_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('error', fields.CharField(null=True, max_length=300)),
                ('finished_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'job', 'app': 'models', 'indexes': [Index(fields=['state', 'next_try_at', 'id']), Index(fields=['name', 'due'])], 'pk_attr': 'id', 'table_description': 'One piece of work. `due` is the moment it is about and stays; `next_try_at` is when it may be begun.'},
            bases=['Record'],
        ),
        add_constraints(CONSTRAINTS),
        # what the clean-up looks for, and what deleting a sign-in looks through
        ops.AddIndex(model_name="LoginSession", index=Index(fields=["ends_at"])),
        ops.AddIndex(model_name="SessionToken", index=Index(fields=["acting_session_id"])),
        ops.AddIndex(model_name="IdempotencyRecord", index=Index(fields=["written_at"])),
    ]
