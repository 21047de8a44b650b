-- What the peers with loaders read, a statement for each batch. Shared by all of them, whatever their language. They read
-- every column that the schema shows, since a loader is not told which were asked for.

-- name: customer
select c.id, c.name, c.reference, c.status, c.website, c.phone, c.email, c.country, c.created_at, c.mrr_minor,
 c.mrr_pending_minor, c.currency, c.issuer_id, c.ports, c.virtual_circuits, c.cloud_connections, c.last_activity_at,
 c.last_order_at, t.path
from customer c join tenant t on t.id = c.id where c.id = $1

-- name: customers
select c.id, c.name, c.reference, c.status, c.website, c.phone, c.email, c.country, c.created_at, c.mrr_minor,
 c.mrr_pending_minor, c.currency, c.issuer_id, c.ports, c.virtual_circuits, c.cloud_connections, c.last_activity_at,
 c.last_order_at, t.path
from (select * from customer c where c.id in (select r.tenant_id from reach r where r.node = any($1::bigint[]))
 and c.status = any($2::text[]) order by c.name_key, c.id limit $3) c join tenant t on t.id = c.id
order by c.name_key, c.id

-- name: customers_found
select c.id, c.name, c.reference, c.status, c.website, c.phone, c.email, c.country, c.created_at, c.mrr_minor,
 c.mrr_pending_minor, c.currency, c.issuer_id, c.ports, c.virtual_circuits, c.cloud_connections, c.last_activity_at,
 c.last_order_at, t.path
from (select * from customer c where c.id in (select r.tenant_id from reach r where r.node = any($1::bigint[]))
 and c.status = any($2::text[]) and strpos(c.name_key, $4::text) > 0 order by c.name_key, c.id limit $3) c
join tenant t on t.id = c.id order by c.name_key, c.id

-- name: customers_by_id
select c.id, c.name, c.reference, c.status, c.website, c.phone, c.email, c.country, c.created_at, c.mrr_minor,
 c.mrr_pending_minor, c.currency, c.issuer_id, c.ports, c.virtual_circuits, c.cloud_connections, c.last_activity_at,
 c.last_order_at, t.path
from customer c join tenant t on t.id = c.id where c.id = any($1::bigint[])

-- name: customers_beneath
select c.id, c.name, c.reference, c.status, c.website, c.phone, c.email, c.country, c.created_at, c.mrr_minor,
 c.mrr_pending_minor, c.currency, c.issuer_id, c.ports, c.virtual_circuits, c.cloud_connections, c.last_activity_at,
 c.last_order_at, t.path, t.parent_id
from unnest($1::bigint[]) of(parent_id) cross join lateral (
 select * from tenant t where t.parent_id = of.parent_id
 and exists (select from reach r where r.tenant_id = t.id and r.node = any($2::bigint[]))
 order by t.name_key, t.id limit $3) t join customer c on c.id = t.id order by c.name_key, c.id

-- name: primary_admins
select distinct on (u.tenant_id) u.tenant_id, u.id, u.first_name, u.last_name, u.email, u.active, u.last_active_at
from app_user u join access_grant g on g.user_id = u.id and g.tenant_id = u.tenant_id
where u.tenant_id = any($1::bigint[]) and u.active and g.role = 'ADMIN' and g.source = 'HOME' and g.revoked_at is null
 and (g.expires_at is null or g.expires_at > $2::timestamptz)
order by u.tenant_id, u.invited_at, u.id

-- name: users
select u.*, (select count(*)::int from app_user a where a.tenant_id = u.tenant_id) as total
from unnest($1::bigint[]) of(tenant_id) cross join lateral (
 select u.tenant_id, u.id, u.first_name, u.last_name, u.email, u.active, u.last_active_at from app_user u
 where u.tenant_id = of.tenant_id order by u.name_key, u.id limit $2) u

-- name: contracts
select k.tenant_id, k.id, k.number, k.title, k.status, k.starts_on, k.ends_on, k.value_minor, k.currency
from unnest($1::bigint[]) of(tenant_id) cross join lateral (
 select * from contract k where k.tenant_id = of.tenant_id
 order by array_position($2::text[], k.status::text), k.starts_on desc, k.id limit $3) k

-- name: contract_counts
select tenant_id, status, count(*)::int as count from contract where tenant_id = any($1::bigint[])
group by tenant_id, status order by tenant_id, status

-- name: invoices
select i.tenant_id, i.id, i.number, i.billing_month, i.status, i.due_on, i.total_minor, i.currency
from unnest($1::bigint[]) of(tenant_id) cross join lateral (
 select * from invoice i where i.tenant_id = of.tenant_id
 and (i.issuer_id = $2::bigint or i.tenant_id = $2::bigint and i.status = any($3::text[]))
 order by i.billing_month desc, i.id limit $4) i

-- name: invoice_sums
select tenant_id, status, count(*)::int as count, sum(total_minor)::bigint as total_minor from invoice
where tenant_id = any($1::bigint[]) and billing_month = $4
 and (issuer_id = $2::bigint or tenant_id = $2::bigint and status = any($3::text[]))
group by tenant_id, status order by array_position($5::text[], status::text)

-- name: services
select s.*, (select count(*)::int from service a where a.tenant_id = s.tenant_id) as total
from unnest($1::bigint[]) of(tenant_id) cross join lateral (
 select s.tenant_id, s.id, s.name, s.product, s.status, s.monthly_charge_minor, s.currency from service s
 where s.tenant_id = of.tenant_id order by s.name_key, s.id limit $2) s

-- name: tenant
select t.id, t.name from tenant t where t.id = $1

-- name: children
select t.parent_id, t.id, t.name, t.path
from unnest($1::bigint[]) of(parent_id) cross join lateral (
 select * from tenant t where t.parent_id = of.parent_id and ($2::text is null or t.kind = $2::text)
 and exists (select from reach r where r.tenant_id = t.id and r.node = any($3::bigint[]))
 order by t.name_key, t.id limit $4) t
