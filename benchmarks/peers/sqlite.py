"""The hand-written statements of peers/limit.py for SQLite, and the parameters that each takes in turn."""

from __future__ import annotations

from collections.abc import Callable

LISTED = "('ACTIVE', 'INACTIVE', 'SUSPENDED', 'PENDING_DELETION', 'DISCONNECTED')"


def _money(minor: str, currency: str) -> str:
    def places(unit: int, digits: int) -> str:
        return f"""concat(iif({minor} < 0, '-', ''), abs({minor}) / {unit}, '.',
 substr({unit} + abs({minor}) % {unit}, 2, {digits}))"""
    return f"""concat('{{"amount":"', case when {currency} in ('JPY', 'KRW', 'CLP', 'VND', 'ISK') then {minor}
 when {currency} in ('KWD', 'BHD', 'OMR', 'JOD', 'TND') then {places(1000, 3)} else {places(100, 2)} end,
 '","currency":"', {currency}, '"}}')"""


def _time(column: str) -> str:
    return f"""concat('"', substr({column}, 1, 10), 'T', substr({column}, 12, 8), 'Z"')"""


MRR = f"""case when c.caps & 4 = 0 then 'null\n1\n' when c.mrr_minor is null then 'null'
 else {_money("c.mrr_minor", "c.currency")} end"""

ADMIN = """coalesce((select concat('{"id":"usr_', u.id, '","displayName":', json_quote(u.first_name||' '||u.last_name),
 ',"email":', json_quote(u.email), '}') from app_user u where u.tenant_id = c.id and u.active = 1 and c.caps & 32 <> 0
 and exists (select 1 from access_grant g where g.user_id = u.id and g.tenant_id = u.tenant_id and g.role = 'ADMIN'
 and g.source = 'HOME' and g.revoked_at is null and (g.expires_at is null or g.expires_at > ?3))
 order by u.invited_at nulls last, u.id limit 1), 'null')"""

CONTRACTS = """case when c.caps & 8 = 0 then 'null\n2\n' else (select concat('{"nodes":[', group_concat(concat(
 '{"id":"con_', k.id, '","number":', json_quote(k.number), ',"status":"', k.status, '","startsOn":"', k.starts_on, '"}'), ','),
 ']}')
 from (select k.id, k.number, k.status, k.starts_on from contract k where k.tenant_id = c.id
 order by case when k.status = 'ACTIVE' then 0 when k.status = 'PENDING_ACCEPTANCE' then 1 when k.status = 'SCHEDULED' then 2
 when k.status = 'DRAFT' then 3 when k.status = 'EXPIRED' then 4 when k.status = 'TERMINATED' then 5 else 6 end,
 k.starts_on desc, k.id limit 3) k) end"""

INVOICES = f"""case when c.caps & 16 = 0 then 'null\n3\n' when ?2 not in (c.issuer_id, c.id) then 'null\n4\n' else
 (select concat('{{"nodes":[', group_concat(concat('{{"id":"bil_', i.id, '","number":', coalesce(json_quote(i.number), 'null'),
 ',"status":"', i.status, '","total":', {_money("i.total_minor", "i.currency")}, '}}'), ','), ']}}')
 from (select i.id, i.number, i.status, i.total_minor, i.currency from invoice i where i.tenant_id = c.id
 and (i.issuer_id = ?2 or i.tenant_id = ?2 and i.status in ('ISSUED', 'CANCELLED'))
 order by i.billing_month desc, i.id limit 3) i) end"""

COUNTS = """case when c.caps & 8 = 0 then 'null\n5\n' else (select concat('{"byStatus":[', group_concat(concat('{"status":"',
 x.status, '","count":', x.n, '}'), ','), ']}') from (select k.status, count(*) as n from contract k
 where k.tenant_id = c.id group by k.status order by k.status) x) end"""

REACHED = """(select r.tenant_id, n.value ->> 1 as caps from json_each(?1) n cross join reach r on r.node = n.value ->> 0) d
 cross join customer c on c.id = d.tenant_id"""

def _known(tenant: str, nodes: str) -> str:
    return f"exists (select 1 from reach r where r.tenant_id = {tenant}.id and r.node in (select value from json_each({nodes})))"


