"""The closure in the order of names, and lists of links as nodes of it."""

import secrets
from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.operations import RunPython

from models.migrations._steps import add_constraints
from models.reach import new_list_id

CONSTRAINTS = {
    "link_list": {
        "link_list_role_known": "check (role in ('ADMIN', 'FULL_ACCESS', 'SALES', 'REGULAR', 'READ_ONLY', 'SUPPORT'))",
    },
}
REACH = {
    "postgres": """CREATE TABLE "reach" ("node" BIGINT NOT NULL, "name_key" VARCHAR(400) NOT NULL,
 "tenant_id" BIGINT NOT NULL, PRIMARY KEY ("node", "name_key", "tenant_id"))""",
    "sqlite": """CREATE TABLE "reach" ("node" INTEGER NOT NULL, "name_key" TEXT NOT NULL,
 "tenant_id" INTEGER NOT NULL, PRIMARY KEY ("node", "name_key", "tenant_id")) WITHOUT ROWID""",
}
TREE = (
    "INSERT INTO reach (node, name_key, tenant_id) SELECT -id, name_key, id FROM tenant",
    """INSERT INTO reach (node, name_key, tenant_id) WITH RECURSIVE above(tenant_id, node) AS (
 SELECT id, parent_id FROM tenant WHERE parent_id IS NOT NULL UNION ALL
 SELECT a.tenant_id, t.parent_id FROM above a JOIN tenant t ON t.id = a.node WHERE t.parent_id IS NOT NULL)
 SELECT a.node, t.name_key, t.id FROM above a JOIN tenant t ON t.id = a.tenant_id""",
)
LINKED = """g.source = 'LINKED' AND t.kind = 'CUSTOMER' AND g.expires_at IS NULL AND g.revoked_at IS NULL"""
LISTS = f"SELECT DISTINCT g.user_id, g.role FROM access_grant g JOIN tenant t ON t.id = g.tenant_id WHERE {LINKED}"
LISTED = f"""access_grant g JOIN tenant t ON t.id = g.tenant_id AND {LINKED}
 JOIN link_list l ON l.user_id = g.user_id AND l.role = g.role"""
LINKS = (
    f"INSERT INTO reach (node, name_key, tenant_id) SELECT -l.id, t.name_key, t.id FROM {LISTED}",
    f"""INSERT INTO reach (node, name_key, tenant_id) SELECT DISTINCT l.id, b.name_key, b.id FROM {LISTED}
 JOIN tenant b ON b.parent_id = t.id WHERE g.role IN ('ADMIN', 'FULL_ACCESS', 'SALES')""",
)


async def _fill(_apps: Any, editor: Any) -> None:
    """Tortoise knows no key of several columns: the table is made anew, and filled from the tree and the grants."""
    client = editor.client
    await client.execute_query('DROP TABLE "reach"')
    await client.execute_query(REACH[editor.DIALECT])
    await client.execute_query('CREATE UNIQUE INDEX "reach_tenant" ON "reach" ("tenant_id", "node")')
    for statement in TREE:
        await client.execute_query(statement)
    for row in await client.execute_query_dict(LISTS):
        await client.execute_query(f"""INSERT INTO link_list (id, user_id, role) VALUES
            ({secrets.randbelow((1 << 62) - 1) + 1}, {row["user_id"]}, '{row["role"]}')""")
    for statement in LINKS:
        await client.execute_query(statement)


async def _leave(_apps: Any, _editor: Any) -> None:
    """Going back makes the old table, empty."""


class Migration(migrations.Migration):
    dependencies = [("models", "0002_guards")]

    operations = [
        ops.CreateModel(
            name="LinkList",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False, default=new_list_id, unique=True, db_index=True)),
                ("user", fields.ForeignKeyField("models.User", source_field="user_id", db_constraint=True, to_field="id",
                                                related_name=False, on_delete=OnDelete.CASCADE)),
                ("role", fields.CharField(max_length=20)),
            ],
            options={"table": "link_list", "app": "models", "unique_together": (("user_id", "role"),), "pk_attr": "id",
                     "table_description": "The customers to which a person is linked in one role without an end: a thousand "
                     "of them are read as one node."},
            bases=["Model"],
        ),
        ops.DeleteModel("Reach"),
        ops.CreateModel(
            name="Reach",
            fields=[
                ("node", fields.BigIntField(primary_key=True, generated=False, unique=True, db_index=True)),
                ("name_key", fields.CharField(max_length=400)),
                ("tenant_id", fields.BigIntField()),
            ],
            options={"table": "reach", "app": "models", "unique_together": (("tenant_id", "node"),), "pk_attr": "node",
                     "table_description": "Which nodes reach a tenant, in the order of the tenants' names."},
            bases=["Model"],
        ),
        RunPython(_fill, _leave),
        add_constraints(CONSTRAINTS),
    ]
