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


def _contracts(shown: str = "", columns: str = "") -> str:
    return f"""case when c.caps & 8 = 0 then E'null\\n2\\n' else (select '{{"nodes":['||coalesce(string_agg('{{"id":"con_'||k.id
 ||'","number":'||to_json(k.number)::text||',"status":"'||k.status||'","startsOn":"'||k.starts_on||'"'||{shown}'}}', ','), '')
 ||']}}' from (select k.id, k.number, k.status, k.starts_on{columns} from contract k where k.tenant_id = c.id
 order by case when k.status = 'ACTIVE' then 0 when k.status = 'PENDING_ACCEPTANCE' then 1 when k.status = 'SCHEDULED' then 2
 when k.status = 'DRAFT' then 3 when k.status = 'EXPIRED' then 4 when k.status = 'TERMINATED' then 5 else 6 end,
 k.starts_on desc, k.id limit 3) k) end"""


SEEN = "i.tenant_id = c.id and (i.issuer_id = $3 or i.tenant_id = $3 and i.status in ('ISSUED', 'CANCELLED'))"


def _invoices(shown: str = "", columns: str = "") -> str:
    return f"""case when c.caps & 16 = 0 then E'null\\n3\\n' when $3 not in (c.issuer_id, c.id) then E'null\\n4\\n' else
 (select '{{"nodes":['||coalesce(string_agg('{{"id":"bil_'||i.id||'","number":'||coalesce(to_json(i.number)::text, 'null')
 ||',"status":"'||i.status||'","total":'||{_money("i.total_minor", "i.currency")}||{shown}'}}', ','), '')||']}}'
 from (select i.id, i.number, i.status, i.total_minor, i.currency{columns} from invoice i where {SEEN}
 order by i.billing_month desc, i.id limit 3) i) end"""

COUNTS = """case when c.caps & 8 = 0 then E'null\\n5\\n' else (select '{"byStatus":['||coalesce(string_agg('{"status":"'
 ||x.status||'","count":'||x.n||'}', ','), '')||']}' from (select k.status, count(*) as n from contract k
 where k.tenant_id = c.id group by k.status order by k.status) x) end"""

SUMMARY = f"""case when c.caps & 2 = 0 then E'null\\n6\\n' else '{{"ports":'||c.ports||',"virtualCircuits":'||c.virtual_circuits
 ||',"cloudConnections":'||c.cloud_connections||',"lastActivityAt":'||coalesce({_time("c.last_activity_at")}, 'null')"""


def _first(most: int) -> str:
    """The first customers by name with what is held on each: those of each node ($1) with its capabilities ($2), merged."""
    return f"""(select c.*, n.caps from unnest($1::bigint[], $2::int[]) n(node, caps) cross join lateral (
 select c.* from reach r join customer c on c.id = r.tenant_id where r.node = n.node and c.status in {LISTED}
 order by r.name_key, r.tenant_id limit {most}) c order by c.name_key, c.id limit {most}) c"""


def _page() -> str:
    return f"""select '{{"customers":{{"nodes":['||coalesce((select string_agg('{{"id":"cus_'||c.id||'","name":'
 ||to_json(c.name)::text||',"status":"'||c.status||'","mrr":'||{MRR}||',"primaryAdmin":'||{ADMIN}||',"contracts":'||{_contracts()}
 ||',"invoices":'||{_invoices()}||',"contractSummary":'||{COUNTS}||'}}', ',') from {_first(50)}), '')
 ||']}}}}'""".replace("$3", "$3::bigint").replace("$4", "$4::timestamptz")


def _wide() -> str:
    return f"""select '{{"customers":{{"nodes":['||coalesce((select string_agg('{{"id":"cus_'||c.id||'","name":'
 ||to_json(c.name)::text||',"status":"'||c.status||'","createdAt":'||{_time("c.created_at")}||',"summary":'
 ||{SUMMARY}||'}}' end||'}}', ',') from {_first(100)}), '')||']}}}}'"""


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


