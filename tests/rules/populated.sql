-- A row or more in every table, as the first migration makes them. Later migrations must keep them all.
insert into tenant (id, version, updated_at, kind, name, name_key, path, level, sub_account, currency, created_at, parent_id) values
 (1, 1, '2026-01-01 00:00:00+00:00', 'PLATFORM', 'Meridian', 'meridian', '/1/', 0, false, 'EUR', '2026-01-01 00:00:00+00:00', null),
 (2, 1, '2026-01-01 00:00:00+00:00', 'RESELLER', 'Brightline', 'brightline', '/1/2/', 1, false, 'EUR', '2026-01-01 00:00:00+00:00', 1),
 (3, 1, '2026-01-01 00:00:00+00:00', 'CUSTOMER', 'Straße', 'strasse', '/1/2/3/', 2, false, 'JPY', '2026-01-01 00:00:00+00:00', 2),
 (4, 1, '2026-01-01 00:00:00+00:00', 'CUSTOMER', 'Straße Nord', 'strasse nord', '/1/2/3/4/', 3, true, 'JPY', '2026-01-01 00:00:00+00:00', 3);
-- until 0003_link_lists
insert into reach (id, node, tenant_id) values (1, -1, 1), (2, -2, 2), (3, 1, 2), (4, -3, 3), (5, 1, 3), (6, 2, 3);
-- since 0003_link_lists
insert into reach (node, name_key, tenant_id) values (-1, 'meridian', 1), (-2, 'brightline', 2), (1, 'brightline', 2),
 (-3, 'strasse', 3), (1, 'strasse', 3), (2, 'strasse', 3), (-91, 'strasse', 3);
insert into customer (id, version, updated_at, name, name_key, status, status_changed_at, currency, mrr_minor, created_at, issuer_id, tenant_id) values
 (2, 1, '2026-01-01 00:00:00+00:00', 'Brightline', 'brightline', 'ACTIVE', '2026-01-01 00:00:00+00:00', 'EUR', null, '2026-01-01 00:00:00+00:00', 1, 2),
 (3, 7, '2026-01-01 00:00:00+00:00', 'Straße', 'strasse', 'ACTIVE', '2026-01-01 00:00:00+00:00', 'JPY', 125000, '2026-01-01 00:00:00+00:00', 2, 3);
insert into app_user (id, version, updated_at, email, email_norm, first_name, last_name, name_key, created_at, tenant_id) values
 (11, 1, '2026-01-01 00:00:00+00:00', 'Ann@brightline.example', 'ann@brightline.example', 'Ann', 'O''Hara', 'ann o''hara', '2026-01-01 00:00:00+00:00', 2),
 (12, 1, '2026-01-01 00:00:00+00:00', 'kei@strasse.example', 'kei@strasse.example', 'Kei', '圭', 'kei 圭', '2026-01-01 00:00:00+00:00', 3);
insert into access_grant (id, version, updated_at, role, source, granted_at, revoked_at, tenant_id, user_id) values
 (21, 1, '2026-01-01 00:00:00+00:00', 'ADMIN', 'HOME', '2026-01-01 00:00:00+00:00', null, 2, 11),
 (22, 1, '2026-01-01 00:00:00+00:00', 'SUPPORT', 'LINKED', '2026-01-01 00:00:00+00:00', '2026-02-01 00:00:00+00:00', 3, 11),
 (23, 1, '2026-01-01 00:00:00+00:00', 'REGULAR', 'LINKED', '2026-02-01 00:00:00+00:00', null, 3, 11);
-- since 0003_link_lists
insert into link_list (id, user_id, role) values (91, 11, 'REGULAR');
insert into contract (id, version, updated_at, number, title, status, starts_on, value_minor, currency, tenant_id) values
 (31, 1, '2026-01-01 00:00:00+00:00', 'C-1', 'Anschluß', 'ACTIVE', '2026-01-01', 5000, 'JPY', 3),
 (32, 1, '2026-01-01 00:00:00+00:00', 'C-2', 'Anschluß', 'DRAFT', '2026-05-01', null, 'JPY', 3);
