"""SQL that points from a row of one tenant at another row: {at}, by the name of the key that must hold it back."""

#: Rows of a {tenant} and its {person} to point at, all of one {id}.
POINTED_AT = (
    "insert into login_session (id, tenant_id, user_id, started_at, last_seen_at, ends_at)"
    " values ({id}, {tenant}, {person}, now(), now(), now())",
    "insert into contract (id, updated_at, number, title, status, starts_on, currency, tenant_id)"
    " values ({id}, now(), 'x', 'x', 'DRAFT', '2026-01-01', 'EUR', {tenant})",
    "insert into invoice (id, updated_at, billing_month, status, payment_state, currency, subtotal_minor, tax_minor, total_minor,"
    " due_minor, issuer_id, tenant_id)"
    " select {id}, now(), '2019-01', 'PROFORMA', 'NOT_DUE', 'EUR', 0, 0, 0, 0, parent_id, id from tenant where id = {tenant}",
    "update onboarding_task set after_id = null where tenant_id = {tenant}",
    "delete from onboarding_task where tenant_id = {tenant}",  # there is one of each kind
    "insert into onboarding_task (id, updated_at, kind, status, required, position, tenant_id)"
    " values ({id}, now(), 'VERIFY_EMAIL', 'NOT_STARTED', false, 1, {tenant})",
)
PERSON, ROW = "person", "row"
BY_ISSUER = "select 9, {{tenant}}, parent_id, {{at}}, {rest} from tenant where id = {{tenant}}"

#: Whether it points at a person or at one of the rows above, and how.
POINTING = {
    "acting_session_actor_within": (
        PERSON, "insert into acting_session (id, tenant_id, actor_id, login_session_id, target_id, role, status, started_at, ends_at)"
        " select 9, {tenant}, {at}, id, {tenant}, 'ADMIN', 'ENDED', now(), now() from login_session where id in (1, 2) and user_id = {at}"),
    "acting_session_same_person": (
        ROW, "insert into acting_session (id, tenant_id, actor_id, login_session_id, target_id, role, status, started_at, ends_at)"
        " select 9, {tenant}, user_id, {at}, {tenant}, 'ADMIN', 'ENDED', now(), now() from login_session where id = 1"),
    "contact_user_within": (
        PERSON, "insert into contact (id, updated_at, type, name, name_key, email, email_norm, user_id, subscribed_to, tenant_id)"
        " values (9, now(), 'SUPPORT', 'x', 'x', 'x', 'x', {at}, '[]', {tenant})"),
    "contract_predecessor_within": (
        ROW, "insert into contract (id, updated_at, number, title, status, starts_on, currency, predecessor_id, tenant_id)"
        " values (9, now(), 'y', 'y', 'DRAFT', '2026-01-01', 'EUR', {at}, {tenant})"),
    "credit_note_invoice_within": (
        ROW, "insert into credit_note (id, tenant_id, issuer_id, invoice_id, number, subtotal_minor, tax_minor, total_minor, currency,"
        " reason, issued_at) " + BY_ISSUER.format(rest="'x', 0, 0, 0, 'EUR', 'x', now()")),
    "login_session_user_within": (
        PERSON, "insert into login_session (id, tenant_id, user_id, started_at, last_seen_at, ends_at)"
        " values (9, {tenant}, {at}, now(), now(), now())"),
    "onboarding_task_after_within": (
        ROW, "insert into onboarding_task (id, updated_at, kind, status, required, position, after_id, tenant_id)"
        " values (9, now(), 'ADD_SERVICES', 'BLOCKED', false, 2, {at}, {tenant})"),
    "password_reset_user_within": (
        PERSON, "insert into password_reset (id, tenant_id, user_id, token_hash, expires_at) values (9, {tenant}, {at}, 'x', now())"),
    "payment_invoice_within": (
        ROW, "insert into payment (id, tenant_id, issuer_id, invoice_id, amount_minor, currency, paid_at) "
        + BY_ISSUER.format(rest="1, 'EUR', now()")),
    "saved_filter_user_within": (
        PERSON, "insert into saved_filter (id, user_id, tenant_id, name, name_key, criteria, saved_at)"
        " values (9, {at}, {tenant}, 'x', 'x', '{{}}', now())"),
}
