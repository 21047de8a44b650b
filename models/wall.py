"""The second wall, on PostgreSQL: roles that own nothing, and row-level security that knows for which tenant one writes."""

from __future__ import annotations

import hashlib
from typing import Literal

from tortoise.backends.base.client import BaseDBAsyncClient

#: For changes; for reads; and for reads that the database checks as well.
WRITER, READER, GUARDED = "tenantry_writer", "tenantry_reader", "tenantry_guarded"
ROLES = (WRITER, READER, GUARDED)
#: For which tenant a transaction writes, or a guarded one reads: its id, EVERYWHERE, or nothing, which allows nothing.
SETTING = "app.tenant"
Everywhere = Literal["*"]
EVERYWHERE: Everywhere = "*"
Within = int | Everywhere | None

#: Tables without a tenant: people's own things, secrets by their hash, queues, and the closure by which the wall stands.
OF_NOBODY = frozenset({
    "download_link", "file_piece", "idempotency_record", "job", "link_list", "list_preferences", "notification_read", "pin",
    "reach", "session_token", "sign_in_attempt", "spending", "stored_file", "trigram"})
#: Whose a row is, where no column tenant_id says so.
WHOSE = {"number_series": "issuer_id", "tenant": "id"}
#: What is part of a row that has a tenant: its table, and the column that names it.
PARTS = {"invoice_line": ("invoice", "invoice_id")}
#: What may be said to people alone, and then is of no tenant.
TO_PEOPLE = frozenset({"event"})
#: Where a change beneath shows above: counts of a customer's tree, what its partners are told, and who holds a chain.
SHOWN_ABOVE = frozenset({
    "acting_session", "activity_event", "app_user", "audit_entry", "audit_head", "customer", "event", "login_session",
    "notification", "number_series", "outbound_email", "report_run", "saved_filter", "tenant"})

#: What nobody beneath reads of a tenant above, under guarded reads: its own money, and what opens its doors.
CONFINED = frozenset({
    "api_key", "contract", "credit_note", "invitation", "invoice", "invoice_line", "payment", "service"})

#: The planner works out what it can beforehand, whichever branch it stands in: so the number is a number always.
FUNCTION = f"""create or replace function app_scope() returns bigint language sql stable parallel safe
 as $$ select nullif(nullif(current_setting('{SETTING}', true), ''), '{EVERYWHERE}')::bigint $$"""
#: What earlier versions asked in each policy: a call for each row took many times what a look-up does.
OUTDATED = "drop function if exists in_scope(bigint, boolean)"

COUNTING = f"""do $$ begin
 execute format('grant usage on all sequences in schema %I to {WRITER}', current_schema()); end $$"""
TABLES = """select t.relname as name, exists (select from pg_attribute a where a.attrelid = t.oid
 and a.attname = 'tenant_id' and not a.attisdropped) as owned
 from pg_class t where t.relnamespace = current_schema()::regnamespace and t.relkind = 'r' order by 1"""
FOUND = """select obj_description(p.oid, 'pg_proc') as text from pg_proc p
 where p.pronamespace = current_schema()::regnamespace and p.proname = 'app_scope'"""


#: Whether whoever is at the door could step over the wall: by standing above it, or by owning it.
ABOVE = """select session_user::text as login, (select rolsuper or rolbypassrls from pg_roles where rolname = session_user)
 or pg_has_role(session_user, (select relowner from pg_class where oid = 'tenant'::regclass), 'member') as above"""


ASKING = "select session_user::text as login, rolsuper as all from pg_roles where rolname = session_user"
#: They belong to the whole server: another database there may be making the same ones just now.
MAKE_ROLES = "do $$ declare each text; begin foreach each in array array['" + "', '".join(ROLES) + """'] loop begin
 if not exists (select from pg_roles where rolname = each) then execute format('create role %I nologin', each); end if;
 exception when duplicate_object or unique_violation then null; end; end loop; end $$"""


class Unwalled(Exception):
    """A table of which nobody has said whose its rows are. The message says which, and what to do."""


