"""What people keep of a list: columns, filters, pins, exports."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.migrations._steps import Names, add_constraints
from models.records import new_id

CONSTRAINTS: Names = {
    "list_preferences": {
        "list_preferences_density_known": "check (density in ('COMPACT', 'STANDARD', 'COMFORTABLE'))",
    },
    "stored_file": {
        "stored_file_size_least": {"postgres": "check (size >= 0)", "sqlite": "check (typeof(size) = 'integer' and size >= 0)"},
        "stored_file_pieces_least": {"postgres": "check (pieces >= 0)", "sqlite": "check (typeof(pieces) = 'integer' and pieces >= 0)"},
    },
    "file_piece": {
        "file_piece_place_least": {"postgres": "check (place >= 0)", "sqlite": "check (typeof(place) = 'integer' and place >= 0)"},
    },
    "report_run": {
        "report_run_run_as_role_known": "check (run_as_role in ('ADMIN', 'FULL_ACCESS', 'SALES', 'REGULAR', 'READ_ONLY', 'SUPPORT'))",
        "report_run_kind_known": "check (kind in ('CUSTOMER_LIST', 'CUSTOMER_INFORMATION', 'BILLING'))",
        "report_run_format_known": "check (format in ('CSV', 'XLSX', 'PDF'))",
        "report_run_status_known": "check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED'))",
        "report_run_failure_known": "check (failure in ('NOT_ALLOWED', 'ACTING_ENDED', 'BROKEN'))",
        "report_run_done_least": {"postgres": "check (done >= 0)", "sqlite": "check (typeof(done) = 'integer' and done >= 0)"},
    },
}


class Migration(migrations.Migration):
    dependencies = [("models", "0013_contacts")]

    operations = [
        ops.CreateModel(
            name='ListPreferences',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', unique=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('columns', fields.TextField(description="JSON: names of CustomerColumn, in the person's order.", unique=False)),
                ('density', fields.CharField(max_length=20)),
                ('hide_inactive', fields.BooleanField()),
            ],
            options={'table': 'list_preferences', 'app': 'models', 'pk_attr': 'id', 'table_description': 'How one person likes the customer list. Theirs wherever they act.'},
            bases=['Record'],
        ),
        ops.CreateModel(
            name='Pin',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('customer', fields.ForeignKeyField('models.Customer', source_field='customer_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('pinned_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'pin', 'app': 'models', 'unique_together': (('user_id', 'customer_id'),), 'pk_attr': 'id', 'table_description': 'A customer that a person keeps at hand (D-26). What it shows is what they may see of the customer by then.'},
            bases=['Record'],
        ),
        ops.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('tenant_id', fields.BigIntField()),
                ('name', fields.CharField(max_length=100)),
                ('name_key', fields.CharField(max_length=200)),
                ('criteria', fields.TextField(description='JSON, as the customer list takes it.', unique=False)),
                ('saved_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'saved_filter', 'app': 'models', 'unique_together': (('user_id', 'name_key'),), 'pk_attr': 'id', 'table_description': 'A filter of the customer list under a name. Known to its own person only.'},
            bases=['Record'],
        ),
        ops.CreateModel(
            name='StoredFile',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('media_type', fields.CharField(max_length=100)),
                ('size', fields.BigIntField(default=0, db_default=0)),
                ('pieces', fields.IntField(default=0, db_default=0)),
                ('begun_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('sealed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'stored_file', 'app': 'models', 'indexes': [Index(fields=['expires_at'])], 'pk_attr': 'id', 'table_description': 'A file. Whole once `sealed_at` is set; one that never is goes with the rest when it expires.'},
            bases=['Record'],
        ),
        ops.CreateModel(
            name='FilePiece',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('file', fields.ForeignKeyField('models.StoredFile', source_field='file_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('place', fields.IntField()),
                ('data', fields.BinaryField()),
            ],
            options={'table': 'file_piece', 'app': 'models', 'unique_together': (('file_id', 'place'),), 'pk_attr': 'id', 'table_description': 'A few bytes of a file.'},
            bases=['Record'],
        ),
        ops.CreateModel(
            name='ReportRun',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('tenant', fields.ForeignKeyField('models.Tenant', source_field='tenant_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('customer', fields.ForeignKeyField('models.Customer', source_field='customer_id', null=True, description='The one customer that it is about; null where it is about many.', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('requested_by', fields.ForeignKeyField('models.User', source_field='requested_by_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('acting_session', fields.ForeignKeyField('models.ActingSession', source_field='acting_session_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.SET_NULL)),
                ('run_as_role', fields.CharField(max_length=20)),
                ('kind', fields.CharField(max_length=30)),
                ('format', fields.CharField(max_length=10)),
                ('file_name', fields.CharField(max_length=200)),
                ('include_details', fields.BooleanField()),
                ('criteria', fields.TextField(description='JSON: search, filter, sort and the like, as the customer list takes them.', unique=False)),
                ('status', fields.CharField(max_length=20)),
                ('done', fields.IntField(default=0, description='Thousandths that are done.', db_default=0)),
                ('rows', fields.IntField(null=True)),
                ('failure', fields.CharField(null=True, max_length=20)),
                ('requested_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('started_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('finished_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('access_version', fields.IntField(null=True, description='Of who asked, when it was written: whoever holds something else by now may not see what is in it.')),
                ('file', fields.ForeignKeyField('models.StoredFile', source_field='file_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.SET_NULL)),
            ],
            options={'table': 'report_run', 'app': 'models', 'indexes': [Index(fields=['requested_by_id', 'tenant_id', 'requested_at']), Index(fields=['customer_id']), Index(fields=['requested_at'])], 'pk_attr': 'id', 'table_description': 'One report. Known to who asked for it, in the tenant where they did.'},
            bases=['Record'],
        ),
        ops.CreateModel(
            name='DownloadLink',
            fields=[
                ('hash', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('run', fields.ForeignKeyField('models.ReportRun', source_field='run_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'download_link', 'app': 'models', 'indexes': [Index(fields=['expires_at'])], 'pk_attr': 'hash', 'table_description': "A link that fetches a report's file once. Holds the hash of its secret only."},
            bases=['Model'],
        ),
        add_constraints(CONSTRAINTS),
    ]
