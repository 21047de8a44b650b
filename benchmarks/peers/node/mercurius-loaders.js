// Mercurius with graphql-jit and its own loaders.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { told } from './listening.js'
import * as reads from './reads.js'
import { NotSignedIn, viewerOf } from './session.js'

const app = Fastify()

const objects = asked => asked.map(({ obj }) => obj)
const batch = (argumentsOf, read) => (asked, { viewer }) => reads.apart(asked, argumentsOf,
  (alike, given) => read(viewer, objects(alike), given))

app.register(mercurius, {
  schema: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
  jit: 1,
  context: async request => ({ viewer: await viewerOf(request.headers.authorization) }),
  errorHandler: (error, request, reply) => reply.code(error instanceof NotSignedIn ? 401 : 500).send({ errors: [{ message: error.message }] }),
  resolvers: {
    Query: {
      customer: (_, { id }, { viewer }) => reads.customer(viewer, id),
      customers: (_, { first }, { viewer }) => reads.customers(viewer, first),
      tenantTree: (_, __, { viewer }) => reads.tenantTree(viewer)
    }
  },
  loaders: {
    Customer: {
      primaryAdmin: (asked, { viewer }) => reads.primaryAdmins(viewer, objects(asked)),
      contracts: batch(({ params }) => params.first, reads.contracts),
      contractSummary: (asked, { viewer }) => reads.contractSummaries(viewer, objects(asked)),
      invoices: batch(({ params }) => params.first, reads.invoices)
    },
    Tenant: {
      customer: (asked, { viewer }) => reads.customersOf(viewer, objects(asked)),
      children: batch(({ params }) => [params.kind, params.first],
        (viewer, tenants, [kind, first]) => reads.children(viewer, tenants, kind, first))
    }
  }
})

await app.listen({ host: '127.0.0.1', port: 0 })
told(app.server.address().port, () => app.close())
