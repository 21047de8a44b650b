"""What the customer list is filtered by, and the order of its tree."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.operations import RunPython

from models.migrations._steps import create_indexes
from models.records import new_id

STEP = "substr(t.name_key, 1, 60) || '\x01' || cast(t.id as text) || '\x02'"
ORDER = f"""with recursive placed(id, tree_key) as (select t.id, cast({STEP} as text) from tenant t where t.parent_id is null
 union all select t.id, a.tree_key || {STEP} from placed a join tenant t on t.parent_id = a.id)
 update tenant set tree_key = a.tree_key from placed a where a.id = tenant.id"""
INDEXES = {"tenant_tree": 'CREATE INDEX "tenant_tree" ON "tenant" (tree_key)'}


async def _order(_apps: Any, editor: Any) -> None:
    await editor.client.execute_query(ORDER)


async def _leave(_apps: Any, _editor: Any) -> None:
    """The column goes by itself."""


class Migration(migrations.Migration):
    dependencies = [("models", "0014_lists")]

    operations = [
        ops.CreateModel(
            name="CustomerTag",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ("tenant", fields.ForeignKeyField("models.Tenant", source_field="tenant_id", db_constraint=True, to_field="id",
                                                  related_name=False, on_delete=OnDelete.RESTRICT)),
                ("name", fields.CharField(max_length=50)),
                ("name_key", fields.CharField(max_length=100)),
            ],
            options={"table": "customer_tag", "app": "models", "unique_together": (("tenant_id", "name_key"),), "pk_attr": "id",
                     "table_description": "One tag of one customer. Two tags are the same if they differ in case only."},
            bases=["Record"],
        ),
        ops.AddField(model_name="Tenant", name="tree_key", field=fields.TextField(
            default="", db_default="", unique=False, description="A step for each tenant above it and one for itself: in this order "
            "parents come before children, siblings by name.")),
        RunPython(_order, _leave),
        create_indexes(INDEXES),
    ]
