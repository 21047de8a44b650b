// Apollo Client 4: a normalised cache, pages, an optimistic change, live events, persisted queries.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test, { after } from 'node:test'
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { getMainDefinition, relayStylePagination } from '@apollo/client/utilities'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { bearer, changing, signIn, socketUrl, until, url, world } from './world.mjs'

const token = await signIn(world.admin)
const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { token } })
after(() => socket.dispose())

/** A client as an application has it, that notes what it sends. */
function application(...links) {
  const sent = []
  const http = new HttpLink({
    uri: url,
    headers: bearer(token),
    fetch: (address, init) => {
      sent.push({ address: String(address), method: init.method, body: init.body && JSON.parse(init.body) })
      return fetch(address, init)
    },
  })
  const isLive = ({ query }) => getMainDefinition(query).operation === 'subscription'
  const link = ApolloLink.split(isLive, new GraphQLWsLink(socket), ApolloLink.from([...links, http]))
  const cache = new InMemoryCache({
    typePolicies: { Query: { fields: { customers: relayStylePagination(['search', 'filter', 'sort']) } } },
  })
  return { client: new ApolloClient({ link, cache }), sent }
}

const PAGE = gql`
  query Page($after: String) {
    customers(first: 2, after: $after, search: "Pine") {
      totalCount
      edges { cursor node { id name } }
      pageInfo { hasNextPage endCursor }
    }
  }`
const NOTES = gql`query Notes($id: ID!) { customer(id: $id) { id name description } }`
const WRITE = gql`
  mutation Write($input: UpdateCustomerInput!) {
    updateCustomer(input: $input) { customer { id website description } userErrors { code message path } }
  }`
const [first, second, third] = world.customers

test('an object that two queries name by its id is one object of the cache', async () => {
  const { client } = application()
  const seen = []
  const list = client.watchQuery({ query: gql`{ customers(search: "Pine") { nodes { id name website } } }` })
    .subscribe(({ data, dataState }) => dataState === 'complete' && seen.push(data))
  await until(() => seen.length)
  const { data } = await client.mutate({
    mutation: WRITE,
    variables: { input: { customerId: first.id, website: 'https://pine.example' } },
  })
  assert.deepEqual(data.updateCustomer.userErrors, [])
  const changed = await until(() => seen.at(-1).customers.nodes.find(({ website }) => website))
  list.unsubscribe()
  assert.equal(changed.id, first.id)
  const kept = client.cache.readFragment({
    id: client.cache.identify({ __typename: 'Customer', id: first.id }),
    fragment: gql`fragment Kept on Customer { name website }`,
  })
  assert.deepEqual(kept, { __typename: 'Customer', name: first.name, website: 'https://pine.example' })
})

test('what the cache holds is not asked for again', async () => {
  const { client, sent } = application()
  for (let n = 0; n < 3; n += 1) await client.query({ query: NOTES, variables: { id: first.id } })
  assert.equal(sent.length, 1)
})

test('fetchMore goes through a connection to its end, each customer once', async () => {
  const { client } = application()
  const list = client.watchQuery({ query: PAGE })
  const watching = list.subscribe(() => {})
  await until(() => list.getCurrentResult().dataState === 'complete')
  const shown = () => list.getCurrentResult().data.customers
  assert.equal(shown().edges.length, 2)
  let { pageInfo } = shown()
  while (pageInfo.hasNextPage) {
    pageInfo = (await list.fetchMore({ variables: { after: pageInfo.endCursor } })).data.customers.pageInfo
  }
  await until(() => !shown().pageInfo.hasNextPage)
  watching.unsubscribe()
  const names = shown().edges.map(({ node }) => node.name)
  assert.equal(shown().totalCount, 5)
  assert.deepEqual(names.toSorted(), world.customers.map(({ name }) => name).toSorted())
})

test('an optimistic change is shown at once and then replaced by the answer', async () => {
  const { client } = application()
  const shown = []
  const watching = client.watchQuery({ query: NOTES, variables: { id: second.id } })
    .subscribe(({ data, dataState }) => dataState === 'complete' && shown.push(data.customer.description))
  await until(() => shown.length)
  await client.mutate({
    mutation: WRITE,
    variables: { input: { customerId: second.id, description: '  Key account ' } },
    optimisticResponse: {
      updateCustomer: {
        __typename: 'UpdateCustomerPayload', userErrors: [],
        customer: { __typename: 'Customer', id: second.id, website: null, description: '  Key account ' },
      },
    },
  })
  await until(() => shown.length > 2)
  watching.unsubscribe()
  assert.deepEqual(shown.slice(1), ['  Key account ', 'Key account'])
})

test('a refused change tells its field, and an optimistic one is taken back', async () => {
  const { client } = application()
  const site = gql`query Site($id: ID!) { customer(id: $id) { id website } }`
  await client.query({ query: site, variables: { id: third.id } })
  const { data } = await client.mutate({
    mutation: WRITE,
    variables: { input: { customerId: third.id, website: 'nowhere' } },
    optimisticResponse: {
      updateCustomer: {
        __typename: 'UpdateCustomerPayload', userErrors: [],
        customer: { __typename: 'Customer', id: third.id, website: 'nowhere', description: null },
      },
    },
  })
  assert.deepEqual(data.updateCustomer.userErrors[0].path, ['input', 'website'])
  assert.equal(client.readQuery({ query: site, variables: { id: third.id } }).customer.website, null)
})

test('a live event brings the cached customer up to date', async () => {
  const { client } = application()
  const shown = []
  const watching = client.watchQuery({ query: NOTES, variables: { id: third.id } })
    .subscribe(({ data, dataState }) => dataState === 'complete' && shown.push(data.customer.description))
  const told = []
  const live = client.subscribe({
    query: gql`subscription($ids: [ID!]) { customerEvents(customerIds: $ids) { kind customer { id description } } }`,
    variables: { ids: [third.id] },
  }).subscribe(({ data }) => told.push(data.customerEvents.kind))
  await until(() => shown.length)
  await changing(third, token, () => shown.length > 1)
  live.unsubscribe()
  watching.unsubscribe()
  assert.equal(told[0], 'UPDATED')
})

test('persisted queries: the document once, from then on its hash alone, by GET', async () => {
  const sha256 = (text) => createHash('sha256').update(text).digest('hex')
  const { client, sent } = application(new PersistedQueryLink({ sha256, useGETForHashedQueries: true }))
  const query = gql`query Persisted($id: ID!) { customer(id: $id) { id name } }`
  for (const { id, name } of [first, second, third]) {
    const { data } = await client.query({ query, variables: { id } })
    assert.equal(data.customer.name, name)
  }
  assert.deepEqual(sent.map(({ method }) => method), ['GET', 'POST', 'GET', 'GET'])
  assert.deepEqual(sent.map(({ address, body }) => Boolean(body?.query) || address.includes('query=')), [false, true, false, false])
})

test('an error comes with its code', async () => {
  const { client } = application()
  const wrong = client.query({ query: gql`{ customers(first: 2, after: "nowhere") { totalCount nodes { id } } }` })
  await assert.rejects(wrong, (error) => CombinedGraphQLErrors.is(error)
    && error.errors[0].extensions.code === 'INVALID_CURSOR')
})
