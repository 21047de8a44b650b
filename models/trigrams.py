"""The parts of customers' names, by which searches find them: kept by triggers, so that whoever writes a name keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from tortoise import fields
from tortoise.models import Model


class Trigram(Model):
    """Three letters that follow one another in a customer's name key, or its last two, in the order of the names."""

    letters = fields.CharField(3, primary_key=True)
    name_key = fields.CharField(400)
    tenant_id = fields.BigIntField()

    #: What is unique in truth; Tortoise knows keys of one column only.
    key: ClassVar[tuple[str, ...]] = ("letters", "name_key", "tenant_id")

    class Meta:
        table = "trigram"


#: SQLite has no series of numbers: it takes the places of as many zeros in a list.
PARTS = """select distinct substr({0}.name_key, n.key + 1, 3), {0}.name_key, {0}.id from json_each('[' ||
 substr(replace(hex(zeroblob(length({0}.name_key) - 1)), '00', ',0'), 2) || ']') n"""
ADD = f"insert into trigram (letters, name_key, tenant_id) {PARTS.format('new')}"
TAKE = f"delete from trigram where (letters, name_key, tenant_id) in ({PARTS.format('old')})"

#: What PostgreSQL's triggers do: all new names of a statement at once, and names that change or go each by itself.
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


@dataclass(frozen=True)
class Trigger:
    """What a database does by itself when customers are written: when, and then what. On PostgreSQL it calls a function."""

    name: str
    when: str
    sqlite: str
    postgres: str

    table: ClassVar[str] = "customer"

    def sql(self, dialect: Literal["postgres", "sqlite"]) -> str:
        return f'CREATE TRIGGER "{self.name}" after {self.when} on "customer" {getattr(self, dialect)}'


TRIGGERS = (
    Trigger("customer_named", "insert", f"begin {ADD}; end",
            "referencing new table as named for each statement execute function customers_named()"),
    Trigger("customer_renamed", "update of name_key", f"when (old.name_key <> new.name_key) begin {TAKE}; {ADD}; end",
            "for each row when (old.name_key <> new.name_key) execute function customer_renamed()"),
    Trigger("customer_gone", "delete", f"begin {TAKE}; end", "for each row execute function customer_renamed()"),
)
