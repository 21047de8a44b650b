// urql: its plain cache, a normalised one with pages, changes, live events both ways, persisted queries.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test, { after } from 'node:test'
import { Client, cacheExchange, fetchExchange, gql, subscriptionExchange } from '@urql/core'
import { cacheExchange as normalised } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'
import { persistedExchange } from '@urql/exchange-persisted'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { bearer, changing, signIn, socketUrl, until, url, world } from './world.mjs'

const token = await signIn(world.admin)
const [first, second, third, fourth] = world.customers
const NAME = gql`query Name($id: ID!) { customer(id: $id) { id name description } }`
const WRITE = gql`
  mutation Write($input: UpdateCustomerInput!) {
    updateCustomer(input: $input) { customer { id description } userErrors { code message path } }
  }`
const EVENTS = gql`subscription Events($ids: [ID!]) { customerEvents(customerIds: $ids) { customer { id name } } }`

/** A client as an application has it, that notes what it sends. */
function application(exchanges, more) {
  const sent = []
  const client = new Client({
    url, exchanges, preferGetMethod: false, fetchOptions: { headers: bearer(token) }, ...more,
    fetch: (address, init) => {
      sent.push({ address: String(address), method: init.method, body: init.body && JSON.parse(init.body) })
      return fetch(address, init)
    },
  })
  return { client, sent }
}

/** What arrives on a subscription while a customer is changed now and then. */
async function heard(client, customer) {
  const found = []
  const listening = client.subscription(EVENTS, { ids: [customer.id] }).subscribe((result) => found.push(result))
  await changing(customer, token, () => found.length)
  listening.unsubscribe()
  assert.equal(found[0].error, undefined)
  return found[0].data.customerEvents.customer.name
}

test('a change makes its plain cache ask again for what it concerns', async () => {
  const { client, sent } = application([cacheExchange, fetchExchange])
  const shown = []
  const watching = client.query(NAME, { id: first.id }).subscribe(({ data }) => shown.push(data.customer.description))
  await until(() => shown.length)
  await client.query(NAME, { id: first.id })
  assert.equal(sent.length, 1)
  const { data } = await client.mutation(WRITE, { input: { customerId: first.id, description: 'plain' } })
  assert.deepEqual(data.updateCustomer.userErrors, [])
  await until(() => shown.at(-1) === 'plain')
  watching.unsubscribe()
  assert.equal(sent.length, 3)
})

test('its normalised cache has pages as one list, and takes a change by its id', async () => {
  const keys = Object.fromEntries(['Money', 'PageInfo', 'CustomerConnection'].map((type) => [type, () => null]))
  const cache = normalised({ keys, resolvers: { Query: { customers: relayPagination() } } })
  const { client, sent } = application([cache, fetchExchange])
  const page = gql`
    query Page($after: String) {
      customers(first: 2, after: $after, search: "Pine") {
        nodes { id } edges { cursor node { id name description } } pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
      }
    }`
  let after
  let shown
  do {
    shown = (await client.query(page, { after })).data.customers
    after = shown.pageInfo.endCursor
  } while (shown.pageInfo.hasNextPage)
  assert.deepEqual(shown.edges.map(({ node }) => node.name).toSorted(), world.customers.map(({ name }) => name).toSorted())
  assert.equal(sent.length, 3)
  await client.mutation(WRITE, { input: { customerId: second.id, description: 'normalised' } })
  const kept = await client.query(NAME, { id: second.id }, { requestPolicy: 'cache-only' })
  assert.equal(kept.data, null, 'the root field of one customer was never asked')
  const list = await client.query(page, { after: undefined }, { requestPolicy: 'cache-only' })
  assert.equal(list.data.customers.edges.find(({ node }) => node.id === second.id).node.description, 'normalised')
  assert.equal(sent.length, 4)
})

test('a refused change tells its field', async () => {
  const { client } = application([fetchExchange])
  const { data, error } = await client.mutation(WRITE, { input: { customerId: first.id, website: 'nowhere' } })
  assert.equal(error, undefined)
  assert.deepEqual(data.updateCustomer.userErrors[0].path, ['input', 'website'])
})

test('an error comes with its code', async () => {
  const { client } = application([fetchExchange])
  const { error } = await client.query(gql`{ customers(after: "nowhere") { nodes { id } } }`, {})
  assert.equal(error.graphQLErrors[0].extensions.code, 'INVALID_CURSOR')
})

test('events arrive over a WebSocket', async () => {
  const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { token } })
  after(() => socket.dispose())
  const forward = ({ query, variables }) => ({
    subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
  })
  const { client } = application([fetchExchange, subscriptionExchange({ forwardSubscription: forward })])
  assert.equal(await heard(client, third), third.name)
})

test('events arrive as a stream of plain HTTP, without another package', async () => {
  const { client, sent } = application([fetchExchange], { fetchSubscriptions: true })
  assert.equal(await heard(client, fourth), fourth.name)
  assert.equal(sent[0].method, 'POST')
})

test('persisted queries: the document once, from then on its hash alone', async () => {
  const generateHash = async (text) => createHash('sha256').update(text).digest('hex')
  const persisted = persistedExchange({ generateHash, preferGetForPersistedQueries: true })
  const { client, sent } = application([persisted, fetchExchange])
  for (const { id, name } of [first, second]) {
    const { data } = await client.query(gql`query Urql($id: ID!) { customer(id: $id) { name } }`, { id })
    assert.equal(data.customer.name, name)
  }
  assert.deepEqual(sent.map(({ method }) => method), ['GET', 'GET', 'GET'])
  assert.deepEqual(sent.map(({ address }) => address.includes('query=')), [false, true, false])
})
