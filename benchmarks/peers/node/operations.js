// One hand-written statement for each operation of the benchmark: its root field as one value of JSON.
import { CONTRACT_VIEW, CUSTOMER_SUMMARY_VIEW, CUSTOMER_VIEW, FINANCIALS_VIEW, INVOICE_VIEW, USER_VIEW, rule } from './rule.js'

const words = values => values.map(value => `'${value}'`).join(', ')
const LISTED = words(rule.listed)
const RANKED = rule.liveliest.map((status, n) => `when '${status}' then ${n}`).join(' ')

const byDigits = digits => words(Object.keys(rule.digits).filter(code => rule.digits[code] === digits))
const money = (minor, currency) => `case when ${minor} is not null then json_build_object('currency', ${currency}, 'amount',
 case when ${currency} in (${byDigits(0)}) then ${minor}::text
 when ${currency} in (${byDigits(3)}) then (${minor} * 0.001)::text else (${minor} * 0.01)::text end) end`
const moment = column => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`
const may = (capability, value) => `case when c.held & ${capability} <> 0 then ${value} end`

// $1 and $2 are the nodes over which the viewer holds anything, and what that is.
const heldOn = tenants => `(select r.tenant_id, bit_or(n.held) as held from unnest($1::bigint[], $2::int[]) n(node, held)
 join reach r on r.node = n.node where ${tenants} group by r.tenant_id
 having bit_or(n.held) & ${CUSTOMER_VIEW} <> 0)`
const listed = columns => `(select ${columns}, d.held, c.name_key from ${heldOn('true')} d join customer c on c.id = d.tenant_id
 where c.status in (${LISTED}) order by c.name_key, c.id limit $3) c`

const PRIMARY_ADMIN = `(select json_build_object('id', 'usr_' || u.id, 'displayName', u.first_name || ' ' || u.last_name, 'email', u.email)
 from app_user u where u.tenant_id = c.id and u.active and c.held & ${USER_VIEW} <> 0
 and exists (select from access_grant g where g.user_id = u.id and g.tenant_id = u.tenant_id and g.role = 'ADMIN'
 and g.source = 'HOME' and g.revoked_at is null and (g.expires_at is null or g.expires_at > $5::timestamptz))
 order by u.invited_at, u.id limit 1)`

const CONTRACTS = `(select json_build_object('nodes', coalesce(json_agg(json_build_object(
 'id', 'con_' || k.id, 'number', k.number, 'status', k.status, 'startsOn', k.starts_on)), '[]'))
 from (select k.id, k.number, k.status, k.starts_on from contract k where k.tenant_id = c.id
 order by case k.status ${RANKED} end, k.starts_on desc, k.id limit 3) k)`

const INVOICES = `(select json_build_object('nodes', coalesce(json_agg(json_build_object(
 'id', 'bil_' || i.id, 'number', i.number, 'status', i.status, 'total', ${money('i.total_minor', 'i.currency')})), '[]'))
 from (select i.id, i.number, i.status, i.total_minor, i.currency from invoice i where i.tenant_id = c.id
 and (i.issuer_id = $4::bigint or i.tenant_id = $4::bigint and i.status in (${words(rule.seen_by_billed)}))
 order by i.billing_month desc, i.id limit 3) i)`

const SUMMARY = `(select json_build_object('byStatus', coalesce(json_agg(json_build_object('status', x.status, 'count', x.n)), '[]'))
 from (select k.status, count(*) as n from contract k where k.tenant_id = c.id group by k.status order by k.status) x)`

const reached = (tenant, nodes) =>
  `(select true from reach r where r.tenant_id = ${tenant}.id and r.node = any(${nodes}::bigint[]) limit 1)`

const named = (t, children) => `json_build_object('id', 'ten_' || ${t}.id, 'name', ${t}.name, 'children',
 json_build_object('nodes', coalesce(${children}, '[]')))`

const below = (t, parent, where, most, shown) => `(select json_agg(${shown}) from (select ${t}.id, ${t}.name from tenant ${t}
 where ${t}.parent_id = ${parent}.id and ${where} and ${reached(t, '$2')} order by ${t}.name_key, ${t}.id limit ${most}) ${t})`

const LEAF = `json_build_object('id', 'ten_' || b.id, 'customer',
 (select json_build_object('name', c.name) from customer c where c.id = b.id and ${reached('c', '$3')}))`

const partners = (parent, where) => below('a', parent, where, 50, named('a', below('b', 'a', 'true', 10, LEAF)))

const tree = children => `select ${named('h', children)} as value from tenant h where h.id = $1::bigint and ${reached('h', '$2')}`

const held = viewer => [viewer.known.nodes, viewer.known.bits]
const places = viewer => [viewer.here, viewer.known.nodes, viewer.seen.nodes]

export const operations = {
  Q1: {
    text: `select json_build_object('id', 'cus_' || c.id, 'name', c.name, 'status', c.status,
 'mrr', ${may(FINANCIALS_VIEW, money('c.mrr_minor', 'c.currency'))}) as value
 from (select c.*, d.held from ${heldOn('r.tenant_id = $3::bigint')} d
 join customer c on c.id = d.tenant_id) c`,
    values: (viewer, { id }) => [...held(viewer), id.replace('cus_', '')]
  },
  Q2: {
    text: `select json_build_object('nodes', coalesce(json_agg(json_build_object('id', 'cus_' || c.id, 'name', c.name,
 'status', c.status, 'mrr', ${may(FINANCIALS_VIEW, money('c.mrr_minor', 'c.currency'))}, 'primaryAdmin', ${PRIMARY_ADMIN},
 'contracts', ${may(CONTRACT_VIEW, CONTRACTS)}, 'contractSummary', ${may(CONTRACT_VIEW, SUMMARY)},
 'invoices', case when c.held & ${INVOICE_VIEW} <> 0 and $4::bigint in (c.issuer_id, c.id) then ${INVOICES} end)
 order by c.name_key, c.id), '[]')) as value
 from ${listed('c.id, c.name, c.status, c.mrr_minor, c.currency, c.issuer_id')}`,
    values: (viewer, { first }) => [...held(viewer), first, viewer.here, new Date().toISOString()]
  },
  Q3: {
    text: `select json_build_object('nodes', coalesce(json_agg(json_build_object('id', 'cus_' || c.id, 'name', c.name,
 'status', c.status, 'createdAt', ${moment('c.created_at')}, 'summary', ${may(CUSTOMER_SUMMARY_VIEW, `json_build_object(
 'ports', c.ports, 'virtualCircuits', c.virtual_circuits, 'cloudConnections', c.cloud_connections,
 'lastActivityAt', ${moment('c.last_activity_at')})`)}) order by c.name_key, c.id), '[]')) as value
 from ${listed('c.id, c.name, c.status, c.created_at, c.ports, c.virtual_circuits, c.cloud_connections, c.last_activity_at')}`,
    values: (viewer, { first }) => [...held(viewer), first]
  },
  Q4: { text: tree(partners('h', "a.kind = 'RESELLER'")), values: places },
  Q7: { text: tree(below('d', 'h', 'true', 50, named('d', partners('d', 'true')))), values: places }
}