async def is_walled(client: BaseDBAsyncClient) -> bool:
    """Whether roles, rights and policies are what they are today."""
    found = await client.execute_query_dict(FOUND)
    return bool(found) and found[0]["text"] == _mark(await _statements(client))


async def raise_wall(client: BaseDBAsyncClient) -> None:
    """Makes roles, rights and policies what they are today."""
    if await is_walled(client):
        return
    await client.execute_query(MAKE_ROLES)
    statements = await _statements(client)
    for text in statements:
        await client.execute_query(text)
    await client.execute_query(f"comment on function app_scope() is '{_mark(statements)}'")


async def _statements(client: BaseDBAsyncClient) -> list[str]:
    tables = await client.execute_query_dict(TABLES)
    return [FUNCTION, COUNTING, *(text for table in tables for text in _around(table["name"], table["owned"])), OUTDATED]


def _reached(owner: str, above: bool) -> str:
    """Whether the tenant for which one writes or reads reaches this one, asked of the closure once for a statement or by its
    index; `owner` names its table, since the closure has columns of the same names."""
    over = f" or {owner} in (select r.node from reach r where r.tenant_id = (select app_scope()))" if above else ""
    return (f"((select current_setting('{SETTING}', true)) = '{EVERYWHERE}' or {owner} = (select app_scope()) "
            f"or exists (select from reach r where r.tenant_id = {owner} and r.node = (select app_scope())){over})")


def _whose(table: str, above: bool) -> str:
    if table in PARTS:
        whole, column = PARTS[table]
        return f'exists (select from {whole} w where w.id = "{table}".{column} and {_reached("w.tenant_id", above)})'
    return _reached(f'"{table}".{WHOSE.get(table, "tenant_id")}', above)


def _mark(statements: list[str]) -> str:
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()


async def stands_above(client: BaseDBAsyncClient) -> str | None:
    """The name under which the server came in, if the wall cannot stop it: superuser, owner or exempt."""
    [found] = await client.execute_query_dict(ABOVE)
    return str(found["login"]) if found["above"] else None


async def admit(client: BaseDBAsyncClient, login: str | None) -> None:
    """Lets the server, whoever it is at the door, take on the roles; without a name whoever makes them."""
    [asking] = await client.execute_query_dict(ASKING)
    if login is not None or not asking["all"]:
        name = '"{}"'.format((login or asking["login"]).replace('"', '""'))
        await client.execute_query(f"grant {', '.join(ROLES)} to {name}")


def _around(table: str, has_tenant: bool) -> list[str]:
    read = f'grant select on "{table}" to {", ".join(ROLES)}'
    if table == "tortoise_migrations":
        return [read]
    rights = [read, f'grant insert, update, delete on "{table}" to {WRITER}']
    if table in OF_NOBODY:
        return rights
    if not has_tenant and table not in (*WHOSE, *PARTS):
        raise Unwalled(f"Nobody has said in models/wall.py whose the rows of {table} are. If it is none of Tenantry's tables, "
                       f'give it a schema of its own: create schema beside; alter table "{table}" set schema beside;')
    shown = table in SHOWN_ABOVE
    nobody = f'"{table}".tenant_id is null or ' if table in TO_PEOPLE else ""
    inside, guarded = nobody + _whose(table, shown), nobody + _whose(table, table not in CONFINED)
    # a new tenant is not in the closure yet: its parent is
    new = _reached('"tenant".parent_id', shown) if table == "tenant" else inside
    policies = {"wall_read": "for select using (true)",
                "wall_guard": f"as restrictive for select to {GUARDED} using ({guarded})",
                "wall_insert": f"for insert with check ({new})",
                "wall_update": f"for update using ({inside}) with check ({inside})",
                "wall_delete": f"for delete using ({inside})"}
    return [*rights, f'alter table "{table}" enable row level security', f'alter table "{table}" force row level security',
            *(text for name, policy in policies.items()
              for text in (f'drop policy if exists {name} on "{table}"', f'create policy {name} on "{table}" {policy}'))]
