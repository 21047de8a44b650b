// Mercurius with graphql-jit and its own loaders.
import { serve } from './mercurius.js'
import * as reads from './reads.js'

const parents = asked => asked.map(({ obj }) => obj)
const batch = (argumentsOf, read) => (asked, { viewer }) => reads.apart(asked, argumentsOf,
  (alike, given) => read(viewer, parents(alike), ...given))

await serve({
  resolvers: {
    Query: {
      customer: (_, { id }, { viewer }) => reads.customer(viewer, id),
      customers: (_, given, { viewer }) => reads.customers(viewer, given),
      tenantTree: (_, __, { viewer }) => reads.tenantTree(viewer)
    }
  },
  loaders: {
    Customer: {
      primaryAdmin: (asked, { viewer }) => reads.primaryAdmins(viewer, parents(asked)),
      contracts: batch(({ params }) => [params.first], reads.contracts),
      contractSummary: (asked, { viewer }) => reads.contractSummaries(viewer, parents(asked)),
      invoices: batch(({ params }) => [params.first], reads.invoices),
      invoiceSummary: (asked, { viewer }) => reads.invoiceSummaries(viewer, parents(asked)),
      users: batch(({ params }) => [params.first], reads.users),
      services: batch(({ params }) => [params.first], reads.services),
      subAccounts: batch(({ params }) => [params.first], reads.subAccounts)
    },
    Tenant: {
      customer: (asked, { viewer }) => reads.customersOf(viewer, parents(asked)),
      children: batch(({ params }) => [params.kind, params.first], reads.children)
    }
  }
})
