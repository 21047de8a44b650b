// What the servers with loaders read: the root fields, and each relation for many at once.
import { rows, statements } from './database.js'
import { CONTRACT_VIEW, INVOICE_VIEW, SERVICE_VIEW, USER_VIEW, billingMonth, nameKey, rule } from './rule.js'
import * as shapes from './shapes.js'

const sql = statements('../batches.sql')
const read = (name, ...values) => rows(name, sql[name], values)

export async function customer (viewer, id) {
  const [row] = await read('customer', id.replace('cus_', ''))
  return shapes.customer(row, viewer)
}

export async function customers (viewer, { search, first }) {
  const found = search
    ? await read('customers_found', viewer.seen.nodes, rule.listed, first, nameKey(search))
    : await read('customers', viewer.seen.nodes, rule.listed, first)
  return { nodes: found.map(row => shapes.customer(row, viewer)) }
}

export async function tenantTree (viewer) {
  const [row] = await read('tenant', viewer.here)
  return row ? shapes.tenant(row) : null
}

// Each of the rest takes the parents of a batch and gives what belongs to each, in their order. Those whose arguments
// differ are read apart.

export async function customersOf (viewer, tenants) {
  const found = new Map((await read('customers_by_id', tenants.map(t => t.key))).map(row => [row.id, row]))
  return tenants.map(t => shapes.customer(found.get(t.key), viewer))
}

export async function primaryAdmins (viewer, customers) {
  const found = await visible(customers, USER_VIEW, ids => read('primary_admins', ids, new Date().toISOString()))
  return customers.map(c => found.get(c.key)?.map(shapes.user)[0] ?? null)
}

export async function contracts (viewer, customers, first) {
  const found = await visible(customers, CONTRACT_VIEW, ids => read('contracts', ids, rule.liveliest, first))
  return customers.map(c => c.held & CONTRACT_VIEW ? { nodes: own(found, c).map(row => shapes.contract(row, c.held)) } : null)
}

export async function contractSummaries (viewer, customers) {
  const found = await visible(customers, CONTRACT_VIEW, ids => read('contract_counts', ids))
  const total = counts => counts.reduce((sum, { count }) => sum + count, 0)
  return customers.map(c => c.held & CONTRACT_VIEW ? { byStatus: own(found, c), total: total(own(found, c)) } : null)
}

export async function users (viewer, customers, first) {
  const found = await visible(customers, USER_VIEW, ids => read('users', ids, first))
  return customers.map(c => c.held & USER_VIEW ? counted(own(found, c), shapes.user) : null)
}

export async function services (viewer, customers, first) {
  const found = await visible(customers, SERVICE_VIEW, ids => read('services', ids, first))
  return customers.map(c => c.held & SERVICE_VIEW ? counted(own(found, c), row => shapes.service(row, c.held)) : null)
}

const billedHere = viewer => c => c.held & INVOICE_VIEW && (viewer.here === c.issuer || viewer.here === c.key)

export async function invoices (viewer, customers, first) {
  const seen = billedHere(viewer)
  const found = await visible(customers.filter(seen), INVOICE_VIEW,
    ids => read('invoices', ids, viewer.here, rule.seen_by_billed, first))
  return customers.map(c => seen(c) ? { nodes: own(found, c).map(shapes.invoice) } : null)
}

export async function invoiceSummaries (viewer, customers) {
  const seen = billedHere(viewer), month = billingMonth()
  const found = await visible(customers.filter(seen), INVOICE_VIEW,
    ids => read('invoice_sums', ids, viewer.here, rule.seen_by_billed, month, rule.invoice_statuses))
  return customers.map(c => seen(c) ? shapes.invoiceSummary(own(found, c), month, c.currency) : null)
}

export async function subAccounts (viewer, customers, first) {
  const found = grouped(await read('customers_beneath', customers.map(c => c.key), viewer.seen.nodes, first), 'parent_id')
  return customers.map(c => ({ nodes: own(found, c).map(row => shapes.customer(row, viewer)) }))
}

export async function children (viewer, tenants, kind, first) {
  const found = grouped(await read('children', tenants.map(t => t.key), kind ?? null, viewer.known.nodes, first), 'parent_id')
  return tenants.map(t => ({ nodes: own(found, t).map(shapes.tenant) }))
}

const own = (found, parent) => found.get(parent.key) ?? []

const counted = (found, shape) => ({ nodes: found.map(shape), totalCount: found[0]?.total ?? 0 })

async function visible (customers, capability, readOf) {
  const ids = customers.filter(c => c.held & capability).map(c => c.key)
  return grouped(ids.length ? await readOf(ids) : [], 'tenant_id')
}

function grouped (found, key) {
  const groups = new Map()
  for (const row of found) {
    const group = groups.get(row[key])
    if (group) group.push(row)
    else groups.set(row[key], [row])
  }
  return groups
}

// A batch whose parents come with arguments: one read for each different set of them, nearly always a single one.
export async function apart (asked, argumentsOf, readOf) {
  const groups = new Map()
  asked.forEach((each, n) => {
    const key = JSON.stringify(argumentsOf(each))
    if (!groups.has(key)) groups.set(key, [])
    groups.get(key).push(n)
  })
  const answers = new Array(asked.length)
  await Promise.all([...groups.values()].map(async places => {
    const found = await readOf(places.map(n => asked[n]), argumentsOf(asked[places[0]]))
    places.forEach((n, m) => { answers[n] = found[m] })
  }))
  return answers
}
