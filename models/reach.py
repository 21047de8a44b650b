"""The closure that reads reach tenants by: who stands beneath whom, and who is on which person's list of links."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from tortoise import fields
from tortoise.models import Model

from models.access import INHERITED, GrantSource, Role, TenantKind
from models.records import refers_to
from models.transaction import hold, sql_rows


class Reach(Model):
    """Which nodes reach a tenant, in the order of the tenants' names.

    Node n > 0 reaches every tenant strictly beneath tenant n; node -n reaches n itself. Node -l reaches the members of
    link list l, and l what lies strictly beneath them. A viewer's holdings are lists of such nodes. Written in the
    transaction that plants, moves or renames a tenant or changes a grant.
    """

    node = fields.BigIntField(primary_key=True, generated=False)
    name_key = fields.CharField(400)
    tenant_id = fields.BigIntField()

    #: What is unique in truth; Tortoise knows keys of one column only.
    key = ("node", "name_key", "tenant_id")

    class Meta:
        table = "reach"
        unique_together = (("tenant_id", "node"),)


def new_list_id() -> int:
    """Below every tenant's id, so that lists and tenants never share a node."""
    return secrets.randbelow((1 << 62) - 1) + 1


class LinkList(Model):
    """The customers to which a person is linked in one role without an end: a thousand of them are read as one node.

    A link that expires by itself stands alone, and so does one to a partner.
    """

    id = fields.BigIntField(primary_key=True, generated=False, default=new_list_id)
    user = refers_to("User", on_delete=fields.CASCADE)
    user_id: int
    role = fields.CharField(20)

    class Meta:
        table = "link_list"
        unique_together = (("user_id", "role"),)


def is_listed(source: GrantSource, kind: TenantKind, expires: bool) -> bool:
    """Whether a live grant is on its person's list of links in that role."""
    return source is GrantSource.LINKED and kind is TenantKind.CUSTOMER and not expires


INHERITING = ", ".join(f"'{role.name}'" for role in Role if role in INHERITED)
LISTED = f"""select g.user_id, g.role, g.tenant_id, t.name_key from access_grant g join tenant t on t.id = g.tenant_id
 where g.source = '{GrantSource.LINKED.name}' and t.kind = '{TenantKind.CUSTOMER.name}'
 and g.expires_at is null and g.revoked_at is null"""
MEMBERS = """select -l.id as node, g.name_key, g.tenant_id from listed g
 join link_list l on l.user_id = g.user_id and l.role = g.role"""
BENEATH_MEMBERS = f"""select l.id, r.name_key, r.tenant_id from listed g
 join link_list l on l.user_id = g.user_id and l.role = g.role join reach r on r.node = g.tenant_id
 where g.role in ({INHERITING})"""
OF_TENANT = "select -t.id as node, t.name_key, t.id as tenant_id from tenant t"
OF_ANCESTORS = """select a.node, t.name_key, t.id from above a join tenant t on t.id = a.tenant_id"""
ABOVE = """above(tenant_id, node) as (select id, parent_id from tenant where parent_id is not null
 union all select a.tenant_id, t.parent_id from above a join tenant t on t.id = a.node where t.parent_id is not null)"""


async def list_links(user_ids: Collection[int] | None = None) -> None:
    """Brings the lists of these people, or of everybody, in line with their grants and with the tree."""
    whose = "" if user_ids is None else f" and user_id in ({_numbers(user_ids)})"
    listed = f"listed as ({LISTED}{whose.replace('user_id', 'g.user_id')})"
    wanted = f"with {listed}, wanted as ({MEMBERS} union {BENEATH_MEMBERS})"
    new = await sql_rows(f"""with {listed} select user_id, role, tenant_id from listed g where not exists (select 1
        from link_list l join reach r on r.node = -l.id and r.tenant_id = g.tenant_id and r.name_key = g.name_key
        where l.user_id = g.user_id and l.role = g.role)""")
    await hold("tenant", {row["tenant_id"] for row in new})  # or a sub-account planted meanwhile would be missed
    await LinkList.bulk_create([LinkList(user_id=user_id, role=role) for user_id, role in sorted(
        {(row["user_id"], row["role"]) for row in new})], batch_size=500, ignore_conflicts=True)
    for sign in ("", "-"):
        await sql_rows(f"""{wanted} delete from reach where node in (select {sign}id from link_list where true{whose})
            and not exists (select 1 from wanted w where w.node = reach.node and w.tenant_id = reach.tenant_id)""")
    await sql_rows(f"""{wanted} insert into reach (node, name_key, tenant_id) select node, name_key, tenant_id from wanted
        where true on conflict do nothing""")


