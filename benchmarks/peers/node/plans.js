// The fields of the peers' schema as Grafast's plans. The rule of access is part of the statements.
import { readFileSync } from 'node:fs'
import { UnbatchedStep, constant, context, first, get, lambda } from 'postgraphile/grafast'
import { TYPES, listOfCodec, pgSelect } from 'postgraphile/@dataplan/pg'
import { extendSchema, gql } from 'postgraphile/utils'
import { CONTRACT_VIEW, CUSTOMER_SUMMARY_VIEW, CUSTOMER_VIEW, FINANCIALS_VIEW, INVOICE_VIEW, USER_VIEW, rule } from './rule.js'

const SCHEMA = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8').replace('type Query', 'extend type Query')
const BIGINTS = listOfCodec(TYPES.bigint), INTS = listOfCodec(TYPES.int)

// An object of steps, null where its gate is null or false.
class Part extends UnbatchedStep {
  isSyncAndSafe = true

  constructor ($gate, steps) {
    super()
    this.addDependency($gate)
    this.places = Object.fromEntries(Object.entries(steps).map(([name, $step]) => [name, this.addDependency($step)]))
  }

  get (name) {
    return this.getDep(this.places[name])
  }

  unbatchedExecute (_, gate) {
    return gate === null || gate === undefined || gate === false ? null : this
  }
}

const viewer = () => get(context(), 'viewer')
const nodes = $select => $select.placeholder(get(get(viewer(), 'known'), 'nodes'), BIGINTS, true)
const bits = $select => $select.placeholder(get(get(viewer(), 'known'), 'bits'), INTS, true)
const here = $select => $select.placeholder(get(viewer(), 'here'), TYPES.bigint)

