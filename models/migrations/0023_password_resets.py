"""Links by which people choose another password."""

from models.records import new_id
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.migrations._steps import Names, replace_constraints

OLD: Names = {"password_reset": {"password_reset_user_id_fkey": {"postgres": "foreign key (user_id) references app_user (id) on delete cascade"}}}
NEW: Names = {"password_reset": {"password_reset_user_within": {"postgres": "foreign key (tenant_id, user_id) references app_user (tenant_id, id) on delete cascade"}}}


class Migration(migrations.Migration):
    dependencies = [("models", "0022_within_one_tenant")]

    operations = [
        ops.CreateModel(
            name='PasswordReset',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('tenant_id', fields.BigIntField(description='Where the person is at home.')),
                ('token_hash', fields.CharField(unique=True, max_length=64)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'password_reset', 'app': 'models', 'unique_together': (('user_id',),), 'pk_attr': 'id', 'table_description': "A person's link to another password. Only the hash of its secret is stored; the letter that carries it is the only copy."},
            bases=['Record'],
        ),
        replace_constraints(NEW, OLD),
    ]
