// graphql-sse: subscriptions over plain HTTP, a stream for each.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createClient } from 'graphql-sse'
import { bearer, changing, signIn, url, world } from './world.mjs'

const token = await signIn(world.admin)
const EVENTS = 'subscription($ids: [ID!]) { customerEvents(customerIds: $ids) { customer { id name } } }'
const PROGRESS = 'subscription($id: ID!) { onboardingProgress(customerId: $id) { status } }'
const [first, second] = world.customers
const listening = (headers) => createClient({ url, headers, retryAttempts: 0 })

test('events arrive on streams of their own', async () => {
  const client = listening(() => bearer(token))
  const heard = { [first.id]: [], [second.id]: [] }
  const stops = [first, second].map(({ id }) => client.subscribe(
    { query: EVENTS, variables: { ids: [id] } },
    { next: ({ data }) => heard[id].push(data.customerEvents.customer.name), error: assert.fail, complete() {} }))
  await changing(first, token, () => heard[first.id].length)
  stops.forEach((stop) => stop())
  assert.equal(heard[first.id][0], first.name)
  assert.deepEqual(heard[second.id], [])
})

test('a stream that is complete ends the loop over it', async () => {
  const found = []
  const client = listening(bearer(token))
  for await (const { data } of client.iterate({ query: PROGRESS, variables: { id: 'cus_1' } })) found.push(data)
  assert.deepEqual(found, [], 'a customer that nobody knows of')
})

test('a stream that is refused says so by its status', async () => {
  const refused = (headers, query) => new Promise((resolve) => {
    listening(headers).subscribe({ query }, { next: assert.fail, error: (error) => resolve(error.response.status), complete() {} })
  })
  assert.equal(await refused(bearer('nonsense'), EVENTS), 401)
  assert.equal(await refused({}, EVENTS), 401)
  assert.equal(await refused(bearer(token), 'subscription { nothing }'), 400)
})