def _dialog() -> str:
    """$1 nodes, $2 cap, $3 the tenant in which the viewer acts, $4 now, $5 the customer's id, $6 the billing month."""
    bill = f"""case when c.caps & 16 = 0 then E'null\\n7\\n' when $3 not in (c.issuer_id, c.id) then E'null\\n8\\n' else
 (select '{{"billingMonth":"'||$6||'","groups":['||coalesce(string_agg('{{"status":"'||x.status||'","count":'||x.n||',"total":'
 ||{_money("x.total", "c.currency")}||'}}', ',' order by x.rank), '')||'],"totalIssuableRemaining":'
 ||{_money("coalesce(sum(x.total) filter (where x.rank < 3), 0)", "c.currency")}||'}}'
 from (select i.status, array_position(array['PROFORMA', 'READY', 'ISSUABLE', 'ISSUED', 'CANCELLED'], i.status::text) - 1 as rank,
 count(*) as n, sum(i.total_minor)::bigint as total from invoice i where {SEEN} and i.billing_month = $6 group by i.status) x)
 end"""
    users = f"""case when c.caps & 32 = 0 then E'null\\nA\\n' else (select '{{"totalCount":'||coalesce(max(u.m), 0)||',"nodes":['
 ||coalesce(string_agg('{{"id":"usr_'||u.id||'","displayName":'||to_json(u.first_name||' '||u.last_name)::text||',"email":'
 ||to_json(u.email)::text||',"active":'||u.active::text||',"lastActiveAt":'||coalesce({_time("u.last_active_at")}, 'null')||'}}',
 ','), '')||']}}' from (select u.id, u.first_name, u.last_name, u.email, u.active, u.last_active_at, count(*) over () as m
 from app_user u where u.tenant_id = c.id order by u.name_key, u.id limit 20) u) end"""
    charge = f"""case when c.caps & 4 = 0 then E'null\\n9\\n' when s.monthly_charge_minor is null then 'null'
 else {_money("s.monthly_charge_minor", "s.currency")} end"""
    services = f"""case when c.caps & 64 = 0 then E'null\\nB\\n' else (select '{{"totalCount":'||coalesce(max(s.m), 0)
 ||',"nodes":['||coalesce(string_agg('{{"id":"svc_'||s.id||'","name":'||to_json(s.name)::text||',"product":'||to_json(s.product)::text
 ||',"status":"'||s.status||'","monthlyCharge":'||{charge}||'}}', ','), '')||']}}'
 from (select s.id, s.name, s.product, s.status, s.monthly_charge_minor, s.currency, count(*) over () as m
 from service s where s.tenant_id = c.id order by s.name_key, s.id limit 20) s) end"""
    beneath = f"""(select '{{"nodes":['||coalesce(string_agg('{{"id":"cus_'||b.id||'","name":'||to_json(b.name)::text
 ||',"status":"'||b.status||'"}}', ','), '')||']}}' from (select b.id, b.name, b.status from tenant t
 join customer b on b.id = t.id where t.parent_id = c.id and {_known("b", "$1")} order by b.name_key, b.id limit 20) b)"""
    pending = f"""',"lastOrderAt":'||coalesce({_time("c.last_order_at")}, 'null')||',"mrrPendingEntry":'
 ||case when c.mrr_pending_minor is null then 'null' else {_money("c.mrr_pending_minor", "c.currency")} end"""
    contracts = _contracts(f"""',"title":'||to_json(k.title)::text||',"endsOn":'||coalesce('"'||k.ends_on||'"', 'null')
 ||',"value":'||case when k.value_minor is null then 'null' else {_money("k.value_minor", "k.currency")} end||""",
                           ", k.title, k.ends_on, k.value_minor, k.currency")
    invoices = _invoices("""',"billingMonth":"'||i.billing_month||'","dueOn":'||coalesce('"'||i.due_on||'"', 'null')||""",
                         ", i.billing_month, i.due_on")
    counts = COUNTS.replace("'{\"byStatus\":[", "'{\"total\":'||coalesce(sum(x.n), 0)||',\"byStatus\":[")
    told = "||".join(f"""',"{name}":'||coalesce(to_json(c.{column})::text, 'null')""" for name, column in (
        ("name", "name"), ("reference", "reference"), ("website", "website"), ("phone", "phone"), ("email", "email"),
        ("country", "country")))
    shown = {"createdAt": _time("c.created_at"), "mrr": MRR, "summary": f"{SUMMARY}||{pending}||'}}' end", "primaryAdmin": ADMIN,
             "users": users, "contractSummary": counts, "contracts": contracts, "invoiceSummary": bill, "invoices": invoices,
             "services": services, "subAccounts": beneath}
    fields = "||".join(f"""',"{name}":'||{value}""" for name, value in shown.items())
    sql = f"""select '{{"customer":'||coalesce((select '{{"id":"cus_'||c.id||'","status":"'||c.status||'"'||{told}||{fields}||'}}'
 from (select c.*, (select $2::int from reach r where r.tenant_id = c.id and r.node = any($1::bigint[]) limit 1) as caps
 from customer c where c.id = $5::bigint) c where c.caps <> 0), 'null')||'}}'"""
    return sql.replace("$3", "$3::bigint").replace("$4", "$4::timestamptz").replace("$6", "$6::text")