export const plans = extendSchema(build => {
  const { sql, input: { pgRegistry: { pgResources: { customer, contract, invoice, tenant, app_user: user } } } } = build

  const words = values => sql.join(values.map(value => sql.literal(value)), ', ')
  const of = $row => $row.getClassStep().alias
  const text = ($row, expression) => $row.select(expression, TYPES.text)

  // Customers with what the viewer holds over each, and whether they are billed from here: a page of them, or one at a time.
  const page = {
    callback: $select => sql`(select c.*, d.held, ${here($select)} in (c.issuer_id, c.id) as billed_here
      from (select r.tenant_id, bit_or(n.held) as held from unnest(${nodes($select)}, ${bits($select)}) n(node, held)
      join reach r on r.node = n.node group by r.tenant_id) d join customer c on c.id = d.tenant_id)`
  }
  const each = {
    callback: $select => sql`(select c.*, (select bit_or(n.held) from reach r
      join unnest(${nodes($select)}, ${bits($select)}) n(node, held) on n.node = r.node where r.tenant_id = c.id) as held,
      ${here($select)} in (c.issuer_id, c.id) as billed_here from customer c)`
  }
  const customers = (from, ...identifiers) => {
    const $customers = pgSelect({ resource: customer, identifiers, from, name: 'customers' })
    $customers.where(sql`${$customers.alias}.held & ${sql.literal(CUSTOMER_VIEW)} <> 0`)
    return $customers
  }
  const key = ($step, column = 'id') => ({ step: $step, codec: TYPES.bigint, matches: alias => sql`${alias}.${sql.identifier(column)}` })
  const may = ($customer, capability, expression, codec) =>
    $customer.select(sql`case when ${of($customer)}.held & ${sql.literal(capability)} <> 0 then ${expression} end`, codec)
  const ownId = ($customer, capability) => may($customer, capability, sql`${of($customer)}.id`, TYPES.bigint)

  const byDigits = digits => words(Object.keys(rule.digits).filter(code => rule.digits[code] === digits))
  const amount = (minor, currency) => sql`case when ${currency} in (${byDigits(0)}) then ${minor}::text
    when ${currency} in (${byDigits(3)}) then (${minor} * 0.001)::text else (${minor} * 0.01)::text end`
  const moment = column => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`
  const prefixed = (prefix, $row) => text($row, sql`${sql.literal(prefix)} || ${of($row)}.id`)

  const inOrder = ($select, $first, ...orders) => {
    for (const [expression, codec, direction = 'ASC'] of orders) {
      $select.orderBy({ fragment: sql`${$select.alias}.${expression}`, codec, direction })
    }
    $select.setOrderIsUnique()
    $select.setFirst($first)
    return $select
  }
  const byName = ($select, $first) => inOrder($select, $first, [sql`name_key`, TYPES.text], [sql`id`, TYPES.bigint])

  return {
    typeDefs: gql`${SCHEMA}`,
    objects: {
      Query: {
        plans: {
          customer: (_, { $id }) => customers(each, key(lambda($id, id => id.replace('cus_', ''), true))).single(),
          customers (_, { $first }) {
            const $customers = customers(page)
            $customers.where(sql`${$customers.alias}.status in (${words(rule.listed)})`)
            return new Part(constant(true), { nodes: byName($customers, $first) })
          },
          tenantTree: () => tenant.get({ id: get(viewer(), 'here') })
        }
      },
      Customer: {
        plans: {
          id: $customer => prefixed('cus_', $customer),
          createdAt: $customer => text($customer, moment(sql`${of($customer)}.created_at`)),
          mrr ($customer) {
            const $amount = may($customer, FINANCIALS_VIEW, amount(sql`${of($customer)}.mrr_minor`, sql`${of($customer)}.currency`), TYPES.text)
            return new Part($amount, { amount: $amount, currency: $customer.get('currency') })
          },
          summary: $customer => new Part(ownId($customer, CUSTOMER_SUMMARY_VIEW), {
            ports: $customer.get('ports'),
            virtualCircuits: $customer.get('virtual_circuits'),
            cloudConnections: $customer.get('cloud_connections'),
            lastActivityAt: text($customer, moment(sql`${of($customer)}.last_activity_at`))
          }),
          primaryAdmin ($customer) {
            const $users = pgSelect({ resource: user, identifiers: [key(ownId($customer, USER_VIEW), 'tenant_id')] })
            const u = $users.alias
            $users.where(sql`${u}.active`)
            $users.where(sql`exists (select from access_grant g where g.user_id = ${u}.id and g.tenant_id = ${u}.tenant_id
              and g.role = 'ADMIN' and g.source = 'HOME' and g.revoked_at is null
              and (g.expires_at is null or g.expires_at > now()))`)
            inOrder($users, constant(1), [sql`invited_at`, TYPES.timestamptz], [sql`id`, TYPES.bigint])
            return $users.row(first($users))
          },
          contracts ($customer, { $first }) {
            const $id = ownId($customer, CONTRACT_VIEW)
            const $contracts = pgSelect({ resource: contract, identifiers: [key($id, 'tenant_id')] })
            $contracts.orderBy({
              fragment: sql`array_position(array[${words(rule.liveliest)}], ${$contracts.alias}.status::text)`, codec: TYPES.int, direction: 'ASC'
            })
            return new Part($id, { nodes: inOrder($contracts, $first, [sql`starts_on`, TYPES.date, 'DESC'], [sql`id`, TYPES.bigint]) })
          },
          contractSummary ($customer) {
            const $id = ownId($customer, CONTRACT_VIEW)
            const $counts = pgSelect({
              resource: contract,
              identifiers: [key($id, 'tenant_id')],
              from: sql`(select k.tenant_id, k.status, count(*)::int as count from contract k group by k.tenant_id, k.status)`,
              name: 'counts'
            })
            $counts.orderBy({ fragment: sql`${$counts.alias}.status`, codec: TYPES.text, direction: 'ASC' })
            $counts.setOrderIsUnique()
            return new Part($id, { byStatus: $counts })
          },
          invoices ($customer, { $first }) {
            const c = of($customer)
            const $id = may($customer, INVOICE_VIEW, sql`case when ${c}.billed_here then ${c}.id end`, TYPES.bigint)
            const $invoices = pgSelect({ resource: invoice, identifiers: [key($id, 'tenant_id')] })
            const i = $invoices.alias, there = here($invoices)
            $invoices.where(sql`(${i}.issuer_id = ${there}
              or ${i}.tenant_id = ${there} and ${i}.status in (${words(rule.seen_by_billed)}))`)
            return new Part($id, { nodes: inOrder($invoices, $first, [sql`billing_month`, TYPES.text, 'DESC'], [sql`id`, TYPES.bigint]) })
          }
        }
      },
      StatusCount: { plans: { count: $row => $row.select(sql`${of($row)}.count`, TYPES.int) } },
      User: {
        plans: {
          id: $user => prefixed('usr_', $user),
          displayName: $user => text($user, sql`${of($user)}.first_name || ' ' || ${of($user)}.last_name`)
        }
      },
      Contract: { plans: { id: $contract => prefixed('con_', $contract), startsOn: $contract => $contract.get('starts_on') } },
      Invoice: {
        plans: {
          id: $invoice => prefixed('bil_', $invoice),
          total ($invoice) {
            const $amount = text($invoice, amount(sql`${of($invoice)}.total_minor`, sql`${of($invoice)}.currency`))
            return new Part($amount, { amount: $amount, currency: $invoice.get('currency') })
          }
        }
      },
      Tenant: {
        plans: {
          id: $tenant => prefixed('ten_', $tenant),
          children ($tenant, { $kind, $first }) {
            const $children = pgSelect({ resource: tenant, identifiers: [key($tenant.get('id'), 'parent_id')] })
            const t = $children.alias, kind = $children.placeholder($kind, TYPES.text)
            $children.where(sql`(${kind} is null or ${t}.kind = ${kind})`)
            $children.where(sql`(select true from reach r where r.tenant_id = ${t}.id and r.node = any(${nodes($children)}) limit 1)`)
            return new Part(constant(true), { nodes: byName($children, $first) })
          },
          customer: $tenant => customers(each, key($tenant.get('id'))).single()
        }
      }
    }
  }
})
