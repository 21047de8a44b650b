// One hand-written statement for each operation of the benchmark: its root field as one value of JSON.
import {
  CONTRACT_VIEW, CUSTOMER_SUMMARY_VIEW, CUSTOMER_VIEW, FINANCIALS_VIEW, INVOICE_VIEW, SERVICE_VIEW, USER_VIEW,
  billingMonth, nameKey, rule
} from './rule.js'

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

const PRIMARY_ADMIN = `(select json_build_object('id', 'usr_' || u.id, 'displayName', u.first_name || ' ' || u.last_name,
 'email', u.email)
 from app_user u where u.tenant_id = c.id and u.active and c.held & ${USER_VIEW} <> 0
 and exists (select from access_grant g where g.user_id = u.id and g.tenant_id = u.tenant_id and g.role = 'ADMIN'
 and g.source = 'HOME' and g.revoked_at is null and (g.expires_at is null or g.expires_at > $5::timestamptz))
 order by u.invited_at, u.id limit 1)`

const nodes = (object, rows) => `'nodes', coalesce(json_agg(json_build_object(${object})), '[]')) from (${rows})`

const contracts = (more = '', columns = '') => `(select json_build_object(${nodes(`
 'id', 'con_' || k.id, 'number', k.number, 'status', k.status, 'startsOn', k.starts_on${more}`, `
 select k.id, k.number, k.status, k.starts_on${columns} from contract k where k.tenant_id = c.id
 order by case k.status ${RANKED} end, k.starts_on desc, k.id limit 3`)} k)`

// $4 is the tenant in which the viewer acts.
const SEEN_HERE = `i.tenant_id = c.id and (i.issuer_id = $4::bigint
 or i.tenant_id = $4::bigint and i.status in (${words(rule.seen_by_billed)}))`
const billed = value => `case when c.held & ${INVOICE_VIEW} <> 0 and $4::bigint in (c.issuer_id, c.id) then ${value} end`

const invoices = (more = '', columns = '') => billed(`(select json_build_object(${nodes(`
 'id', 'bil_' || i.id, 'number', i.number, 'status', i.status, 'total', ${money('i.total_minor', 'i.currency')}${more}`, `
 select i.id, i.number, i.status, i.total_minor, i.currency${columns} from invoice i where ${SEEN_HERE}
 order by i.billing_month desc, i.id limit 3`)} i)`)

const counts = (more = '') => `(select json_build_object(${more}
 'byStatus', coalesce(json_agg(json_build_object('status', x.status, 'count', x.n)), '[]'))
 from (select k.status, count(*) as n from contract k where k.tenant_id = c.id group by k.status order by k.status) x)`

const summary = (more = '') => may(CUSTOMER_SUMMARY_VIEW, `json_build_object('ports', c.ports,
 'virtualCircuits', c.virtual_circuits, 'cloudConnections', c.cloud_connections,
 'lastActivityAt', ${moment('c.last_activity_at')}${more})`)

// $6 is the month.
const INVOICE_SUMMARY = billed(`(select json_build_object('billingMonth', $6::text,
 'groups', coalesce(json_agg(json_build_object('status', x.status, 'count', x.n, 'total', ${money('x.total', 'c.currency')})
  order by array_position(array[${words(rule.invoice_statuses)}], x.status::text)), '[]'),
 'totalIssuableRemaining', ${money(`coalesce(sum(x.total) filter (where x.status in (${words(rule.not_yet_issued)})), 0)`,
  'c.currency')})
 from (select i.status, count(*) as n, sum(i.total_minor)::bigint as total from invoice i where ${SEEN_HERE}
 and i.billing_month = $6::text group by i.status) x)`)

const USERS = may(USER_VIEW, `(select json_build_object('totalCount', coalesce(max(u.total), 0), ${nodes(`
 'id', 'usr_' || u.id, 'displayName', u.first_name || ' ' || u.last_name, 'email', u.email, 'active', u.active,
 'lastActiveAt', ${moment('u.last_active_at')}`, `
 select u.id, u.first_name, u.last_name, u.email, u.active, u.last_active_at, count(*) over () as total
 from app_user u where u.tenant_id = c.id order by u.name_key, u.id limit 20`)} u)`)

