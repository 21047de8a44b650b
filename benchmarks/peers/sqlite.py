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


def _contracts(shown: str = "", columns: str = "") -> str:
    return f"""case when c.caps & 8 = 0 then 'null\n2\n' else (select concat('{{"nodes":[', group_concat(concat(
 '{{"id":"con_', k.id, '","number":', json_quote(k.number), ',"status":"', k.status, '","startsOn":"', k.starts_on, '"', {shown}
 '}}'), ','), ']}}') from (select k.id, k.number, k.status, k.starts_on{columns} from contract k where k.tenant_id = c.id
 order by case when k.status = 'ACTIVE' then 0 when k.status = 'PENDING_ACCEPTANCE' then 1 when k.status = 'SCHEDULED' then 2
 when k.status = 'DRAFT' then 3 when k.status = 'EXPIRED' then 4 when k.status = 'TERMINATED' then 5 else 6 end,
 k.starts_on desc, k.id limit 3) k) end"""


SEEN = "i.tenant_id = c.id and (i.issuer_id = ?2 or i.tenant_id = ?2 and i.status in ('ISSUED', 'CANCELLED'))"


def _invoices(shown: str = "", columns: str = "") -> str:
    return f"""case when c.caps & 16 = 0 then 'null\n3\n' when ?2 not in (c.issuer_id, c.id) then 'null\n4\n' else
 (select concat('{{"nodes":[', group_concat(concat('{{"id":"bil_', i.id, '","number":', coalesce(json_quote(i.number), 'null'),
 ',"status":"', i.status, '","total":', {_money("i.total_minor", "i.currency")}, {shown} '}}'), ','), ']}}')
 from (select i.id, i.number, i.status, i.total_minor, i.currency{columns} from invoice i where {SEEN}
 order by i.billing_month desc, i.id limit 3) i) end"""

COUNTS = """case when c.caps & 8 = 0 then 'null\n5\n' else (select concat('{"byStatus":[', group_concat(concat('{"status":"',
 x.status, '","count":', x.n, '}'), ','), ']}') from (select k.status, count(*) as n from contract k
 where k.tenant_id = c.id group by k.status order by k.status) x) end"""

SUMMARY = f"""case when c.caps & 2 = 0 then 'null\n6\n' else concat('{{"ports":', c.ports,
 ',"virtualCircuits":', c.virtual_circuits, ',"cloudConnections":', c.cloud_connections, ',"lastActivityAt":',
 iif(c.last_activity_at is null, 'null', {_time("c.last_activity_at")}), """


def _first(nodes: str, caps: str, most: int, also: str = "") -> str:
    """The first customers by name beneath some nodes with what is held on each. A node's rows are left early, since they
    come in order and nothing is joined to them."""
    return f"""(select c.*, d.caps from (select r.tenant_id, r.name_key, {caps} as caps from json_each({nodes}) n
 cross join reach r on r.node = n.value {'->> 0' if caps != 'null' else ''}
 where (select c.status from customer c where c.id = r.tenant_id) in {LISTED} {also}
 order by r.name_key, r.tenant_id limit {most}) d
 cross join customer c on c.id = d.tenant_id order by d.name_key, d.tenant_id) c"""


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


