// Who asks: the check that Tenantry makes, with the same statement for each request. A viewer is worked out once for each
// change of what they may do. The people of the benchmark act where they are at home, so acting sessions are refused.
import { createHash } from 'node:crypto'
import { rows, tuples } from './database.js'
import { rule, Viewer } from './rule.js'

export class NotSignedIn extends Error {}

const GRANTS = `select g.role, g.source, g.tenant_id, t.kind, g.expires_at from access_grant g join tenant t on t.id = g.tenant_id
 where g.user_id = $1 and g.revoked_at is null and (g.expires_at is null or g.expires_at > $2)`
const HOME = `select u.tenant_id, exists (select from customer c where c.status = any($2::text[])
 and c.tenant_id = any(string_to_array(trim(both '/' from t.path), '/')::bigint[])) as shut
 from app_user u join tenant t on t.id = u.tenant_id where u.id = $1`
const TOUCHES = [
  'update login_session set last_seen_at = $2 where id = $1 and last_seen_at < $2',
  'update app_user set last_active_at = $2 where id = $1',
  'update customer set last_activity_at = $2 where tenant_id = (select tenant_id from app_user where id = $1)'
]
const moment = ms => new Date(ms).toISOString()
const known = new Map()
const touching = new Set()

// The viewer of an Authorization header. Throws NotSignedIn.
export async function viewerOf (authorization = '') {
  if (!authorization.startsWith('Bearer ')) throw new NotSignedIn()
  const now = Date.now()
  const hash = createHash('sha256').update(authorization.slice(7)).digest('hex')
  const [found] = await tuples('session', rule.session, [hash, moment(now), moment(now - rule.idle_ms)])
  if (!found) throw new NotSignedIn()
  const [sessionId, userId, version, actingId, , alive, seenAt] = found
  if (!alive || actingId) throw new NotSignedIn()
  const key = `${sessionId} ${version}`
  let kept = known.get(key)
  if (!kept || kept.until <= now) known.set(key, kept = await workedOut(userId, moment(now)))
  if (Date.parse(seenAt) <= now - rule.often_ms && !touching.has(sessionId)) touch(sessionId, userId, moment(now))
  return kept.viewer
}

async function workedOut (userId, now) {
  const [home] = await rows('home', HOME, [userId, rule.shut])
  if (home.shut) throw new NotSignedIn()
  const grants = await rows('grants', GRANTS, [userId, now])
  const until = Math.min(...grants.map(grant => grant.expires_at ? Date.parse(grant.expires_at) : Infinity))
  return { viewer: new Viewer(userId, home.tenant_id, grants), until }
}

// Beside the request, once a minute, so that no read waits for a write.
async function touch (sessionId, userId, now) {
  touching.add(sessionId)
  try {
    for (const [n, text] of TOUCHES.entries()) await rows(`touch ${n}`, text, [n ? userId : sessionId, now])
  } catch (error) {
    console.error('The activity of a session could not be noted', error)
  } finally {
    touching.delete(sessionId)
  }
}