const SERVICES = may(SERVICE_VIEW, `(select json_build_object('totalCount', coalesce(max(s.total), 0), ${nodes(`
 'id', 'svc_' || s.id, 'name', s.name, 'product', s.product, 'status', s.status,
 'monthlyCharge', ${may(FINANCIALS_VIEW, money('s.monthly_charge_minor', 's.currency'))}`, `
 select s.id, s.name, s.product, s.status, s.monthly_charge_minor, s.currency, count(*) over () as total
 from service s where s.tenant_id = c.id order by s.name_key, s.id limit 20`)} s)`)

const reached = (tenant, nodes) =>
  `(select true from reach r where r.tenant_id = ${tenant}.id and r.node = any(${nodes}::bigint[]) limit 1)`

// $7 are the nodes that the viewer holds as customers.
const SUB_ACCOUNTS = `(select json_build_object(${nodes("'id', 'cus_' || b.id, 'name', b.name, 'status', b.status", `
 select b.id, b.name, b.status from tenant t join customer b on b.id = t.id where t.parent_id = c.id and ${reached('t', '$7')}
 order by t.name_key, t.id limit 20`)} b)`

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
 'contracts', ${may(CONTRACT_VIEW, contracts())}, 'contractSummary', ${may(CONTRACT_VIEW, counts())},
 'invoices', ${invoices()})
 order by c.name_key, c.id), '[]')) as value
 from ${listed('c.id, c.name, c.status, c.mrr_minor, c.currency, c.issuer_id')}`,
    values: (viewer, { first }) => [...held(viewer), first, viewer.here, new Date().toISOString()]
  },
  Q3: {
    text: `select json_build_object('nodes', coalesce(json_agg(json_build_object('id', 'cus_' || c.id, 'name', c.name,
 'status', c.status, 'createdAt', ${moment('c.created_at')}, 'summary', ${summary()}) order by c.name_key, c.id), '[]')) as value
 from ${listed('c.id, c.name, c.status, c.created_at, c.ports, c.virtual_circuits, c.cloud_connections, c.last_activity_at')}`,
    values: (viewer, { first }) => [...held(viewer), first]
  },
  Q4: { text: tree(partners('h', "a.kind = 'RESELLER'")), values: places },
  Q5: {
    text: `select json_build_object('id', 'cus_' || c.id, 'name', c.name, 'reference', c.reference, 'status', c.status,
 'website', c.website, 'phone', c.phone, 'email', c.email, 'country', c.country, 'createdAt', ${moment('c.created_at')},
 'mrr', ${may(FINANCIALS_VIEW, money('c.mrr_minor', 'c.currency'))},
 'summary', ${summary(`, 'lastOrderAt', ${moment('c.last_order_at')},
 'mrrPendingEntry', ${may(FINANCIALS_VIEW, money('c.mrr_pending_minor', 'c.currency'))}`)},
 'primaryAdmin', ${PRIMARY_ADMIN}, 'users', ${USERS},
 'contractSummary', ${may(CONTRACT_VIEW, counts("'total', coalesce(sum(x.n), 0),"))},
 'contracts', ${may(CONTRACT_VIEW, contracts(`, 'title', k.title, 'endsOn', k.ends_on,
 'value', ${may(FINANCIALS_VIEW, money('k.value_minor', 'k.currency'))}`, ', k.title, k.ends_on, k.value_minor, k.currency'))},
 'invoiceSummary', ${INVOICE_SUMMARY},
 'invoices', ${invoices(", 'billingMonth', i.billing_month, 'dueOn', i.due_on", ', i.billing_month, i.due_on')},
 'services', ${SERVICES}, 'subAccounts', ${SUB_ACCOUNTS}) as value
 from (select c.*, d.held from ${heldOn('r.tenant_id = $3::bigint')} d join customer c on c.id = d.tenant_id) c`,
    values: (viewer, { id }) => [...held(viewer), id.replace('cus_', ''), viewer.here, new Date().toISOString(), billingMonth(),
      viewer.seen.nodes]
  },
  Q6: {
    text: `select json_build_object('nodes', coalesce(json_agg(json_build_object('id', 'cus_' || c.id, 'name', c.name,
 'status', c.status)), '[]')) as value from (select c.id, c.name, c.status from customer c
 where c.id in (select r.tenant_id from reach r where r.node = any($1::bigint[])) and c.status in (${LISTED})
 and strpos(c.name_key, $2::text) > 0 order by c.name_key, c.id limit $3) c`,
    values: (viewer, { search, first }) => [viewer.seen.nodes, nameKey(search), first]
  },
  Q7: { text: tree(below('d', 'h', 'true', 50, named('d', partners('d', 'true')))), values: places }
}
