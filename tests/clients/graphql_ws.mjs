// graphql-ws: its own client over a WebSocket, with a connection that is lazy, shared and closed for good where it is refused.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { changing, signIn, socketUrl, until, world } from './world.mjs'

const token = await signIn(world.admin)
const EVENTS = 'subscription($ids: [ID!]) { customerEvents(customerIds: $ids) { customer { id name } } }'
const PROGRESS = 'subscription($id: ID!) { onboardingProgress(customerId: $id) { status } }'
const [first, second] = world.customers

/** A client, and what happens to its connection. */
function connected(connectionParams, more) {
  const happened = []
  const note = (name) => (event) => happened.push(name === 'closed' ? `closed ${event.code}` : name)
  const on = Object.fromEntries(['connected', 'closed', 'pong'].map((name) => [name, note(name)]))
  const client = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams, on, ...more })
  return { client, happened }
}

test('events arrive for those who listen, over one connection, which ends with the last of them', async () => {
  const { client, happened } = connected({ token })
  const heard = { [first.id]: [], [second.id]: [] }
  const stops = [first, second].map(({ id }) => client.subscribe(
    { query: EVENTS, variables: { ids: [id] } },
    { next: ({ data }) => heard[id].push(data.customerEvents.customer.name), error: assert.fail, complete: () => {} }))
  await changing(second, token, () => heard[second.id].length)
  assert.deepEqual(heard[first.id], [])
  assert.equal(heard[second.id][0], second.name)
  stops.forEach((stop) => stop())
  await until(() => happened.includes('closed 1000'))
  assert.deepEqual(happened, ['connected', 'closed 1000'])
})

test('a subscription is iterated, and its end is the end of the loop', async () => {
  const { client } = connected({ token })
  const found = []
  for await (const { data } of client.iterate({ query: PROGRESS, variables: { id: 'cus_1' } })) found.push(data)
  assert.deepEqual(found, [], 'a customer that nobody knows of')
})

test('pings are answered', async () => {
  const { client, happened } = connected({ token }, { keepAlive: 50 })
  const stop = client.subscribe({ query: EVENTS }, { next() {}, error: assert.fail, complete() {} })
  await until(() => happened.includes('pong'))
  stop()
})

test('a subscription that GraphQL refuses is told its errors, and the connection stays', async () => {
  const { client, happened } = connected({ token })
  const stop = client.subscribe({ query: EVENTS }, { next() {}, error: assert.fail, complete() {} })
  await until(() => happened.includes('connected'))
  const refused = new Promise((resolve) => {
    client.subscribe({ query: 'subscription { nothing }' }, { next() {}, error: resolve, complete() {} })
  })
  const [error] = await refused
  assert.equal(error.extensions.code, 'DOCUMENT_INVALID')
  assert.deepEqual(happened, ['connected'])
  stop()
})

test('a token that opens nothing ends the connection with 4401, which is not tried again', async () => {
  const { client, happened } = connected({ token: 'nonsense' }, { retryAttempts: 3 })
  const refused = await new Promise((resolve) => {
    client.subscribe({ query: EVENTS }, { next() {}, error: resolve, complete() {} })
  })
  assert.equal(refused.code, 4401)
  assert.deepEqual(happened, ['closed 4401'])
})

test('a query is refused with the remedy', async () => {
  const { client } = connected({ token })
  const refused = await new Promise((resolve) => {
    client.subscribe({ query: '{ viewer { user { email } } }' }, { next() {}, error: resolve, complete() {} })
  })
  assert.match(refused[0].message, /by POST/)
})