def _search(source: str) -> str:
    """`source` begins as "from customer c"; $1 are the letters."""
    return f"""select '{{"customers":{{"nodes":['||coalesce((select string_agg('{{"id":"cus_'||c.id||'","name":'
 ||to_json(c.name)::text||',"status":"'||c.status||'"}}', ',') from (select c.id, c.name, c.status {source}
 and c.status in {LISTED} and strpos(c.name_key, $1::text) > 0 order by c.name_key, c.id limit 20) c), '')||']}}}}'"""


def _far(source: str, minor: str) -> str:
    """The page after the customer $1, by `minor` and then by name; what is withheld or unknown comes last."""
    return f"""select '{{"customers":{{"nodes":['||coalesce(string_agg('{{"id":"cus_'||c.id||'","name":'||to_json(c.name)::text
 ||',"mrr":'||{MRR}||'}}', ',') filter (where c.n <= 50), '')||'],"pageInfo":{{"hasNextPage":'||(count(*) > 50)::text||'}}}}}}'
 from (select c.*, row_number() over () as n from (select c.id, c.name, c.mrr_minor, c.currency, d.caps
 {source} cross join (select {minor} as minor, c.name_key, c.id from (select $1::bigint as id) l
 left join customer c on c.id = l.id) l where c.status in {LISTED}
 and (l.id is null or {minor} < l.minor or {minor} is null and l.minor is not null
 or {minor} is not distinct from l.minor and (c.name_key, c.id) > (l.name_key, l.id))
 order by {minor} desc nulls last, c.name_key, c.id limit 51) c) c"""


#: By operation and by how things are held: "alike", "mixed" or "everywhere".
STATEMENTS = {
    ("Q1", "alike"): (f"""select '{{"customer":'||coalesce((select '{{"id":"cus_'||c.id||'","name":'||to_json(c.name)::text
 ||',"status":"'||c.status||'","mrr":'||{MRR}||'}}' from (select c.*, (select $2::int from reach r
 where r.tenant_id = c.id and r.node = any($1::bigint[]) limit 1) as caps
 from customer c where c.id = $3::bigint) c where c.caps <> 0), 'null')||'}}'""", ("nodes", "cap", "id")),

    ("Q2", "alike"): (_page(), ("nodes", "caps", "here", "now")),
    ("Q2", "mixed"): (_page(), ("nodes", "caps", "here", "now")),
    ("Q3", "alike"): (_wide(), ("nodes", "caps")),
    ("Q4", "alike"): (Tree(_known).two_levels(), ("here", "present", "nodes")),
    ("Q5", "alike"): (_dialog(), ("nodes", "cap", "here", "now", "id", "month")),
    ("Q6", "everywhere"): (_search("from customer c where true"), ("letters",)),
    ("Q6", "alike"): (_search(f"""from unnest($2::bigint[]) n(node) cross join lateral (select r.tenant_id from reach r
 join customer c on c.id = r.tenant_id where r.node = n.node and strpos(r.name_key, $1::text) > 0
 and c.status in {LISTED} order by r.name_key, r.tenant_id limit 20) r join customer c on c.id = r.tenant_id where true"""),
                      ("letters", "nodes")),
    ("Q8", "everywhere"): (_far("from (select $2::int as caps) d cross join customer c", "c.mrr_minor"), ("after", "cap")),
    ("Q8", "alike"): (_far("from (select $3::int as caps) d cross join reach r join customer c on c.id = r.tenant_id "
                           "and r.node = any($2::bigint[])",
                           "case when $3::int & 4 <> 0 then c.mrr_minor end"), ("after", "nodes", "cap")),
    ("Q7", "everywhere"): (Tree(_anything).three_levels(), ("here",)),
}
