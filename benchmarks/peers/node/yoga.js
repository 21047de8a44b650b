// graphql-yoga on Node's own server, with DataLoader: one fresh set of loaders for each request.
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import DataLoader from 'dataloader'
import { createSchema, createYoga } from 'graphql-yoga'
import { GraphQLError } from 'graphql'
import { told } from './listening.js'
import * as reads from './reads.js'
import { NotSignedIn, viewerOf } from './session.js'

// One loader for each relation and each set of arguments, made when it is first asked for.
class Loaders {
  #viewer
  #made = new Map()

  constructor (viewer) {
    this.#viewer = viewer
  }

  of (read, parent, ...given) {
    const key = `${read.name} ${given.join(' ')}`
    let loader = this.#made.get(key)
    if (!loader) {
      loader = new DataLoader(parents => read(this.#viewer, parents, ...given), { cacheKeyFn: each => each.key })
      this.#made.set(key, loader)
    }
    return loader.load(parent)
  }
}

async function context ({ request }) {
  try {
    const viewer = await viewerOf(request.headers.get('authorization') ?? '')
    return { viewer, load: new Loaders(viewer) }
  } catch (error) {
    if (!(error instanceof NotSignedIn)) throw error
    throw new GraphQLError('You are not signed in.', { extensions: { http: { status: 401 } } })
  }
}

const yoga = createYoga({
  schema: createSchema({
    typeDefs: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
    resolvers: {
      Query: {
        customer: (_, { id }, { viewer }) => reads.customer(viewer, id),
        customers: (_, given, { viewer }) => reads.customers(viewer, given),
        tenantTree: (_, __, { viewer }) => reads.tenantTree(viewer)
      },
      Customer: {
        primaryAdmin: (customer, _, { load }) => load.of(reads.primaryAdmins, customer),
        contracts: (customer, { first }, { load }) => load.of(reads.contracts, customer, first),
        contractSummary: (customer, _, { load }) => load.of(reads.contractSummaries, customer),
        invoices: (customer, { first }, { load }) => load.of(reads.invoices, customer, first),
        invoiceSummary: (customer, _, { load }) => load.of(reads.invoiceSummaries, customer),
        users: (customer, { first }, { load }) => load.of(reads.users, customer, first),
        services: (customer, { first }, { load }) => load.of(reads.services, customer, first),
        subAccounts: (customer, { first }, { load }) => load.of(reads.subAccounts, customer, first)
      },
      Tenant: {
        customer: (tenant, _, { load }) => load.of(reads.customersOf, tenant),
        children: (tenant, { kind, first }, { load }) => load.of(reads.children, tenant, kind, first)
      }
    }
  }),
  context,
  graphiql: false,
  logging: false
})

const server = createServer(yoga)
server.listen(0, '127.0.0.1', () => told(server.address().port, () => server.close()))