def _dialog() -> str:
    """?1 places, ?2 the tenant in which the viewer acts, ?3 now, ?4 the customer's id, ?5 the billing month."""
    rank = """case i.status when 'PROFORMA' then 0 when 'READY' then 1 when 'ISSUABLE' then 2 when 'ISSUED' then 3 else 4 end"""
    bill = f"""case when c.caps & 16 = 0 then 'null\n7\n' when ?2 not in (c.issuer_id, c.id) then 'null\n8\n' else
 (select concat('{{"billingMonth":"', ?5, '","groups":[', group_concat(concat('{{"status":"', x.status, '","count":', x.n,
 ',"total":', {_money("x.total", "c.currency")}, '}}'), ',' order by x.rank), '],"totalIssuableRemaining":',
 {_money("coalesce(sum(x.total) filter (where x.rank < 3), 0)", "c.currency")}, '}}')
 from (select i.status, {rank} as rank, count(*) as n, sum(i.total_minor) as total from invoice i
 where {SEEN} and i.billing_month = ?5 group by i.status) x) end"""
    users = f"""case when c.caps & 32 = 0 then 'null\nA\n' else (select concat('{{"totalCount":', coalesce(max(u.m), 0),
 ',"nodes":[', group_concat(concat('{{"id":"usr_', u.id, '","displayName":', json_quote(u.first_name||' '||u.last_name),
 ',"email":', json_quote(u.email), ',"active":', iif(u.active, 'true', 'false'), ',"lastActiveAt":',
 iif(u.last_active_at is null, 'null', {_time("u.last_active_at")}), '}}'), ','), ']}}')
 from (select u.id, u.first_name, u.last_name, u.email, u.active, u.last_active_at, count(*) over () as m
 from app_user u where u.tenant_id = c.id order by u.name_key, u.id limit 20) u) end"""
    charge = f"""case when c.caps & 4 = 0 then 'null\n9\n' when s.monthly_charge_minor is null then 'null'
 else {_money("s.monthly_charge_minor", "s.currency")} end"""
    services = f"""case when c.caps & 64 = 0 then 'null\nB\n' else (select concat('{{"totalCount":', coalesce(max(s.m), 0),
 ',"nodes":[', group_concat(concat('{{"id":"svc_', s.id, '","name":', json_quote(s.name), ',"product":', json_quote(s.product),
 ',"status":"', s.status, '","monthlyCharge":', {charge}, '}}'), ','), ']}}')
 from (select s.id, s.name, s.product, s.status, s.monthly_charge_minor, s.currency, count(*) over () as m
 from service s where s.tenant_id = c.id order by s.name_key, s.id limit 20) s) end"""
    seen = """exists (select 1 from reach r where r.tenant_id = b.id and r.node in (select value ->> 0 from json_each(?1)))"""
    beneath = f"""(select concat('{{"nodes":[', group_concat(concat('{{"id":"cus_', b.id, '","name":', json_quote(b.name),
 ',"status":"', b.status, '"}}'), ','), ']}}') from (select b.id, b.name, b.status from tenant t
 join customer b on b.id = t.id where t.parent_id = c.id and {seen} order by b.name_key, b.id limit 20) b)"""
    pending = f"""',"lastOrderAt":', iif(c.last_order_at is null, 'null', {_time("c.last_order_at")}), ',"mrrPendingEntry":',
 case when c.mrr_pending_minor is null then 'null' else {_money("c.mrr_pending_minor", "c.currency")} end"""
    contracts = _contracts(f"""',"title":', json_quote(k.title), ',"endsOn":', coalesce('"'||k.ends_on||'"', 'null'), ',"value":',
 case when k.value_minor is null then 'null' else {_money("k.value_minor", "k.currency")} end, """,
                           ", k.title, k.ends_on, k.value_minor, k.currency")
    invoices = _invoices("""',"billingMonth":"', i.billing_month, '","dueOn":', coalesce('"'||i.due_on||'"', 'null'), """,
                         ", i.billing_month, i.due_on")
    counts = COUNTS.replace("""'{"byStatus":[',""", """'{"total":', coalesce(sum(x.n), 0), ',"byStatus":[',""")
    told = {name: f"json_quote(c.{name})" for name in ("name", "reference", "website", "phone", "email", "country")}
    shown = {"createdAt": _time("c.created_at"), "mrr": MRR, "summary": f"{SUMMARY} {pending}, '}}') end", "primaryAdmin": ADMIN,
             "users": users, "contractSummary": counts, "contracts": contracts, "invoiceSummary": bill, "invoices": invoices,
             "services": services, "subAccounts": beneath}
    fields = ", ".join(f"""',"{name}":', {value}""" for name, value in (told | shown).items())
    return f"""select concat('{{"customer":', coalesce((select concat('{{"id":"cus_', c.id, '","status":"', c.status, '"',
 {fields}, '}}') from (select c.*, (select n.value ->> 1 from reach r cross join json_each(?1) n on n.value ->> 0 = r.node
 where r.tenant_id = c.id) as caps from customer c where c.id = ?4) c where c.caps <> 0), 'null'), '}}')"""


