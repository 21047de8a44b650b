// Relay: what its compiler makes of the schema and its runtime of the answers, in React components on a page.
const assert = require('node:assert/strict')
const test = require('node:test')
const { createElement: h, Suspense } = require('react')
const {
  RelayEnvironmentProvider, useFragment, useLazyLoadQuery, useMutation, usePaginationFragment, useRefetchableFragment, useSubscription,
} = require('react-relay')
const { Environment, Network, Observable, RecordSource, Store, graphql } = require('relay-runtime')

const PAGE = graphql`query programPageQuery { ...program_customers }`
const CUSTOMERS = graphql`
  fragment program_customers on Query
  @argumentDefinitions(first: { type: "Int", defaultValue: 2 }, after: { type: "String" })
  @refetchable(queryName: "programCustomersQuery") {
    customers(first: $first, after: $after, search: "Pine") @connection(key: "program_customers") {
      edges { node { id ...program_customer } }
    }
  }`
const CUSTOMER = graphql`
  fragment program_customer on Customer @refetchable(queryName: "programCustomerQuery") { id name description ...program_money }`
const MONEY = graphql`fragment program_money on Customer { mrr { amount } }`
const WRITE = graphql`
  mutation programWriteMutation($input: UpdateCustomerInput!) {
    updateCustomer(input: $input) { customer { id description } userErrors { code path } }
  }`
const EVENTS = graphql`
  subscription programEventsSubscription($ids: [ID!]) { customerEvents(customerIds: $ids) { customer { id description } } }`

/** What the components gave: the page's own hooks, and those of each customer by its name. */
const shown = { names: [], rows: {} }

function Customer({ of }) {
  const [data, refetch] = useRefetchableFragment(CUSTOMER, of)
  const { mrr } = useFragment(MONEY, data)
  shown.rows[data.name] = { ...data, mrr, refetch }
  return h('li', null, `${data.name}: ${data.description ?? 'no notes'}`)
}

function Customers({ of }) {
  const page = usePaginationFragment(CUSTOMERS, of)
  const [write] = useMutation(WRITE)
  const nodes = page.data.customers.edges.map(({ node }) => node)
  Object.assign(shown, { page, write, names: nodes.map(({ id }) => id) })
  return h('ul', null, nodes.map((node) => h(Customer, { key: node.id, of: node })))
}

function Listening({ ids }) {
  useSubscription({ subscription: EVENTS, variables: { ids } })
}

const Page = ({ ids }) => h(Suspense, { fallback: 'loading' }, h(Content, { ids }))
function Content({ ids }) {
  return [h(Customers, { key: 'list', of: useLazyLoadQuery(PAGE, {}) }), ids && h(Listening, { key: 'live', ids })]
}

test('Relay shows pages of customers, reads one anew, and takes changes and events by their ids', async (t) => {
  const { Window } = await import('happy-dom')
  const { ask, bearer, changing, signIn, socketUrl, until, url, world } = await import('./world.mjs')
  const { createClient } = await import('graphql-ws')
  const window = new Window()
  Object.assign(globalThis, { window, document: window.document })
  globalThis.navigator ??= window.navigator
  const { createRoot } = require('react-dom/client')
  const token = await signIn(world.admin)
  const sent = []
  let gate
  const socket = createClient({ url: socketUrl, webSocketImpl: require('ws'), connectionParams: { token } })
  const query = async ({ name, text }, variables) => {
    sent.push(name)
    await gate
    const headers = { 'content-type': 'application/json', ...bearer(token) }
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: text, variables }) })
    return response.json()
  }
  const listen = ({ text }, variables) => Observable.create((sink) => socket.subscribe({ query: text, variables }, sink))
  const environment = new Environment({ network: Network.create(query, listen), store: new Store(new RecordSource()) })
  const root = createRoot(document.body.appendChild(document.createElement('main')))
  const show = (ids) => root.render(h(RelayEnvironmentProvider, { environment }, h(Page, { ids })))
  const rowOf = ({ name }) => shown.rows[name]

  show()
  await until(() => shown.names.length === 2)

  await t.test('usePaginationFragment goes to the end of the connection, each customer once', async () => {
    while (shown.page.hasNext) {
      const before = shown.names.length
      shown.page.loadNext(2)
      await until(() => shown.names.length > before)
    }
    assert.deepEqual(shown.names.toSorted(), world.customers.map(({ id }) => id).toSorted())
    assert.deepEqual(sent, ['programPageQuery', 'programCustomersQuery', 'programCustomersQuery'])
    assert.equal(document.querySelectorAll('li').length, 5)
  })

  await t.test('useRefetchableFragment reads one customer anew, through node', async () => {
    const [first] = world.customers
    await ask('mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { userErrors { message } } }',
      { input: { customerId: first.id, description: 'changed elsewhere' } }, token)
    rowOf(first).refetch({}, { fetchPolicy: 'network-only' })
    await until(() => rowOf(first).description === 'changed elsewhere')
    assert.equal(sent.at(-1), 'programCustomerQuery')
    assert.ok(document.body.textContent.includes(`${first.name}: changed elsewhere`))
    assert.equal(rowOf(first).mrr.amount, '0.00')
  })

  await t.test('a change is shown at once and then as it was answered', async () => {
    const [, second] = world.customers
    const answers = []
    let answer
    gate = new Promise((resolve) => { answer = resolve })
    shown.write({
      variables: { input: { customerId: second.id, description: ' by Relay ' } },
      optimisticResponse: { updateCustomer: { customer: { id: second.id, description: 'at once' }, userErrors: [] } },
      onCompleted: ({ updateCustomer }) => answers.push(updateCustomer),
    })
    await until(() => rowOf(second).description === 'at once')
    answer()
    await until(() => rowOf(second).description === 'by Relay')
    assert.deepEqual(answers[0].userErrors, [])
  })

  await t.test('useSubscription brings a customer up to date', async () => {
    const [, , third] = world.customers
    const before = rowOf(third).description
    show([third.id])
    await changing(third, token, () => rowOf(third).description !== before)
    await until(() => document.body.textContent.includes(`${third.name}: ${rowOf(third).description}`))
  })

  root.unmount()
})
