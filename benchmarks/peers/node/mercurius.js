// Mercurius on Fastify with graphql-jit, and the session check before every operation.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { told } from './listening.js'
import { NotSignedIn, viewerOf } from './session.js'

// `fields` are Mercurius' own options `resolvers` and `loaders`.
export async function serve (fields) {
  const app = Fastify()
  app.register(mercurius, {
    schema: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
    jit: 1,
    context: async request => ({ viewer: await viewerOf(request.headers.authorization) }),
    ...fields
  })
  app.setErrorHandler((error, _, reply) =>
    reply.code(error instanceof NotSignedIn ? 401 : 500).send({ errors: [{ message: error.message }] }))
  await app.listen({ host: '127.0.0.1', port: 0 })
  told(app.server.address().port, () => app.close())
}