insert into invoice (id, version, updated_at, number, billing_month, status, payment_state, currency, subtotal_minor, tax_minor, total_minor, due_minor, issuer_id, tenant_id) values
 (41, 1, '2026-01-01 00:00:00+00:00', '2026-1', '2026-01', 'ISSUED', 'DUE', 'JPY', 5000, 500, 5500, 5500, 2, 3),
 (42, 1, '2026-01-01 00:00:00+00:00', null, '2026-02', 'PROFORMA', 'NOT_DUE', 'JPY', 5000, 500, 5500, 0, 2, 3);
-- since 0010_billing
insert into invoice_line (id, invoice_id, position, kind, description, quantity_milli, unit_price_minor, amount_minor, currency) values
 (44, 42, 1, 'SUBSCRIPTION', 'Port', 1000, 5000, 5000, 'JPY');
-- since 0010_billing
insert into payment (id, amount_minor, currency, paid_at, invoice_id, issuer_id, tenant_id) values
 (46, 500, 'JPY', '2026-01-20 00:00:00+00:00', 41, 2, 3);
insert into service (id, version, updated_at, kind, name, name_key, product, status, billing_state, monthly_charge_minor, currency, tenant_id) values
 (51, 1, '2026-01-01 00:00:00+00:00', 'PORT', 'Tokyo', 'tokyo', 'Port', 'RUNNING', 'BILLED', 125000, 'JPY', 3);
insert into invitation (id, version, updated_at, purpose, account_type, email, email_norm, role, invited_by_id, invited_at, status, token_hash, expires_at, sent_count, tenant_id) values
 (61, 1, '2026-01-01 00:00:00+00:00', 'CUSTOMER', 'LOCAL_ACCOUNT', 'Bo@new.example', 'bo@new.example', 'ADMIN', 11, '2026-01-01 00:00:00+00:00', 'PENDING', 'a', '2026-01-04 00:00:00+00:00', 1, 2);
insert into login_session (id, tenant_id, started_at, last_seen_at, ends_at, user_id) values
 (71, 2, '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00', '2026-01-01 10:00:00+00:00', 11),
 (72, 2, '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00', '2026-01-01 10:00:00+00:00', 11);
insert into acting_session (id, tenant_id, role, status, started_at, ends_at, actor_id, login_session_id, target_id) values
 (81, 2, 'REGULAR', 'ACTIVE', '2026-01-01 00:00:00+00:00', '2026-01-01 10:00:00+00:00', 11, 71, 3);
insert into session_token (hash, acting_session_id, login_session_id) values ('b', null, 71), ('c', 81, 71);
insert into sign_in_attempt (address, tries, since) values ('ann@brightline.example', 2, '2026-01-01 00:00:00+00:00');
insert into activity_event (id, actor_id, actor_email, on_behalf, action, summary, at, tenant_id) values
 (91, 11, 'ann@brightline.example', true, 'linkUser', 'Linked', '2026-01-01 00:00:00+00:00', 3);
insert into audit_entry (id, tenant_id, seq, actor_id, operation, request_id, at, prev_hash, hash) values
 (92, 3, 1, 11, 'linkUser', 'r', '2026-01-01T00:00:00Z', '', 'd');
insert into audit_head (tenant_id, seq, hash) values (3, 1, 'd');
insert into idempotency_record (id, scope, key, request_hash, answer, written_at) values
 (93, 's', 'k', 'e', '{}', '2026-01-01 00:00:00+00:00');
insert into outbound_email (id, kind, recipient, subject, body, status, attempts, written_at, next_try_at, tenant_id) values
 (94, 'invitation', 'bo@new.example', 'Come; it''s free', 'Come', 'SENT', 1, '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00', 2);