def _anything(_tenant: str, _nodes: str) -> str:
    return "true"


def _named(tenant: str, children: str) -> str:
    return f"""concat('{{"id":"ten_', {tenant}.id, '","name":', json_quote({tenant}.name),
 ',"children":{{"nodes":[', {children}, ']}}}}')"""


class Tree:
    """Statements that go down the tree; `known` says which tenants the viewer knows."""

    def __init__(self, known: Callable[[str, str], str]):
        self.known = known

    def two_levels(self) -> str:
        return self._from_here(self._partners("h", "a.kind = 'RESELLER'"))

    def three_levels(self) -> str:
        return self._from_here(self._children("d", "h", "true", 50, _named("d", self._partners("d", "true"))))

    def _from_here(self, children: str) -> str:
        return f"""select concat('{{"tenantTree":', coalesce((select {_named("h", children)} from tenant h where h.id = ?1
 and {self.known("h", "?2")}), 'null'), '}}')"""

    def _partners(self, parent: str, where: str) -> str:
        leaf = f"""concat('{{"id":"ten_', b.id, '","customer":', coalesce((select concat('{{"name":', json_quote(c.name), '}}')
 from customer c where c.id = b.id and {self.known("c", "?3")}), 'null'), '}}')"""
        return self._children("a", parent, where, 50, _named("a", self._children("b", "a", "true", 10, leaf)))

    def _children(self, tenant: str, parent: str, where: str, most: int, shown: str) -> str:
        return f"""(select group_concat({shown}, ',') from (select {tenant}.id, {tenant}.name from tenant {tenant}
 where {tenant}.parent_id = {parent}.id and {where} and {self.known(tenant, "?2")}
 order by {tenant}.name_key, {tenant}.id limit {most}) {tenant})"""


#: By operation and by how things are held: "alike", "mixed" or "everywhere".
STATEMENTS = {
    ("Q1", "alike"): (f"""select concat('{{"customer":', coalesce((select concat(
 '{{"id":"cus_', c.id, '","name":', json_quote(c.name),
 ',"status":"', c.status, '","mrr":', {MRR}, '}}') from (select c.*, (select n.value ->> 1 from reach r
 cross join json_each(?1) n on n.value ->> 0 = r.node where r.tenant_id = c.id) as caps
 from customer c where c.id = ?2) c where c.caps <> 0), 'null'), '}}')""", ("places", "id")),

    ("Q2", "alike"): (f"""select concat('{{"customers":{{"nodes":[', (select group_concat(concat(
 '{{"id":"cus_', c.id, '","name":',
 json_quote(c.name), ',"status":"', c.status, '","mrr":', {MRR}, ',"primaryAdmin":', {ADMIN}, ',"contracts":', {CONTRACTS},
 ',"invoices":', {INVOICES}, ',"contractSummary":', {COUNTS}, '}}'), ',') from (select c.id, c.name, c.status, c.mrr_minor,
 c.currency, c.issuer_id, d.caps from {REACHED} where c.status in {LISTED} order by c.name_key, c.id limit 50) c), ']}}}}')""",
           ("places", "here", "now")),

    ("Q3", "alike"): (f"""select concat('{{"customers":{{"nodes":[', (select group_concat(concat(
 '{{"id":"cus_', c.id, '","name":',
 json_quote(c.name), ',"status":"', c.status, '","createdAt":', {_time("c.created_at")}, ',"summary":',
 case when c.caps & 2 = 0 then 'null\n6\n' else concat('{{"ports":', c.ports, ',"virtualCircuits":', c.virtual_circuits,
 ',"cloudConnections":', c.cloud_connections, ',"lastActivityAt":',
 iif(c.last_activity_at is null, 'null', {_time("c.last_activity_at")}), '}}') end, '}}'), ',')
 from (select c.*, d.caps from {REACHED} where c.status in {LISTED} order by c.name_key, c.id limit 100) c), ']}}}}')""",
           ("places",)),

    ("Q4", "alike"): (Tree(_known).two_levels(), ("here", "present", "nodes")),
    ("Q5", "everywhere"): (Tree(_anything).three_levels(), ("here",)),
}
STATEMENTS["Q2", "mixed"] = STATEMENTS["Q2", "alike"]
