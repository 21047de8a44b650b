"""The parts of customers' names, by which searches find them, and the triggers that keep them."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.operations import RunPython

from models.migrations._steps import create_functions, create_triggers

TABLE = {
    "postgres": """CREATE TABLE "trigram" ("letters" VARCHAR(3) NOT NULL, "name_key" VARCHAR(400) NOT NULL,
 "tenant_id" BIGINT NOT NULL)""",
    "sqlite": """CREATE TABLE "trigram" ("letters" TEXT NOT NULL, "name_key" TEXT NOT NULL, "tenant_id" INTEGER NOT NULL,
 PRIMARY KEY ("letters", "name_key", "tenant_id")) WITHOUT ROWID""",
}
FILL = {
    "postgres": (
        """INSERT INTO trigram (letters, name_key, tenant_id) SELECT DISTINCT substr(name_key, n, 3), name_key, id
 FROM customer, generate_series(1, length(name_key) - 1) n""",
        'ALTER TABLE "trigram" ADD PRIMARY KEY ("letters", "name_key", "tenant_id")',
        'ANALYZE "trigram"',
    ),
    "sqlite": (
        """INSERT INTO trigram (letters, name_key, tenant_id) WITH RECURSIVE place(n) AS (SELECT 1 UNION ALL
 SELECT n + 1 FROM place WHERE n < (SELECT max(length(name_key)) FROM customer)) SELECT DISTINCT substr(name_key, n, 3),
 name_key, id FROM customer JOIN place ON n < length(name_key) ORDER BY 1, 2, 3""",
    ),
}
FUNCTIONS = {
    "customers_named": """returns trigger language plpgsql set search_path from current as $$ begin
 insert into trigram (letters, name_key, tenant_id) select distinct substr(c.name_key, n, 3), c.name_key, c.id
 from named c, generate_series(1, length(c.name_key) - 1) n;
 return null; end $$""",
    "customer_renamed": """returns trigger language plpgsql set search_path from current as $$ begin
 delete from trigram t using generate_series(1, length(old.name_key) - 1) n
 where t.letters = substr(old.name_key, n, 3) and t.name_key = old.name_key and t.tenant_id = old.id;
 if tg_op = 'UPDATE' then
 insert into trigram (letters, name_key, tenant_id) select distinct substr(new.name_key, n, 3), new.name_key, new.id
 from generate_series(1, length(new.name_key) - 1) n;
 end if;
 return null; end $$""",
}
PARTS = """select distinct substr({0}.name_key, n.key + 1, 3), {0}.name_key, {0}.id from json_each('[' ||
 substr(replace(hex(zeroblob(length({0}.name_key) - 1)), '00', ',0'), 2) || ']') n"""
ADD = f"insert into trigram (letters, name_key, tenant_id) {PARTS.format('new')}"
TAKE = f"delete from trigram where (letters, name_key, tenant_id) in ({PARTS.format('old')})"
TRIGGERS = {
    "customer_named": {
        "postgres": 'CREATE TRIGGER "customer_named" after insert on "customer" referencing new table as named '
            "for each statement execute function customers_named()",
        "sqlite": f'CREATE TRIGGER "customer_named" after insert on "customer" begin {ADD}; end',
    },
    "customer_renamed": {
        "postgres": 'CREATE TRIGGER "customer_renamed" after update of name_key on "customer" '
            "for each row when (old.name_key <> new.name_key) execute function customer_renamed()",
        "sqlite": 'CREATE TRIGGER "customer_renamed" after update of name_key on "customer" '
            f"when (old.name_key <> new.name_key) begin {TAKE}; {ADD}; end",
    },
    "customer_gone": {
        "postgres": 'CREATE TRIGGER "customer_gone" after delete on "customer" '
            "for each row execute function customer_renamed()",
        "sqlite": f'CREATE TRIGGER "customer_gone" after delete on "customer" begin {TAKE}; end',
    },
}


async def _fill(_apps: Any, editor: Any) -> None:
    """Tortoise knows no key of several columns: the table is made anew, and filled from the names that there are."""
    await editor.client.execute_query('DROP TABLE "trigram"')
    for statement in (TABLE[editor.DIALECT], *FILL[editor.DIALECT]):
        await editor.client.execute_query(statement)


async def _leave(_apps: Any, _editor: Any) -> None:
    """Going back drops the table."""


class Migration(migrations.Migration):
    dependencies = [("models", "0004_customers_by_mrr")]

    operations = [
        ops.CreateModel(
            name="Trigram",
            fields=[
                ("letters", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=3)),
                ("name_key", fields.CharField(max_length=400)),
                ("tenant_id", fields.BigIntField()),
            ],
            options={"table": "trigram", "app": "models", "pk_attr": "letters",
                     "table_description": "Three letters that follow one another in a customer's name key, or its last "
                     "two, in the order of the names."},
            bases=["Model"],
        ),
        RunPython(_fill, _leave),
        create_functions(FUNCTIONS),
        create_triggers("customer", TRIGGERS),
    ]