async def list_beneath(tenant_ids: Collection[int]) -> None:
    """Puts new tenants on the lists of those who are linked to the tenant above them."""
    parents = await sql_rows(f"select distinct parent_id from tenant where id in ({_numbers(tenant_ids)})")
    await hold("tenant", [row["parent_id"] for row in parents])  # or a link made meanwhile would be missed
    await sql_rows(f"""insert into reach (node, name_key, tenant_id) select l.id, t.name_key, t.id from tenant t
        join reach r on r.tenant_id = t.parent_id and r.node < 0 join link_list l on l.id = -r.node
        where t.id in ({_numbers(tenant_ids)}) and l.role in ({INHERITING}) on conflict do nothing""")


#: How many letters of a name count in the order of the tree. What ends a name there comes before every letter.
STEP = 60
END, BEYOND = "\x01", "\x02"


def step(name_key: str, id: int) -> str:
    """A tenant's part of its tree key, and of those of all beneath it."""
    return f"{name_key[:STEP]}{END}{id}{BEYOND}"


STEPS = f"substr(t.name_key, 1, {STEP}) || '{END}' || cast(t.id as text) || '{BEYOND}'"
PLACED = f"""placed(id, tree_key) as (select t.id, cast(coalesce(p.tree_key, '') || {STEPS} as text)
 from tenant t left join tenant p on p.id = t.parent_id where {{0}}
 union all select t.id, a.tree_key || {STEPS} from placed a join tenant t on t.parent_id = a.id)"""


async def place_in_tree(tenant_ids: Collection[int]) -> None:
    """Works out the tree keys of these tenants and of all beneath them."""
    ids = sorted(tenant_ids)
    for start in range(0, len(ids), 500):
        some = _numbers(ids[start:start + 500])
        highest = f"t.id in ({some}) and not exists (select 1 from reach r where r.tenant_id = t.id and r.node in ({some}))"
        await sql_rows(f"""with recursive {PLACED.format(highest)} update tenant set tree_key = a.tree_key from placed a
            where a.id = tenant.id and a.tree_key <> tenant.tree_key""")


async def rename(tenant_ids: Collection[int]) -> None:
    """Brings the names by which tenants are reached, and their places in the tree, in line with their own."""
    ids = sorted(tenant_ids)
    for start in range(0, len(ids), 500):
        await sql_rows(f"""update reach set name_key = t.name_key from tenant t where t.id = reach.tenant_id
            and t.id in ({_numbers(ids[start:start + 500])}) and reach.name_key <> t.name_key""")
    await place_in_tree(ids)


async def unlike() -> list[dict[str, object]]:
    """Rows of the closure that are wrong or missing, as worked out anew from the tree and the grants, and tenants out of place
    in the order of the tree: none, ever."""
    wanted = f"""with recursive {PLACED.format("t.parent_id is null")}, {ABOVE},
        listed as ({LISTED}), wanted as ({OF_TENANT} union {OF_ANCESTORS}
        union {MEMBERS} union {BENEATH_MEMBERS})"""
    return await sql_rows(f"""{wanted} select 'missing' as how, w.* from (select * from wanted except
        select node, name_key, tenant_id from reach) w union all
        select 'surplus', w.* from (select node, name_key, tenant_id from reach except select * from wanted) w union all
        select 'misplaced', t.id, t.tree_key, t.id from tenant t join placed p on p.id = t.id where p.tree_key <> t.tree_key""")


def _numbers(ids: Collection[int]) -> str:
    return ", ".join(str(int(id)) for id in ids) or "null"
