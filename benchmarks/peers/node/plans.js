// The fields of the peers' schema as Grafast's plans. The rule of access is part of the statements.
import { readFileSync } from 'node:fs'
import { UnbatchedStep, constant, context, first, get, lambda } from 'postgraphile/grafast'
import { TYPES, listOfCodec, pgSelect } from 'postgraphile/@dataplan/pg'
import { extendSchema, gql } from 'postgraphile/utils'
import {
  CONTRACT_VIEW, CUSTOMER_SUMMARY_VIEW, CUSTOMER_VIEW, FINANCIALS_VIEW, INVOICE_VIEW, SERVICE_VIEW, USER_VIEW,
  nameKey, rule
} from './rule.js'

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
  const { sql, input: { pgRegistry: { pgResources: { customer, contract, invoice, service, tenant, app_user: user } } } } = build

  const words = values => sql.join(values.map(value => sql.literal(value)), ', ')
  const of = $row => $row.getClassStep().alias
  const text = ($row, expression) => $row.select(expression, TYPES.text)

  // What the viewer holds over one tenant.
  const heldOn = ($select, id) => sql`(select bit_or(n.held) from reach r
    join unnest(${nodes($select)}, ${bits($select)}) n(node, held) on n.node = r.node where r.tenant_id = ${id})`
  const shared = $select => sql`${here($select)} as here, ${here($select)} in (c.issuer_id, c.id) as billed_here`
  // Customers with that, and whether they are billed from here: a page of them, one at a time, or those beneath a tenant.
  const page = {
    callback: $select => sql`(select c.*, d.held, ${shared($select)}
      from (select r.tenant_id, bit_or(n.held) as held from unnest(${nodes($select)}, ${bits($select)}) n(node, held)
      join reach r on r.node = n.node group by r.tenant_id) d join customer c on c.id = d.tenant_id)`
  }
  const each = {
    callback: $select => sql`(select c.*, ${heldOn($select, sql`c.id`)} as held, ${shared($select)} from customer c)`
  }
  const beneath = {
    callback: $select => sql`(select c.*, t.parent_id, ${heldOn($select, sql`c.id`)} as held, ${shared($select)}
      from tenant t join customer c on c.id = t.id)`
  }
  const customers = (from, ...identifiers) => {
    const $customers = pgSelect({ resource: customer, identifiers, from, name: 'customers' })
    $customers.where(sql`${$customers.alias}.held & ${sql.literal(CUSTOMER_VIEW)} <> 0`)
    return $customers
  }
  // Rows of a table that belong to customers, with what the viewer holds over the customer.
  const belonging = (resource, table, $id) => pgSelect({
    resource,
    identifiers: [key($id, 'tenant_id')],
    from: { callback: $select => sql`(select k.*, ${heldOn($select, sql`k.tenant_id`)} as held from ${sql.identifier(table)} k)` },
    name: table
  })
  const key = ($step, column = 'id') => ({
    step: $step, codec: TYPES.bigint, matches: alias => sql`${alias}.${sql.identifier(column)}`
  })
  const may = ($customer, capability, expression, codec) =>
    $customer.select(sql`case when ${of($customer)}.held & ${sql.literal(capability)} <> 0 then ${expression} end`, codec)
  const billedId = $customer => may($customer, INVOICE_VIEW, sql`case when ${of($customer)}.billed_here
    then ${of($customer)}.id end`, TYPES.bigint)
  const ownId = ($customer, capability) => may($customer, capability, sql`${of($customer)}.id`, TYPES.bigint)

  const counted = ($customer, table) => $customer.select(
    sql`(select count(*)::int from ${sql.identifier(table)} k where k.tenant_id = ${of($customer)}.id)`, TYPES.int)
  const MONTH = sql`to_char(now() at time zone 'UTC', 'YYYY-MM')`
  const seenHere = (i, there) => sql`(${i}.issuer_id = ${there}
    or ${i}.tenant_id = ${there} and ${i}.status in (${words(rule.seen_by_billed)}))`

  const byDigits = digits => words(Object.keys(rule.digits).filter(code => rule.digits[code] === digits))
  const amount = (minor, currency) => sql`case when ${currency} in (${byDigits(0)}) then ${minor}::text
    when ${currency} in (${byDigits(3)}) then (${minor} * 0.001)::text else (${minor} * 0.01)::text end`
  const moment = column => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`
  const money = ($row, $amount) => new Part($amount, { amount: $amount, currency: $row.get('currency') })
  const amountOf = ($row, name) => amount(sql`${of($row)}.${sql.identifier(name)}`, sql`${of($row)}.currency`)
  const moneyOf = ($row, name) => money($row, text($row, amountOf($row, name)))
  const moneySeen = ($customer, name) => money($customer, may($customer, FINANCIALS_VIEW, amountOf($customer, name), TYPES.text))
  const prefixed = (prefix, $row) => text($row, sql`${sql.literal(prefix)} || ${of($row)}.id`)

  const rank = ($select, statuses) => ({
    fragment: sql`array_position(array[${words(statuses)}], ${$select.alias}.status::text)`, codec: TYPES.int, direction: 'ASC'
  })
  const inOrder = ($select, $first, ...orders) => {
    for (const [column, codec, direction = 'ASC'] of orders) {
      $select.orderBy({ fragment: sql`${$select.alias}.${sql.identifier(column)}`, codec, direction })
    }
    $select.setOrderIsUnique()
    $select.setFirst($first)
    return $select
  }
  const byName = ($select, $first) => inOrder($select, $first, ['name_key', TYPES.text], ['id', TYPES.bigint])

  return {
    typeDefs: gql`${SCHEMA}`,
    objects: {
      Query: {
        plans: {
          customer: (_, { $id }) => customers(each, key(lambda($id, id => id.replace('cus_', ''), true))).single(),
          customers (_, { $search, $first }) {
            const $customers = customers(page)
            const c = $customers.alias
            const letters = $customers.placeholder(lambda($search, text => nameKey(text ?? ''), true), TYPES.text)
            $customers.where(sql`${c}.status in (${words(rule.listed)})`)
            $customers.where(sql`strpos(${c}.name_key, ${letters}) > 0`)
            return new Part(constant(true), { nodes: byName($customers, $first) })
          },
          tenantTree: () => tenant.get({ id: get(viewer(), 'here') })
        }
      },
      Customer: {
        plans: {
          id: $customer => prefixed('cus_', $customer),
          createdAt: $customer => text($customer, moment(sql`${of($customer)}.created_at`)),
          mrr: $customer => moneySeen($customer, 'mrr_minor'),
          summary: $customer => new Part(ownId($customer, CUSTOMER_SUMMARY_VIEW), {
            ports: $customer.get('ports'),
            virtualCircuits: $customer.get('virtual_circuits'),
            cloudConnections: $customer.get('cloud_connections'),
            lastActivityAt: text($customer, moment(sql`${of($customer)}.last_activity_at`)),
            lastOrderAt: text($customer, moment(sql`${of($customer)}.last_order_at`)),
            mrrPendingEntry: moneySeen($customer, 'mrr_pending_minor')
          }),
          primaryAdmin ($customer) {
            const $users = pgSelect({ resource: user, identifiers: [key(ownId($customer, USER_VIEW), 'tenant_id')] })
            const u = $users.alias
            $users.where(sql`${u}.active`)
            $users.where(sql`exists (select from access_grant g where g.user_id = ${u}.id and g.tenant_id = ${u}.tenant_id
              and g.role = 'ADMIN' and g.source = 'HOME' and g.revoked_at is null
              and (g.expires_at is null or g.expires_at > now()))`)
            inOrder($users, constant(1), ['invited_at', TYPES.timestamptz], ['id', TYPES.bigint])
            return $users.row(first($users))
          },
          contracts ($customer, { $first }) {
            const $id = ownId($customer, CONTRACT_VIEW)
            const $contracts = belonging(contract, 'contract', $id)
            $contracts.orderBy(rank($contracts, rule.liveliest))
            return new Part($id, { nodes: inOrder($contracts, $first, ['starts_on', TYPES.date, 'DESC'], ['id', TYPES.bigint]) })
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
            return new Part($id, { byStatus: $counts, total: counted($customer, 'contract') })
          },
          users ($customer, { $first }) {
            const $id = ownId($customer, USER_VIEW)
            const $users = pgSelect({ resource: user, identifiers: [key($id, 'tenant_id')] })
            return new Part($id, { nodes: byName($users, $first), totalCount: counted($customer, 'app_user') })
          },
          services ($customer, { $first }) {
            const $id = ownId($customer, SERVICE_VIEW)
            const $services = byName(belonging(service, 'service', $id), $first)
            return new Part($id, { nodes: $services, totalCount: counted($customer, 'service') })
          },
          invoices ($customer, { $first }) {
            const $id = billedId($customer)
            const $invoices = pgSelect({ resource: invoice, identifiers: [key($id, 'tenant_id')] })
            $invoices.where(seenHere($invoices.alias, here($invoices)))
            return new Part($id, { nodes: inOrder($invoices, $first, ['billing_month', TYPES.text, 'DESC'], ['id', TYPES.bigint]) })
          },
          invoiceSummary ($customer) {
            const $id = billedId($customer), c = of($customer)
            const $groups = pgSelect({
              resource: invoice,
              identifiers: [key($id, 'tenant_id')],
              from: {
                callback: $select => sql`(select i.tenant_id, i.status, count(*)::int as count,
                  sum(i.total_minor)::bigint as total_minor, (select c.currency from customer c where c.id = i.tenant_id) as currency
                  from invoice i where i.billing_month = ${MONTH} and ${seenHere(sql`i`, here($select))} group by i.tenant_id, i.status)`
              },
              name: 'groups'
            })
            $groups.orderBy(rank($groups, rule.invoice_statuses))
            $groups.setOrderIsUnique()
            const left = sql`coalesce((select sum(i.total_minor)::bigint from invoice i where i.tenant_id = ${c}.id
              and i.billing_month = ${MONTH} and i.status in (${words(rule.not_yet_issued)})
              and ${seenHere(sql`i`, sql`${c}.here`)}), 0)`
            return new Part($id, {
              billingMonth: text($customer, MONTH),
              groups: $groups,
              totalIssuableRemaining: money($customer, text($customer, amount(left, sql`${c}.currency`)))
            })
          },
          subAccounts: ($customer, { $first }) => new Part(constant(true), {
            nodes: byName(customers(beneath, key($customer.get('id'), 'parent_id')), $first)
          })
        }
      },
      Service: {
        plans: { id: $service => prefixed('svc_', $service), monthlyCharge: $service => moneySeen($service, 'monthly_charge_minor') }
      },
      InvoiceStatusGroup: {
        plans: {
          count: $row => $row.select(sql`${of($row)}.count`, TYPES.int),
          total: $row => moneyOf($row, 'total_minor')
        }
      },
      StatusCount: { plans: { count: $row => $row.select(sql`${of($row)}.count`, TYPES.int) } },
      User: {
        plans: {
          id: $user => prefixed('usr_', $user),
          lastActiveAt: $user => text($user, moment(sql`${of($user)}.last_active_at`)),
          displayName: $user => text($user, sql`${of($user)}.first_name || ' ' || ${of($user)}.last_name`)
        }
      },
      Contract: {
        plans: {
          id: $contract => prefixed('con_', $contract),
          startsOn: $contract => $contract.get('starts_on'),
          endsOn: $contract => $contract.get('ends_on'),
          value: $contract => moneySeen($contract, 'value_minor')
        }
      },
      Invoice: {
        plans: {
          id: $invoice => prefixed('bil_', $invoice),
          billingMonth: $invoice => $invoice.get('billing_month'),
          dueOn: $invoice => $invoice.get('due_on'),
          total: $invoice => moneyOf($invoice, 'total_minor')
        }
      },
      Tenant: {
        plans: {
          id: $tenant => prefixed('ten_', $tenant),
          children ($tenant, { $kind, $first }) {
            const $children = pgSelect({ resource: tenant, identifiers: [key($tenant.get('id'), 'parent_id')] })
            const t = $children.alias, kind = $children.placeholder($kind, TYPES.text)
            $children.where(sql`(${kind} is null or ${t}.kind = ${kind})`)
            $children.where(sql`(select true from reach r where r.tenant_id = ${t}.id
              and r.node = any(${nodes($children)}) limit 1)`)
            return new Part(constant(true), { nodes: byName($children, $first) })
          },
          customer: $tenant => customers(each, key($tenant.get('id'))).single()
        }
      }
    }
  }
})
