// From rows to what the schema shows; what the viewer may not see is left null.
import { CUSTOMER_SUMMARY_VIEW, CUSTOMER_VIEW, FINANCIALS_VIEW, rule } from './rule.js'

export function money (minor, currency) {
  if (minor === null) return null
  const digits = rule.digits[currency] ?? 2
  if (!digits) return { amount: minor, currency }
  const sign = minor[0] === '-' ? '-' : ''
  const text = minor.slice(sign.length).padStart(digits + 1, '0')
  return { amount: `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`, currency }
}

const moment = text => text && `${text.slice(0, 10)}T${text.slice(11, 19)}Z`

// What loaders take: `key` is the row's own id. Mercurius tells parents apart by their JSON, so that is the key alone.
class Parent {
  constructor (key) {
    this.key = key
  }

  toJSON () {
    return this.key
  }
}

class Customer extends Parent {
  // `held` is what the viewer may do there.
  constructor (row, held) {
    super(row.id)
    this.held = held
    this.issuer = row.issuer_id
    this.id = `cus_${row.id}`
    this.name = row.name
    this.reference = row.reference
    this.status = row.status
    this.website = row.website
    this.phone = row.phone
    this.email = row.email
    this.country = row.country
    this.currency = row.currency
    this.createdAt = moment(row.created_at)
    this.mrr = held & FINANCIALS_VIEW ? money(row.mrr_minor, row.currency) : null
    this.summary = held & CUSTOMER_SUMMARY_VIEW ? summary(row, held) : null
  }
}

class Tenant extends Parent {
  constructor (row) {
    super(row.id)
    this.id = `ten_${row.id}`
    this.name = row.name
  }
}

const summary = (row, held) => ({
  ports: row.ports,
  virtualCircuits: row.virtual_circuits,
  cloudConnections: row.cloud_connections,
  lastActivityAt: moment(row.last_activity_at),
  lastOrderAt: moment(row.last_order_at),
  mrrPendingEntry: held & FINANCIALS_VIEW ? money(row.mrr_pending_minor, row.currency) : null
})

export function customer (row, viewer) {
  const held = row ? viewer.on(row.path) : 0
  return held & CUSTOMER_VIEW ? new Customer(row, held) : null
}

export const tenant = row => new Tenant(row)

export const user = row => ({
  id: `usr_${row.id}`,
  displayName: `${row.first_name} ${row.last_name}`,
  email: row.email,
  active: row.active,
  lastActiveAt: moment(row.last_active_at)
})

export const contract = (row, held) => ({
  id: `con_${row.id}`,
  number: row.number,
  title: row.title,
  status: row.status,
  startsOn: row.starts_on,
  endsOn: row.ends_on,
  value: held & FINANCIALS_VIEW ? money(row.value_minor, row.currency) : null
})

export const service = (row, held) => ({
  id: `svc_${row.id}`,
  name: row.name,
  product: row.product,
  status: row.status,
  monthlyCharge: held & FINANCIALS_VIEW ? money(row.monthly_charge_minor, row.currency) : null
})

export const invoice = row => ({
  id: `bil_${row.id}`,
  number: row.number,
  billingMonth: row.billing_month,
  status: row.status,
  dueOn: row.due_on,
  total: money(row.total_minor, row.currency)
})

// Of the invoices of a month, counted and summed up by status.
export const invoiceSummary = (rows, billingMonth, currency) => ({
  billingMonth,
  groups: rows.map(({ status, count, total_minor: minor }) => ({ status, count, total: money(minor, currency) })),
  totalIssuableRemaining: money(rows.filter(row => rule.not_yet_issued.includes(row.status))
    .reduce((sum, row) => sum + BigInt(row.total_minor), 0n).toString(), currency)
})
