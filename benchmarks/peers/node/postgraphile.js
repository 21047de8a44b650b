// PostGraphile 5: the tables are introspected, and the schema's fields are plans over them, so that an operation becomes
// one statement beside the session's.
import { createServer } from 'node:http'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { postgraphile } from 'postgraphile'
import { pool } from './database.js'
import { told } from './listening.js'
import { plans } from './plans.js'
import { viewerOf } from './session.js'

// The schema is the one that all peers answer: the types that PostGraphile makes of the tables stay out of its way.
const Aside = {
  name: 'Aside',
  version: '1.0.0',
  inflection: { replace: { tableType: (previous, _, codec) => `Stored${previous(codec)}` } }
}

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [Aside, plans],
  schema: { defaultBehavior: '-*' },
  pgServices: [makePgService({ pool, schemas: ['public'], pubsub: false })],
  grafserv: { graphiql: false, watch: false },
  grafast: {
    explain: false,
    context: async ({ node }) => ({ viewer: await viewerOf(node?.req.headers.authorization) })
  }
})

const serv = instance.createServ(grafserv)
const server = createServer()
await serv.addTo(server)
server.listen(0, '127.0.0.1', () => told(server.address().port, () => server.close()))
