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
    this.status = row.status
    this.createdAt = moment(row.created_at)
    this.mrr = held & FINANCIALS_VIEW ? money(row.mrr_minor, row.currency) : null
    this.summary = held & CUSTOMER_SUMMARY_VIEW ? summary(row) : null
  }
}

class Tenant extends Parent {
  constructor (row) {
    super(row.id)
    this.id = `ten_${row.id}`
    this.name = row.name
  }
}

const summary = row => ({
  ports: row.ports,
  virtualCircuits: row.virtual_circuits,
  cloudConnections: row.cloud_connections,
  lastActivityAt: moment(row.last_activity_at)
})

export function customer (row, viewer) {
  const held = row ? viewer.on(row.path) : 0
  return held & CUSTOMER_VIEW ? new Customer(row, held) : null
}

export const tenant = row => new Tenant(row)

export const user = row => ({ id: `usr_${row.id}`, displayName: `${row.first_name} ${row.last_name}`, email: row.email })

export const contract = row => ({ id: `con_${row.id}`, number: row.number, status: row.status, startsOn: row.starts_on })

export const invoice = row => ({
  id: `bil_${row.id}`, number: row.number, status: row.status, total: money(row.total_minor, row.currency)
})