def _search(source: str) -> str:
    """`source` are customers c."""
    return f"""select concat('{{"customers":{{"nodes":[', (select group_concat(concat('{{"id":"cus_', c.id, '","name":',
 json_quote(c.name), ',"status":"', c.status, '"}}'), ',') from {source}), ']}}}}')"""


def _far(source: str, minor: str) -> str:
    """The page after the customer ?1, by `minor` and then by name; what is withheld or unknown comes last."""
    return f"""select concat('{{"customers":{{"nodes":[', group_concat(concat('{{"id":"cus_', c.id, '","name":',
 json_quote(c.name), ',"mrr":', {MRR}, '}}'), ',') filter (where c.n <= 50), '],"pageInfo":{{"hasNextPage":',
 iif(count(*) > 50, 'true', 'false'),
 '}}}}}}') from (select c.*, row_number() over () as n from (select c.id, c.name, c.mrr_minor, c.currency, d.caps
 {source} cross join (select {minor} as minor, c.name_key, c.id from (select ?1 as id, ?2 as caps) d
 left join customer c on c.id = d.id) l where c.status in {LISTED}
 and (l.id is null or {minor} < l.minor or {minor} is null and l.minor is not null
 or {minor} is l.minor and (c.name_key, c.id) > (l.name_key, l.id))
 order by {minor} desc nulls last, c.name_key, c.id limit 51) c) c"""


#: By operation and by how things are held: "alike", "mixed" or "everywhere".
STATEMENTS = {
    ("Q1", "alike"): (f"""select concat('{{"customer":', coalesce((select concat(
 '{{"id":"cus_', c.id, '","name":', json_quote(c.name),
 ',"status":"', c.status, '","mrr":', {MRR}, '}}') from (select c.*, (select n.value ->> 1 from reach r
 cross join json_each(?1) n on n.value ->> 0 = r.node where r.tenant_id = c.id) as caps
 from customer c where c.id = ?2) c where c.caps <> 0), 'null'), '}}')""", ("places", "id")),

    ("Q2", "alike"): (f"""select concat('{{"customers":{{"nodes":[', (select group_concat(concat(
 '{{"id":"cus_', c.id, '","name":',
 json_quote(c.name), ',"status":"', c.status, '","mrr":', {MRR}, ',"primaryAdmin":', {ADMIN}, ',"contracts":', {_contracts()},
 ',"invoices":', {_invoices()}, ',"contractSummary":', {COUNTS}, '}}'), ',')
 from {_first('?1', 'n.value ->> 1', 50)}), ']}}}}')""",
           ("places", "here", "now")),

    ("Q3", "alike"): (f"""select concat('{{"customers":{{"nodes":[', (select group_concat(concat(
 '{{"id":"cus_', c.id, '","name":',
 json_quote(c.name), ',"status":"', c.status, '","createdAt":', {_time("c.created_at")}, ',"summary":',
 {SUMMARY} '}}') end, '}}'), ',')
 from {_first('?1', 'n.value ->> 1', 100)}), ']}}}}')""",
           ("places",)),

    ("Q4", "alike"): (Tree(_known).two_levels(), ("here", "present", "nodes")),
    ("Q5", "alike"): (_dialog(), ("places", "here", "now", "id", "month")),
    ("Q6", "everywhere"): (_search(f"""(select c.id, c.name, c.status from customer c where c.status in {LISTED}
 and instr(c.name_key, ?1) > 0 order by c.name_key, c.id limit 20) c"""), ("letters",)),
    ("Q6", "alike"): (_search(_first("?2", "null", 20, "and instr(r.name_key, ?1) > 0")), ("letters", "nodes")),
    ("Q8", "everywhere"): (_far("from (select ?2 as caps) d cross join customer c", "c.mrr_minor"), ("after", "cap")),
    ("Q8", "alike"): (_far("""from (select ?2 as caps) d cross join json_each(?3) n cross join reach r on r.node = n.value
 cross join customer c on c.id = r.tenant_id""", "iif(d.caps & 4 <> 0, c.mrr_minor, null)"), ("after", "cap", "nodes")),
    ("Q7", "everywhere"): (Tree(_anything).three_levels(), ("here",)),
}
STATEMENTS["Q2", "mixed"] = STATEMENTS["Q2", "alike"]
