// The rule of access as benchmarks/peers/rule.py tells it, and what a viewer is in its terms.
import { readFileSync } from 'node:fs'

export const rule = JSON.parse(readFileSync(process.env.BENCH_RULE, 'utf8'))
export const {
  PRESENT, CUSTOMER_VIEW, CUSTOMER_SUMMARY_VIEW, FINANCIALS_VIEW, CONTRACT_VIEW, INVOICE_VIEW, USER_VIEW, SERVICE_VIEW
} = rule.bits

export const asArray = values => `{${values.join(',')}}`

// A name as it is sorted and searched.
export const nameKey = name =>
  name.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().split(/\s+/).filter(Boolean).join(' ')

export const billingMonth = () => new Date().toISOString().slice(0, 7)

export class Viewer {
  // `grants` are rows of role, source, tenant_id, path and kind.
  constructor (userId, here, grants) {
    this.userId = userId
    this.here = here
    this.own = new Map()
    this.beneath = new Map()
    for (const { role, source, tenant_id: id, kind } of grants) {
      const [own, beneath] = rule.grants[`${role} ${kind} ${source}`]
      this.own.set(id, this.own.get(id) | own)
      if (beneath) this.beneath.set(id, this.beneath.get(id) | beneath)
    }
    // as the database takes them: written out once, not for each request
    this.known = this.#nodes(PRESENT)
    this.seen = this.#nodes(CUSTOMER_VIEW)
  }

  // What the viewer may do on a tenant, by its path such as "/1/22/333/".
  on (path) {
    const ids = path.slice(1, -1).split('/')
    let held = this.own.get(ids.pop()) | 0
    for (const id of ids) held |= this.beneath.get(id)
    return held
  }

  // The nodes of the table reach over which the viewer holds a capability, and what is held over each.
  #nodes (capability) {
    const held = [...[...this.own].map(([id, bits]) => [`-${id}`, bits]), ...this.beneath].filter(([, bits]) => bits & capability)
    return { nodes: asArray(held.map(([node]) => node)), bits: asArray(held.map(([, bits]) => bits)) }
  }
}
