// Tells the benchmark where a server listens, and ends it when asked to.
import { pool } from './database.js'

export function told (port, close) {
  console.log(`Listening on http://127.0.0.1:${port}`)
  process.on('SIGTERM', async () => {
    await close()
    await pool.end()
    process.exit(0)
  })
}
