// The database: eight connections, every statement prepared.
import { openSync, readFileSync, writeSync } from 'node:fs'
import pg from 'pg'

const TIMESTAMPTZ = 1184, DATE = 1082
pg.types.setTypeParser(TIMESTAMPTZ, text => text)
pg.types.setTypeParser(DATE, text => text)

if (process.env.BENCH_STATEMENTS) {
  const file = openSync(process.env.BENCH_STATEMENTS, 'a')
  const query = pg.Client.prototype.query
  pg.Client.prototype.query = function (...asked) {
    writeSync(file, '.')
    return query.apply(this, asked)
  }
}

export const pool = new pg.Pool({
  connectionString: process.env.BENCH_DATABASE_URL, max: 8, min: 8, idleTimeoutMillis: 0, options: '-c TimeZone=UTC'
})

// The statements of an SQL file, by the names in its comments.
export function statements (file) {
  const parts = readFileSync(new URL(file, import.meta.url), 'utf8').split(/^-- name: (\w+)$/m).slice(1)
  return Object.fromEntries(parts.flatMap((name, n) => n % 2 ? [] : [[name, parts[n + 1].trim()]]))
}

export async function rows (name, text, values) {
  return (await pool.query({ name, text, values })).rows
}

export async function tuples (name, text, values) {
  return (await pool.query({ name, text, values, rowMode: 'array' })).rows
}
