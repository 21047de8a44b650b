"""The hand-written statements of peers/limit.py for PostgreSQL, and the parameters that each takes in turn."""

from __future__ import annotations

from collections.abc import Callable

LISTED = "('ACTIVE', 'INACTIVE', 'SUSPENDED', 'PENDING_DELETION', 'DISCONNECTED')"


def _money(minor: str, currency: str) -> str:
    return f"""'{{"amount":"'||case when {currency} in ('JPY', 'KRW', 'CLP', 'VND', 'ISK') then {minor}::text
 when {currency} in ('KWD', 'BHD', 'OMR', 'JOD', 'TND') then ({minor} * 0.001)::text else ({minor} * 0.01)::text end
 ||'","currency":"'||{currency}||'"}}'"""


def _time(column: str) -> str:
    return f"""to_char({column} at time zone 'UTC', '"\\""YYYY-MM-DD"T"HH24:MI:SS"Z\\""')"""


MRR = f"""case when c.caps & 4 = 0 then E'null\\n1\\n' when c.mrr_minor is null then 'null'
 else {_money("c.mrr_minor", "c.currency")} end"""

ADMIN = """coalesce((select '{"id":"usr_'||u.id||'","displayName":'||to_json(u.first_name||' '||u.last_name)::text
 ||',"email":'||to_json(u.email)::text||'}' from app_user u where u.tenant_id = c.id and u.active and c.caps & 32 <> 0
 and exists (select from access_grant g where g.user_id = u.id and g.tenant_id = u.tenant_id and g.role = 'ADMIN'
 and g.source = 'HOME' and g.revoked_at is null and (g.expires_at is null or g.expires_at > $4))
 order by u.invited_at, u.id limit 1), 'null')"""

CONTRACTS = """case when c.caps & 8 = 0 then E'null\\n2\\n' else (select '{"nodes":['||coalesce(string_agg('{"id":"con_'||k.id
 ||'","number":'||to_json(k.number)::text||',"status":"'||k.status||'","startsOn":"'||k.starts_on||'"}', ','), '')||']}'
 from (select k.id, k.number, k.status, k.starts_on from contract k where k.tenant_id = c.id
 order by case when k.status = 'ACTIVE' then 0 when k.status = 'PENDING_ACCEPTANCE' then 1 when k.status = 'SCHEDULED' then 2
 when k.status = 'DRAFT' then 3 when k.status = 'EXPIRED' then 4 when k.status = 'TERMINATED' then 5 else 6 end,
 k.starts_on desc, k.id limit 3) k) end"""

INVOICES = f"""case when c.caps & 16 = 0 then E'null\\n3\\n' when $3 not in (c.issuer_id, c.id) then E'null\\n4\\n' else
 (select '{{"nodes":['||coalesce(string_agg('{{"id":"bil_'||i.id||'","number":'||coalesce(to_json(i.number)::text, 'null')
 ||',"status":"'||i.status||'","total":'||{_money("i.total_minor", "i.currency")}||'}}', ','), '')||']}}'
 from (select i.id, i.number, i.status, i.total_minor, i.currency from invoice i where i.tenant_id = c.id
 and (i.issuer_id = $3 or i.tenant_id = $3 and i.status in ('ISSUED', 'CANCELLED'))
 order by i.billing_month desc, i.id limit 3) i) end"""

COUNTS = """case when c.caps & 8 = 0 then E'null\\n5\\n' else (select '{"byStatus":['||coalesce(string_agg('{"status":"'
 ||x.status||'","count":'||x.n||'}', ','), '')||']}' from (select k.status, count(*) as n from contract k
 where k.tenant_id = c.id group by k.status order by k.status) x) end"""

#: The customers reached with what is held on each, and the parameters that it takes: where the same is held everywhere,
#: and where it differs.
ALIKE = ("select r.tenant_id, $2::int as caps from reach r where r.node = any($1::bigint[])", ("nodes", "cap"))
MIXED = ("select r.tenant_id, n.caps from unnest($1::bigint[], $2::int[]) n(node, caps) join reach r on r.node = n.node",
         ("nodes", "caps"))


def _page(reached: tuple[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    source, names = reached
    return (f"""select '{{"customers":{{"nodes":['||coalesce((select string_agg('{{"id":"cus_'||c.id||'","name":'
 ||to_json(c.name)::text||',"status":"'||c.status||'","mrr":'||{MRR}||',"primaryAdmin":'||{ADMIN}||',"contracts":'||{CONTRACTS}
 ||',"invoices":'||{INVOICES}||',"contractSummary":'||{COUNTS}||'}}', ',') from (select c.id, c.name, c.status, c.mrr_minor,
 c.currency, c.issuer_id, d.caps from ({source}) d join customer c on c.id = d.tenant_id where c.status in {LISTED}
 order by c.name_key, c.id limit 50) c), '')||']}}}}'""".replace("$3", "$3::bigint").replace("$4", "$4::timestamptz"),
            (*names, "here", "now"))


def _wide(reached: tuple[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    source, names = reached
    return (f"""select '{{"customers":{{"nodes":['||coalesce((select string_agg('{{"id":"cus_'||c.id||'","name":'
 ||to_json(c.name)::text||',"status":"'||c.status||'","createdAt":'||{_time("c.created_at")}||',"summary":'
 ||case when c.caps & 2 = 0 then E'null\n6\n' else '{{"ports":'||c.ports||',"virtualCircuits":'||c.virtual_circuits
 ||',"cloudConnections":'||c.cloud_connections||',"lastActivityAt":'||coalesce({_time("c.last_activity_at")}, 'null')||'}}' end
 ||'}}', ',') from (select c.id, c.name, c.status, c.created_at, c.ports, c.virtual_circuits, c.cloud_connections,
 c.last_activity_at, d.caps from ({source}) d join customer c on c.id = d.tenant_id where c.status in {LISTED}
 order by c.name_key, c.id limit 100) c), '')||']}}}}'""", names)


def _known(tenant: str, nodes: str) -> str:
    return f"(select true from reach r where r.tenant_id = {tenant}.id and r.node = any({nodes}::bigint[]) limit 1)"


def _anything(_tenant: str, _nodes: str) -> str:
    return "true"


def _named(tenant: str, children: str) -> str:
    return f"""'{{"id":"ten_'||{tenant}.id||'","name":'||to_json({tenant}.name)::text
 ||',"children":{{"nodes":['||{children}||']}}}}'"""


class Tree:
    """Statements that go down the tree; `known` says which tenants the viewer knows."""

    def __init__(self, known: Callable[[str, str], str]):
        self.known = known

    def two_levels(self) -> str:
        return self._from_here(self._partners("h", "a.kind = 'RESELLER'"))

    def three_levels(self) -> str:
        return self._from_here(self._children("d", "h", "true", 50, _named("d", self._partners("d", "true"))))

    def _from_here(self, children: str) -> str:
        return f"""select '{{"tenantTree":'||coalesce((select {_named("h", children)} from tenant h where h.id = $1::bigint
 and {self.known("h", "$2")}), 'null')||'}}'"""

    def _partners(self, parent: str, where: str) -> str:
        leaf = f"""'{{"id":"ten_'||b.id||'","customer":'||coalesce((select '{{"name":'||to_json(c.name)::text||'}}'
 from customer c where c.id = b.id and {self.known("c", "$3")}), 'null')||'}}'"""
        return self._children("a", parent, where, 50, _named("a", self._children("b", "a", "true", 10, leaf)))

    def _children(self, tenant: str, parent: str, where: str, most: int, shown: str) -> str:
        return f"""coalesce((select string_agg({shown}, ',') from (select {tenant}.id, {tenant}.name from tenant {tenant}
 where {tenant}.parent_id = {parent}.id and {where} and {self.known(tenant, "$2")}
 order by {tenant}.name_key, {tenant}.id limit {most}) {tenant}), '')"""


#: By operation and by how things are held: "alike", "mixed" or "everywhere".
STATEMENTS = {
    ("Q1", "alike"): (f"""select '{{"customer":'||coalesce((select '{{"id":"cus_'||c.id||'","name":'||to_json(c.name)::text
 ||',"status":"'||c.status||'","mrr":'||{MRR}||'}}' from (select c.*, (select $2::int from reach r
 where r.tenant_id = c.id and r.node = any($1::bigint[]) limit 1) as caps
 from customer c where c.id = $3::bigint) c where c.caps <> 0), 'null')||'}}'""", ("nodes", "cap", "id")),

    ("Q2", "alike"): _page(ALIKE),
    ("Q2", "mixed"): _page(MIXED),
    ("Q3", "alike"): _wide(ALIKE),
    ("Q4", "alike"): (Tree(_known).two_levels(), ("here", "present", "nodes")),
    ("Q5", "everywhere"): (Tree(_anything).three_levels(), ("here",)),
}
