-- Every table after 0026_invitations_of_one_additive, as `make snapshot` writes it; see docs/migrations.md.

CREATE TABLE "access_grant" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "version" INT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMP NOT NULL,
    "role" VARCHAR(20) NOT NULL,
    "source" VARCHAR(20) NOT NULL,
    "granted_by_id" BIGINT,
    "granted_at" TIMESTAMP NOT NULL,
    "expires_at" TIMESTAMP,
    "revoked_at" TIMESTAMP,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "user_id" BIGINT NOT NULL REFERENCES "app_user" ("id") ON DELETE RESTRICT,
    CONSTRAINT "access_grant_role_known" check (role in ('ADMIN', 'FULL_ACCESS', 'SALES', 'REGULAR', 'READ_ONLY', 'SUPPORT')),
    CONSTRAINT "access_grant_source_known" check (source in ('HOME', 'LINKED', 'INHERITED'))
);

CREATE TABLE "acting_session" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "tenant_id" BIGINT NOT NULL,
    "role" VARCHAR(20) NOT NULL,
    "status" VARCHAR(20) NOT NULL,
    "reason" VARCHAR(500),
    "started_at" TIMESTAMP NOT NULL,
    "ends_at" TIMESTAMP NOT NULL,
    "ended_at" TIMESTAMP,
    "actor_id" BIGINT NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE,
    "login_session_id" BIGINT NOT NULL REFERENCES "login_session" ("id") ON DELETE CASCADE,
    "target_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE CASCADE,
    CONSTRAINT "acting_session_role_known" check (role in ('ADMIN', 'FULL_ACCESS', 'SALES', 'REGULAR', 'READ_ONLY', 'SUPPORT')),
    CONSTRAINT "acting_session_status_known" check (status in ('ACTIVE', 'ENDED', 'SUPERSEDED', 'EXPIRED')),
    CONSTRAINT "acting_session_same_person" foreign key (login_session_id, actor_id) references login_session (id, user_id)
);

CREATE TABLE "activity_event" (
    "id" BIGINT NOT NULL  PRIMARY KEY,
    "actor_id" BIGINT,
    "actor_email" VARCHAR(254) NOT NULL,
    "on_behalf" INT NOT NULL,
    "action" VARCHAR(60) NOT NULL,
    "resource" VARCHAR(40),
    "summary" VARCHAR(500) NOT NULL,
    "at" TIMESTAMP NOT NULL,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT
);

CREATE TABLE "api_key" (
    "id" BIGINT NOT NULL  PRIMARY KEY,
    "version" INT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMP NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "prefix" VARCHAR(20) NOT NULL  /* The first letters, by which people tell their keys apart. */,
    "hash" VARCHAR(64) NOT NULL UNIQUE,
    "scope" TEXT NOT NULL  /* Names of capabilities with a space between. */,
    "created_at" TIMESTAMP NOT NULL,
    "expires_at" TIMESTAMP,
    "last_used_at" TIMESTAMP,
    "revoked_at" TIMESTAMP,
    "created_by_id" BIGINT NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE /* The key never carries more than its maker holds at the moment. */,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT
);

CREATE TABLE "app_user" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "version" INT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMP NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "email_norm" VARCHAR(254) NOT NULL UNIQUE,
    "first_name" VARCHAR(100) NOT NULL,
    "last_name" VARCHAR(100) NOT NULL,
    "name_key" VARCHAR(400) NOT NULL,
    "phone" VARCHAR(20),
    "job_function" VARCHAR(100),
    "language" VARCHAR(35),
    "password_hash" TEXT,
    "active" INT NOT NULL DEFAULT 1,
    "email_verified" INT NOT NULL DEFAULT 0,
    "must_change_password" INT NOT NULL DEFAULT 0,
    "invited_at" TIMESTAMP,
    "last_active_at" TIMESTAMP,
    "access_version" INT NOT NULL   DEFAULT 1,
    "created_at" TIMESTAMP NOT NULL,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT, "time_zone" VARCHAR(64)   /* In which they read moments, by its IANA name; that of their device where they chose none. */,
    CONSTRAINT "app_user_access_version_least" check (typeof(access_version) = 'integer' and access_version >= 1)
);

CREATE TABLE "audit_entry" (
    "id" BIGINT NOT NULL  PRIMARY KEY,
    "tenant_id" BIGINT NOT NULL,
    "seq" BIGINT NOT NULL,
    "actor_id" BIGINT,
    "acting_session_id" BIGINT,
    "operation" VARCHAR(60) NOT NULL,
    "resource" VARCHAR(40),
    "before" TEXT,
    "after" TEXT,
    "reason" VARCHAR(500),
    "idempotency_key" VARCHAR(200),
    "request_id" VARCHAR(64) NOT NULL,
    "at" VARCHAR(32) NOT NULL,
    "prev_hash" VARCHAR(64) NOT NULL,
    "hash" VARCHAR(64) NOT NULL, "api_key_id" BIGINT   /* The key with which a machine did it; entries written before there were keys are signed without it. */,
    CONSTRAINT "uid_audit_entry_tenant__ff0861" UNIQUE ("tenant_id", "seq")
);

CREATE TABLE "audit_head" (
    "tenant_id" BIGINT NOT NULL  PRIMARY KEY,
    "seq" BIGINT NOT NULL,
    "hash" VARCHAR(64) NOT NULL
);

CREATE TABLE "contact" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "version" INT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMP NOT NULL,
    "address_line1" VARCHAR(200),
    "address_line2" VARCHAR(200),
    "address_city" VARCHAR(100),
    "address_state_or_province" VARCHAR(100),
    "address_postal_code" VARCHAR(20),
    "address_country" VARCHAR(2),
    "type" VARCHAR(20) NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "name_key" VARCHAR(400) NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "email_norm" VARCHAR(254) NOT NULL,
    "phone" VARCHAR(20),
    "subscribed_to" TEXT NOT NULL,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "user_id" BIGINT REFERENCES "app_user" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_contact_tenant__9fa3e2" UNIQUE ("tenant_id", "type", "email_norm"),
    CONSTRAINT "contact_type_known" check (type in ('ADMIN', 'PRIMARY', 'BILLING', 'TECHNICAL', 'SUPPORT'))
);

CREATE TABLE "contract" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "version" INT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMP NOT NULL,
    "number" VARCHAR(50) NOT NULL,
    "title" VARCHAR(200) NOT NULL,
    "status" VARCHAR(20) NOT NULL,
    "starts_on" DATE NOT NULL,
    "ends_on" DATE,
    "renewal_on" DATE,
    "auto_renew" INT NOT NULL DEFAULT 0,
    "value_minor" BIGINT,
    "currency" VARCHAR(3) NOT NULL,
    "terminated_at" TIMESTAMP,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "accepted_at" TIMESTAMP,
    "document_url" VARCHAR(500),
    "predecessor_id" BIGINT REFERENCES "contract" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_contract_tenant__734450" UNIQUE ("tenant_id", "number"),
    CONSTRAINT "contract_status_known" check (status in ('DRAFT', 'PENDING_ACCEPTANCE', 'SCHEDULED', 'ACTIVE', 'EXPIRED', 'TERMINATED')),
    CONSTRAINT "contract_currency_code" check (currency glob '[A-Z][A-Z][A-Z]'),
    CONSTRAINT "contract_value_minor_amount" check (value_minor is null or typeof(value_minor) = 'integer' and value_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "contract_term" check (ends_on is null or ends_on >= starts_on)
);

CREATE TABLE "credit_note" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "number" VARCHAR(50) NOT NULL,
    "subtotal_minor" BIGINT NOT NULL,
    "tax_minor" BIGINT NOT NULL,
    "total_minor" BIGINT NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "issued_at" TIMESTAMP NOT NULL,
    "invoice_id" BIGINT NOT NULL REFERENCES "invoice" ("id") ON DELETE RESTRICT,
    "issuer_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_credit_note_issuer__62bc65" UNIQUE ("issuer_id", "number"),
    CONSTRAINT "credit_note_sum" check (subtotal_minor + tax_minor = total_minor),
    CONSTRAINT "credit_note_subtotal_minor_amount" check (subtotal_minor is null or typeof(subtotal_minor) = 'integer' and subtotal_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "credit_note_tax_minor_amount" check (tax_minor is null or typeof(tax_minor) = 'integer' and tax_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "credit_note_total_minor_amount" check (total_minor is null or typeof(total_minor) = 'integer' and total_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "credit_note_currency_code" check (currency glob '[A-Z][A-Z][A-Z]')
);

CREATE TABLE "customer" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "version" INT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMP NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "name_key" VARCHAR(400) NOT NULL,
    "reference" VARCHAR(100),
    "status" VARCHAR(20) NOT NULL,
    "status_reason" VARCHAR(20),
    "status_changed_at" TIMESTAMP NOT NULL,
    "account_type" VARCHAR(40),
    "website" VARCHAR(300),
    "phone" VARCHAR(20),
    "email" VARCHAR(254),
    "country" VARCHAR(2),
    "currency" VARCHAR(3) NOT NULL,
    "mrr_minor" BIGINT,
    "mrr_pending_minor" BIGINT,
    "ports" INT NOT NULL DEFAULT 0,
    "virtual_circuits" INT NOT NULL DEFAULT 0,
    "cloud_connections" INT NOT NULL DEFAULT 0,
    "last_activity_at" TIMESTAMP,
    "last_order_at" TIMESTAMP,
    "created_at" TIMESTAMP NOT NULL,
    "accepted_at" TIMESTAMP,
    "issuer_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "onboarding_status" VARCHAR(20),
    "onboarding_required" INT NOT NULL DEFAULT 0,
    "onboarding_done" INT NOT NULL DEFAULT 0,
    "onboarding_started_at" TIMESTAMP,
    "onboarding_completed_at" TIMESTAMP,
    "source_failed" INT NOT NULL DEFAULT 0,
    "source_missing" INT NOT NULL DEFAULT 1,
    "source_own" VARCHAR(20) NOT NULL DEFAULT 'NOT_AVAILABLE',
    "source_status" VARCHAR(20) NOT NULL DEFAULT 'NOT_AVAILABLE',
    "source_success" INT NOT NULL DEFAULT 0,
    "source_warning" INT NOT NULL DEFAULT 0, "address_line1" VARCHAR(200), "address_line2" VARCHAR(200), "address_city" VARCHAR(100), "address_state_or_province" VARCHAR(100), "address_postal_code" VARCHAR(20), "address_country" VARCHAR(2), "description" TEXT   /* For the partners above it to read, never for itself (D-17). */,
    CONSTRAINT "customer_tenant" check (id = tenant_id),
    CONSTRAINT "customer_status_known" check (status in ('INVITED', 'ACTIVE', 'INACTIVE', 'SUSPENDED', 'PENDING_DELETION', 'DELETED', 'DISCONNECTED')),
    CONSTRAINT "customer_status_reason_known" check (status_reason in ('PAYMENT', 'COMPLIANCE', 'ABUSE', 'OTHER')),
    CONSTRAINT "customer_account_type_known" check (account_type in ('MICROSOFT_365_GLOBAL_ADMIN', 'MICROSOFT_365_US_GOV_GLOBAL_ADMIN', 'GOOGLE_SUPER_ADMIN', 'SALESFORCE_SYSTEM_ADMIN', 'LOCAL_ACCOUNT', 'AUTHORIZATION_LINK')),
    CONSTRAINT "customer_currency_code" check (currency glob '[A-Z][A-Z][A-Z]'),
    CONSTRAINT "customer_mrr_minor_amount" check (mrr_minor is null or typeof(mrr_minor) = 'integer' and mrr_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "customer_mrr_pending_minor_amount" check (mrr_pending_minor is null or typeof(mrr_pending_minor) = 'integer' and mrr_pending_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "customer_ports_least" check (typeof(ports) = 'integer' and ports >= 0),
    CONSTRAINT "customer_virtual_circuits_least" check (typeof(virtual_circuits) = 'integer' and virtual_circuits >= 0),
    CONSTRAINT "customer_cloud_connections_least" check (typeof(cloud_connections) = 'integer' and cloud_connections >= 0),
    CONSTRAINT "customer_onboarding_status_known" check (onboarding_status in ('NOT_STARTED', 'IN_PROGRESS', 'COMPLETED')),
    CONSTRAINT "customer_onboarding_share" check (onboarding_done between 0 and onboarding_required),
    CONSTRAINT "customer_source_own_known" check (source_own in ('SUCCESS', 'WARNING', 'FAILED', 'NOT_AVAILABLE')),
    CONSTRAINT "customer_source_status_known" check (source_status in ('SUCCESS', 'WARNING', 'FAILED', 'NOT_AVAILABLE')),
    CONSTRAINT "customer_source_failed_least" check (typeof(source_failed) = 'integer' and source_failed >= 0),
    CONSTRAINT "customer_source_warning_least" check (typeof(source_warning) = 'integer' and source_warning >= 0),
    CONSTRAINT "customer_source_success_least" check (typeof(source_success) = 'integer' and source_success >= 0),
    CONSTRAINT "customer_source_missing_least" check (typeof(source_missing) = 'integer' and source_missing >= 0)
);

CREATE TABLE "customer_tag" (
    "id" BIGINT NOT NULL  PRIMARY KEY,
    "name" VARCHAR(50) NOT NULL,
    "name_key" VARCHAR(100) NOT NULL,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_customer_ta_tenant__d704a7" UNIQUE ("tenant_id", "name_key")
);

CREATE TABLE "download_link" (
    "hash" VARCHAR(64) NOT NULL  PRIMARY KEY,
    "made_at" TIMESTAMP NOT NULL,
    "expires_at" TIMESTAMP NOT NULL,
    "used_at" TIMESTAMP,
    "run_id" BIGINT NOT NULL REFERENCES "report_run" ("id") ON DELETE CASCADE
);

CREATE TABLE "event" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "reference" BIGINT NOT NULL UNIQUE,
    "topic" VARCHAR(20) NOT NULL,
    "kind" VARCHAR(30),
    "tenant_id" BIGINT,
    "user_id" BIGINT,
    "about" VARCHAR(40),
    "actor_id" BIGINT,
    "at" TIMESTAMP NOT NULL,
    "facts" JSON NOT NULL,
    CONSTRAINT "event_topic_known" check (topic in ('CUSTOMER', 'NOTIFICATION', 'ACTING_ENDED', 'ACCESS')),
    CONSTRAINT "event_kind_known" check (kind in ('CREATED', 'UPDATED', 'STATUS_CHANGED', 'ONBOARDING_CHANGED', 'SOURCE_DATA_CHANGED', 'SERVICE_PROVISIONED', 'SERVICE_DELETED', 'INVOICE_CHANGED', 'ACCESS_CHANGED'))
);

CREATE TABLE "file_piece" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "place" INT NOT NULL,
    "data" BLOB NOT NULL,
    "file_id" BIGINT NOT NULL REFERENCES "stored_file" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_file_piece_file_id_2fc05d" UNIQUE ("file_id", "place"),
    CONSTRAINT "file_piece_place_least" check (typeof(place) = 'integer' and place >= 0)
);

CREATE TABLE "idempotency_record" (
    "id" BIGINT NOT NULL  PRIMARY KEY,
    "scope" VARCHAR(120) NOT NULL,
    "key" VARCHAR(200) NOT NULL,
    "request_hash" VARCHAR(64) NOT NULL  /* Signed, not merely hashed: a request may hold a password. */,
    "answer" TEXT,
    "written_at" TIMESTAMP NOT NULL,
    CONSTRAINT "uid_idempotency_scope_7030bc" UNIQUE ("scope", "key")
);

CREATE TABLE "invitation" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "version" INT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMP NOT NULL,
    "purpose" VARCHAR(20) NOT NULL,
    "account_type" VARCHAR(40) NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "email_norm" VARCHAR(254) NOT NULL,
    "organization_name" VARCHAR(200),
    "domain" VARCHAR(253),
    "first_name" VARCHAR(100),
    "last_name" VARCHAR(100),
    "language" VARCHAR(35),
    "role" VARCHAR(20) NOT NULL,
    "invited_by_id" BIGINT NOT NULL,
    "invited_at" TIMESTAMP NOT NULL,
    "status" VARCHAR(20) NOT NULL,
    "token_hash" VARCHAR(64) NOT NULL UNIQUE,
    "expires_at" TIMESTAMP NOT NULL,
    "accepted_at" TIMESTAMP,
    "sent_count" INT NOT NULL,
    "customer_id" BIGINT,
    "user_id" BIGINT,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "invitation_purpose_known" check (purpose in ('CUSTOMER', 'USER')),
    CONSTRAINT "invitation_account_type_known" check (account_type in ('MICROSOFT_365_GLOBAL_ADMIN', 'MICROSOFT_365_US_GOV_GLOBAL_ADMIN', 'GOOGLE_SUPER_ADMIN', 'SALESFORCE_SYSTEM_ADMIN', 'LOCAL_ACCOUNT', 'AUTHORIZATION_LINK')),
    CONSTRAINT "invitation_role_known" check (role in ('ADMIN', 'FULL_ACCESS', 'SALES', 'REGULAR', 'READ_ONLY', 'SUPPORT')),
    CONSTRAINT "invitation_status_known" check (status in ('PENDING', 'ACCEPTED', 'DECLINED', 'EXPIRED', 'REVOKED')),
    CONSTRAINT "invitation_sent_count_least" check (typeof(sent_count) = 'integer' and sent_count >= 0)
);

CREATE TABLE "invoice" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "version" INT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMP NOT NULL,
    "number" VARCHAR(50),
    "billing_month" VARCHAR(7) NOT NULL,
    "status" VARCHAR(20) NOT NULL,
    "payment_state" VARCHAR(20) NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "subtotal_minor" BIGINT NOT NULL,
    "tax_minor" BIGINT NOT NULL,
    "total_minor" BIGINT NOT NULL,
    "due_minor" BIGINT NOT NULL,
    "issued_at" TIMESTAMP,
    "due_on" DATE,
    "cancelled_at" TIMESTAMP,
    "issuer_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "billed_address" VARCHAR(500),
    "billed_name" VARCHAR(200),
    "issuer_name" VARCHAR(200),
    "kind" VARCHAR(20) NOT NULL DEFAULT 'SINGLE',
    "line_count" INT NOT NULL   DEFAULT 0,
    "tax_basis_points" INT,
    CONSTRAINT "uid_invoice_issuer__6531cd" UNIQUE ("issuer_id", "number"),
    CONSTRAINT "invoice_status_known" check (status in ('PROFORMA', 'READY', 'ISSUABLE', 'ISSUED', 'CANCELLED')),
    CONSTRAINT "invoice_payment_state_known" check (payment_state in ('NOT_DUE', 'DUE', 'PARTIALLY_PAID', 'PAID', 'OVERDUE', 'WRITTEN_OFF')),
    CONSTRAINT "invoice_currency_code" check (currency glob '[A-Z][A-Z][A-Z]'),
    CONSTRAINT "invoice_subtotal_minor_amount" check (subtotal_minor is null or typeof(subtotal_minor) = 'integer' and subtotal_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "invoice_tax_minor_amount" check (tax_minor is null or typeof(tax_minor) = 'integer' and tax_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "invoice_total_minor_amount" check (total_minor is null or typeof(total_minor) = 'integer' and total_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "invoice_due_minor_amount" check (due_minor is null or typeof(due_minor) = 'integer' and due_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "invoice_sum" check (subtotal_minor + tax_minor = total_minor),
    CONSTRAINT "invoice_numbered" check (status <> 'ISSUED' or number is not null),
    CONSTRAINT "invoice_billing_month_form" check (billing_month glob '[0-9][0-9][0-9][0-9]-[01][0-9]' and substr(billing_month, 6) between '01' and '12'),
    CONSTRAINT "invoice_kind_known" check (kind in ('MONTHLY', 'SINGLE')),
    CONSTRAINT "invoice_line_count_least" check (typeof(line_count) = 'integer' and line_count >= 0),
    CONSTRAINT "invoice_taxed" check (tax_basis_points is null or tax_basis_points between 0 and 5000 and subtotal_minor >= 0 and tax_minor = (subtotal_minor * tax_basis_points + 5000) / 10000),
    CONSTRAINT "invoice_owes_no_more" check (due_minor = 0 or due_minor between 0 and total_minor)
);

CREATE TABLE "invoice_line" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "position" INT NOT NULL,
    "kind" VARCHAR(20) NOT NULL,
    "description" VARCHAR(500) NOT NULL,
    "quantity_milli" BIGINT NOT NULL,
    "unit_price_minor" BIGINT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "service_id" BIGINT,
    "invoice_id" BIGINT NOT NULL REFERENCES "invoice" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_invoice_lin_invoice_284bd5" UNIQUE ("invoice_id", "position"),
    CONSTRAINT "invoice_line_kind_known" check (kind in ('SUBSCRIPTION', 'USAGE', 'ONE_OFF', 'DISCOUNT')),
    CONSTRAINT "invoice_line_position_least" check (typeof(position) = 'integer' and position >= 1),
    CONSTRAINT "invoice_line_currency_code" check (currency glob '[A-Z][A-Z][A-Z]'),
    CONSTRAINT "invoice_line_unit_price_minor_amount" check (unit_price_minor is null or typeof(unit_price_minor) = 'integer' and unit_price_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "invoice_line_amount_minor_amount" check (amount_minor is null or typeof(amount_minor) = 'integer' and amount_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "invoice_line_multiplied" check (abs(amount_minor * 1000 - quantity_milli * unit_price_minor) <= 500)
);

CREATE TABLE "job" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "name" VARCHAR(60) NOT NULL,
    "key" VARCHAR(200) NOT NULL UNIQUE,
    "args" TEXT NOT NULL,
    "due" TIMESTAMP NOT NULL,
    "state" VARCHAR(20) NOT NULL,
    "token" INT NOT NULL,
    "attempts" INT NOT NULL,
    "next_try_at" TIMESTAMP NOT NULL,
    "lease_until" TIMESTAMP,
    "error" VARCHAR(300),
    "finished_at" TIMESTAMP,
    CONSTRAINT "job_state_known" check (state in ('QUEUED', 'RUNNING', 'DONE', 'DEAD')),
    CONSTRAINT "job_token_least" check (typeof(token) = 'integer' and token >= 0),
    CONSTRAINT "job_attempts_least" check (typeof(attempts) = 'integer' and attempts >= 0)
);

CREATE TABLE "link_list" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "role" VARCHAR(20) NOT NULL,
    "user_id" BIGINT NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_link_list_user_id_fecc66" UNIQUE ("user_id", "role"),
    CONSTRAINT "link_list_role_known" check (role in ('ADMIN', 'FULL_ACCESS', 'SALES', 'REGULAR', 'READ_ONLY', 'SUPPORT'))
);

CREATE TABLE "list_preferences" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "columns" TEXT NOT NULL,
    "density" VARCHAR(20) NOT NULL,
    "hide_inactive" INT NOT NULL,
    "user_id" BIGINT NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE,
    CONSTRAINT "list_preferences_density_known" check (density in ('COMPACT', 'STANDARD', 'COMFORTABLE'))
);

CREATE TABLE "login_session" (
    "id" BIGINT NOT NULL  PRIMARY KEY,
    "tenant_id" BIGINT NOT NULL  /* Where the person is at home: the sessions of a tenant's people can be found by it. */,
    "started_at" TIMESTAMP NOT NULL,
    "last_seen_at" TIMESTAMP NOT NULL,
    "ends_at" TIMESTAMP NOT NULL,
    "ended_at" TIMESTAMP,
    "user_agent" VARCHAR(300),
    "user_id" BIGINT NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE
);

CREATE TABLE "notification" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "seq" BIGINT NOT NULL,
    "event_key" BIGINT NOT NULL,
    "kind" VARCHAR(30) NOT NULL,
    "for_admins" INT NOT NULL,
    "title" VARCHAR(300) NOT NULL,
    "about" VARCHAR(40),
    "at" TIMESTAMP NOT NULL,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "told_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_notificatio_told_id_1fbfc3" UNIQUE ("told_id", "seq"),
    CONSTRAINT "uid_notificatio_event_k_f5bac1" UNIQUE ("event_key", "told_id"),
    CONSTRAINT "notification_kind_known" check (kind in ('CREATED', 'UPDATED', 'STATUS_CHANGED', 'ONBOARDING_CHANGED', 'SOURCE_DATA_CHANGED', 'SERVICE_PROVISIONED', 'SERVICE_DELETED', 'INVOICE_CHANGED', 'ACCESS_CHANGED')),
    CONSTRAINT "notification_seq_least" check (typeof(seq) = 'integer' and seq >= 1)
);

CREATE TABLE "notification_preference" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "version" INT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMP NOT NULL,
    "event" VARCHAR(30) NOT NULL,
    "email" INT NOT NULL,
    "in_app" INT NOT NULL,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "told_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_notificatio_told_id_3b825e" UNIQUE ("told_id", "tenant_id", "event"),
    CONSTRAINT "notification_preference_event_known" check (event in ('CREATED', 'UPDATED', 'STATUS_CHANGED', 'ONBOARDING_CHANGED', 'SOURCE_DATA_CHANGED', 'SERVICE_PROVISIONED', 'SERVICE_DELETED', 'INVOICE_CHANGED', 'ACCESS_CHANGED'))
);

CREATE TABLE "notification_read" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "up_to" BIGINT NOT NULL,
    "at" TIMESTAMP NOT NULL,
    "told_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "user_id" BIGINT NOT NULL REFERENCES "app_user" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_notificatio_user_id_683da9" UNIQUE ("user_id", "told_id", "up_to"),
    CONSTRAINT "notification_read_up_to_least" check (typeof(up_to) = 'integer' and up_to >= 0)
);

CREATE TABLE "number_series" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "series" VARCHAR(20) NOT NULL,
    "year" INT NOT NULL,
    "given" INT NOT NULL,
    "issuer_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_number_seri_issuer__8de242" UNIQUE ("issuer_id", "series", "year"),
    CONSTRAINT "number_series_series_known" check (series in ('INVOICE', 'CREDIT_NOTE')),
    CONSTRAINT "number_series_given_least" check (typeof(given) = 'integer' and given >= 0)
);

CREATE TABLE "onboarding_task" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "version" INT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMP NOT NULL,
    "kind" VARCHAR(30) NOT NULL,
    "status" VARCHAR(20) NOT NULL,
    "required" INT NOT NULL,
    "position" INT NOT NULL,
    "started_at" TIMESTAMP,
    "completed_at" TIMESTAMP,
    "after_id" BIGINT REFERENCES "onboarding_task" ("id") ON DELETE RESTRICT,
    "started_by_id" BIGINT REFERENCES "app_user" ("id") ON DELETE RESTRICT,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_onboarding__tenant__966f5d" UNIQUE ("tenant_id", "kind"),
    CONSTRAINT "onboarding_task_kind_known" check (kind in ('COMPANY_PROFILE', 'INVITE_ADMIN', 'ACCEPT_CONTRACT', 'CONNECT_BILLING_SOURCE', 'VERIFY_EMAIL', 'ADD_SERVICES', 'START_SERVICES')),
    CONSTRAINT "onboarding_task_status_known" check (status in ('NOT_STARTED', 'IN_PROGRESS', 'BLOCKED', 'COMPLETED', 'SKIPPED', 'FAILED')),
    CONSTRAINT "onboarding_task_skippable" check (status <> 'SKIPPED' or not required)
);

CREATE TABLE "outbound_email" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "about_id" BIGINT,
    "kind" VARCHAR(40) NOT NULL,
    "recipient" VARCHAR(254) NOT NULL,
    "subject" VARCHAR(300) NOT NULL,
    "body" TEXT NOT NULL,
    "link" TEXT,
    "status" VARCHAR(20) NOT NULL,
    "attempts" INT NOT NULL,
    "written_at" TIMESTAMP NOT NULL,
    "next_try_at" TIMESTAMP NOT NULL,
    "sent_at" TIMESTAMP,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "outbound_email_status_known" check (status in ('QUEUED', 'SENT', 'FAILED', 'WITHDRAWN')),
    CONSTRAINT "outbound_email_attempts_least" check (typeof(attempts) = 'integer' and attempts >= 0)
);

CREATE TABLE "password_reset" (
    "id" BIGINT NOT NULL  PRIMARY KEY,
    "tenant_id" BIGINT NOT NULL  /* Where the person is at home. */,
    "token_hash" VARCHAR(64) NOT NULL UNIQUE,
    "expires_at" TIMESTAMP NOT NULL,
    "user_id" BIGINT NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_password_re_user_id_389026" UNIQUE ("user_id")
);

CREATE TABLE "payment" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "amount_minor" BIGINT NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "paid_at" TIMESTAMP NOT NULL,
    "recorded_by_id" BIGINT,
    "invoice_id" BIGINT NOT NULL REFERENCES "invoice" ("id") ON DELETE RESTRICT,
    "issuer_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "payment_amount_minor_amount" check (amount_minor is null or typeof(amount_minor) = 'integer' and amount_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "payment_of_something" check (amount_minor > 0),
    CONSTRAINT "payment_currency_code" check (currency glob '[A-Z][A-Z][A-Z]')
);

CREATE TABLE "pin" (
    "id" BIGINT NOT NULL  PRIMARY KEY,
    "pinned_at" TIMESTAMP NOT NULL,
    "customer_id" BIGINT NOT NULL REFERENCES "customer" ("id") ON DELETE CASCADE,
    "user_id" BIGINT NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_pin_user_id_77be3e" UNIQUE ("user_id", "customer_id")
);

CREATE TABLE "reach" ("node" INTEGER NOT NULL, "name_key" TEXT NOT NULL,
 "tenant_id" INTEGER NOT NULL, PRIMARY KEY ("node", "name_key", "tenant_id")) WITHOUT ROWID;

CREATE TABLE "report_run" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "run_as_role" VARCHAR(20) NOT NULL,
    "kind" VARCHAR(30) NOT NULL,
    "format" VARCHAR(10) NOT NULL,
    "file_name" VARCHAR(200) NOT NULL,
    "include_details" INT NOT NULL,
    "criteria" TEXT NOT NULL,
    "status" VARCHAR(20) NOT NULL,
    "done" INT NOT NULL   DEFAULT 0,
    "rows" INT,
    "failure" VARCHAR(20),
    "requested_at" TIMESTAMP NOT NULL,
    "started_at" TIMESTAMP,
    "finished_at" TIMESTAMP,
    "expires_at" TIMESTAMP,
    "access_version" INT,
    "acting_session_id" BIGINT REFERENCES "acting_session" ("id") ON DELETE SET NULL,
    "customer_id" BIGINT REFERENCES "customer" ("id") ON DELETE CASCADE,
    "file_id" BIGINT REFERENCES "stored_file" ("id") ON DELETE SET NULL,
    "requested_by_id" BIGINT NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE CASCADE,
    CONSTRAINT "report_run_run_as_role_known" check (run_as_role in ('ADMIN', 'FULL_ACCESS', 'SALES', 'REGULAR', 'READ_ONLY', 'SUPPORT')),
    CONSTRAINT "report_run_kind_known" check (kind in ('CUSTOMER_LIST', 'CUSTOMER_INFORMATION', 'BILLING')),
    CONSTRAINT "report_run_failure_known" check (failure in ('NOT_ALLOWED', 'ACTING_ENDED', 'BROKEN')),
    CONSTRAINT "report_run_done_least" check (typeof(done) = 'integer' and done >= 0),
    CONSTRAINT "report_run_format_known" check (format in ('CSV', 'XLSX', 'PDF', 'JSONL')),
    CONSTRAINT "report_run_status_known" check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'))
);

CREATE TABLE "saved_filter" (
    "id" BIGINT NOT NULL  PRIMARY KEY,
    "tenant_id" BIGINT NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "name_key" VARCHAR(200) NOT NULL,
    "criteria" TEXT NOT NULL  /* JSON, as the customer list takes it. */,
    "saved_at" TIMESTAMP NOT NULL,
    "user_id" BIGINT NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_saved_filte_user_id_57971a" UNIQUE ("user_id", "name_key")
);

CREATE TABLE "service" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "version" INT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMP NOT NULL,
    "reference" VARCHAR(100),
    "kind" VARCHAR(20) NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "name_key" VARCHAR(400) NOT NULL,
    "product" VARCHAR(100) NOT NULL,
    "status" VARCHAR(20) NOT NULL,
    "cloud_connection" VARCHAR(20),
    "billing_state" VARCHAR(20) NOT NULL,
    "billing_entry_expected_by" DATE,
    "monthly_charge_minor" BIGINT,
    "currency" VARCHAR(3) NOT NULL,
    "ordered_at" TIMESTAMP,
    "provisioned_at" TIMESTAMP,
    "expires_on" DATE,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "restarted_at" TIMESTAMP,
    "diagnosed_at" TIMESTAMP,
    "diagnosis" VARCHAR(20),
    CONSTRAINT "service_kind_known" check (kind in ('PORT', 'VIRTUAL_CIRCUIT', 'ONLINE_SERVICE', 'VDC', 'SERVER', 'DISK', 'IMAGE', 'NETWORK', 'OTHER')),
    CONSTRAINT "service_status_known" check (status in ('AVAILABLE', 'PROVISIONING', 'RUNNING', 'STOPPED', 'FAILED', 'EXPIRED', 'DELETED')),
    CONSTRAINT "service_cloud_connection_known" check (cloud_connection in ('DEDICATED_PORT', 'HOSTED_CONNECTION')),
    CONSTRAINT "service_billing_state_known" check (billing_state in ('NOT_BILLED', 'PENDING_ENTRY', 'BILLED', 'ENDED')),
    CONSTRAINT "service_currency_code" check (currency glob '[A-Z][A-Z][A-Z]'),
    CONSTRAINT "service_monthly_charge_minor_amount" check (monthly_charge_minor is null or typeof(monthly_charge_minor) = 'integer' and monthly_charge_minor between -1000000000000000 and 1000000000000000),
    CONSTRAINT "service_diagnosis_known" check (diagnosis in ('IN_ORDER', 'BEING_SET_UP', 'STOPPED', 'NEVER_SET_UP', 'ENDED'))
);

CREATE TABLE "session_token" (
    "hash" VARCHAR(64) NOT NULL  PRIMARY KEY,
    "acting_session_id" BIGINT REFERENCES "acting_session" ("id") ON DELETE CASCADE,
    "login_session_id" BIGINT NOT NULL REFERENCES "login_session" ("id") ON DELETE CASCADE,
    CONSTRAINT "session_token_same_sign_in" foreign key (acting_session_id, login_session_id) references acting_session (id, login_session_id)
);

CREATE TABLE "sign_in_attempt" (
    "address" VARCHAR(64) NOT NULL  PRIMARY KEY,
    "tries" INT NOT NULL,
    "since" TIMESTAMP NOT NULL
);

CREATE TABLE "source_feed" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "version" INT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMP NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "status" VARCHAR(20) NOT NULL,
    "message" VARCHAR(500),
    "last_ingested_at" TIMESTAMP,
    "reported_at" TIMESTAMP NOT NULL,
    "interval_hours" INT NOT NULL DEFAULT 26,
    "worsens_at" TIMESTAMP,
    "tenant_id" BIGINT NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_source_feed_tenant__be94cb" UNIQUE ("tenant_id", "name"),
    CONSTRAINT "source_feed_status_known" check (status in ('SUCCESS', 'WARNING', 'FAILED', 'NOT_AVAILABLE')),
    CONSTRAINT "source_feed_interval_hours_least" check (typeof(interval_hours) = 'integer' and interval_hours >= 1)
);

CREATE TABLE "spending" (
    "who" VARCHAR(60) NOT NULL  PRIMARY KEY,
    "points" REAL NOT NULL,
    "at" REAL NOT NULL
);

CREATE TABLE "stored_file" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "media_type" VARCHAR(100) NOT NULL,
    "size" BIGINT NOT NULL DEFAULT 0,
    "pieces" INT NOT NULL DEFAULT 0,
    "begun_at" TIMESTAMP NOT NULL,
    "sealed_at" TIMESTAMP,
    "expires_at" TIMESTAMP NOT NULL,
    CONSTRAINT "stored_file_size_least" check (typeof(size) = 'integer' and size >= 0),
    CONSTRAINT "stored_file_pieces_least" check (typeof(pieces) = 'integer' and pieces >= 0)
);

CREATE TABLE "tenant" (
    "id" INTEGER NOT NULL  PRIMARY KEY,
    "version" INT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMP NOT NULL,
    "kind" VARCHAR(20) NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "name_key" VARCHAR(400) NOT NULL,
    "reference" VARCHAR(100)  UNIQUE,
    "domain" VARCHAR(253),
    "path" VARCHAR(200) NOT NULL UNIQUE,
    "level" INT NOT NULL,
    "sub_account" INT NOT NULL DEFAULT 0,
    "currency" VARCHAR(3) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "parent_id" BIGINT REFERENCES "tenant" ("id") ON DELETE RESTRICT, "time_zone" VARCHAR(64) NOT NULL  /* IANA name of the zone in which its days begin and end. */ DEFAULT 'UTC', "tree_key" TEXT NOT NULL  /* A step for each tenant above it and one for itself: in this order parents come before children, siblings by name. */ DEFAULT '',
    CONSTRAINT "tenant_kind_known" check (kind in ('PLATFORM', 'DISTRIBUTOR', 'RESELLER', 'CUSTOMER')),
    CONSTRAINT "tenant_root" check ((kind = 'PLATFORM') = (parent_id is null) and (kind = 'PLATFORM') = (level = 0)),
    CONSTRAINT "tenant_level_least" check (typeof(level) = 'integer' and level >= 0),
    CONSTRAINT "tenant_currency_code" check (currency glob '[A-Z][A-Z][A-Z]')
);

CREATE TABLE "trigram" ("letters" TEXT NOT NULL, "name_key" TEXT NOT NULL, "tenant_id" INTEGER NOT NULL,
 PRIMARY KEY ("letters", "name_key", "tenant_id")) WITHOUT ROWID;

CREATE UNIQUE INDEX "access_grant_one_live" ON "access_grant" (user_id, tenant_id, source) where revoked_at is null;

CREATE INDEX "idx_access_gran_tenant__f34f63" ON "access_grant" ("tenant_id", "role", "revoked_at");

CREATE INDEX "idx_access_gran_user_id_5e4363" ON "access_grant" ("user_id", "revoked_at");

CREATE UNIQUE INDEX "acting_session_one_active" ON "acting_session" (login_session_id) where status = 'ACTIVE';

CREATE UNIQUE INDEX "acting_session_sign_in" ON "acting_session" (id, login_session_id);

CREATE INDEX "idx_acting_sess_actor_i_c21fe4" ON "acting_session" ("actor_id", "status");

CREATE INDEX "idx_acting_sess_login_s_96ec9f" ON "acting_session" ("login_session_id", "status");

CREATE INDEX "idx_activity_ev_tenant__7d06ed" ON "activity_event" ("tenant_id", "at", "id");

CREATE INDEX "idx_api_key_created_b7a2e4" ON "api_key" ("created_by_id");

CREATE INDEX "idx_api_key_tenant__29965a" ON "api_key" ("tenant_id", "created_at");

CREATE INDEX "app_user_invited" ON "app_user" (tenant_id, (invited_at is null), invited_at, id, active, first_name, last_name, email);

CREATE INDEX "idx_app_user_tenant__3a67f4" ON "app_user" ("tenant_id", "name_key", "id");

CREATE UNIQUE INDEX "contact_one_primary" ON "contact" (tenant_id) where type = 'PRIMARY';

CREATE INDEX "idx_contact_tenant__a92fb7" ON "contact" ("tenant_id", "name_key", "id");

CREATE INDEX "contract_begins" ON "contract" (starts_on) where status = 'SCHEDULED';

CREATE INDEX "contract_ends" ON "contract" (ends_on) where status = 'ACTIVE' and ends_on is not null;

CREATE INDEX "contract_liveliest" ON "contract" (tenant_id, (case when status = 'ACTIVE' then 0 when status = 'PENDING_ACCEPTANCE' then 1 when status = 'SCHEDULED' then 2 when status = 'DRAFT' then 3 when status = 'EXPIRED' then 4 when status = 'TERMINATED' then 5 else 6 end), starts_on desc, id, status, number, title);

CREATE UNIQUE INDEX "contract_renewed_once" ON "contract" (predecessor_id) where predecessor_id is not null;

CREATE INDEX "idx_contract_tenant__9b26db" ON "contract" ("tenant_id", "status");

CREATE UNIQUE INDEX "credit_note_one" ON "credit_note" (invoice_id);

CREATE INDEX "idx_credit_note_tenant__d8cc6e" ON "credit_note" ("tenant_id", "issued_at");

CREATE TRIGGER "credit_note_frozen" after update on "credit_note" begin select raise(abort, 'it is kept as it was written') where true; end;

CREATE TRIGGER "credit_note_stays" after delete on "credit_note" begin select raise(abort, 'it is kept as it was written') where true; end;

CREATE INDEX "customer_country" ON "customer" (country, id);

CREATE INDEX "customer_mrr" ON "customer" ((0 - coalesce(mrr_minor, -9223372036854775807)), name_key, id);

CREATE INDEX "customer_name" ON "customer" (name_key, id, status);

CREATE INDEX "customer_onboarding" ON "customer" (onboarding_status, id);

CREATE INDEX "customer_source" ON "customer" (source_status, id);

CREATE TRIGGER "customer_gone" after delete on "customer" begin delete from trigram where (letters, name_key, tenant_id) in (select distinct substr(old.name_key, n.key + 1, 3), old.name_key, old.id from json_each('[' ||
 substr(replace(hex(zeroblob(length(old.name_key) - 1)), '00', ',0'), 2) || ']') n); end;

CREATE TRIGGER "customer_named" after insert on "customer" begin insert into trigram (letters, name_key, tenant_id) select distinct substr(new.name_key, n.key + 1, 3), new.name_key, new.id from json_each('[' ||
 substr(replace(hex(zeroblob(length(new.name_key) - 1)), '00', ',0'), 2) || ']') n; end;

CREATE TRIGGER "customer_renamed" after update of name_key on "customer" when (old.name_key <> new.name_key) begin delete from trigram where (letters, name_key, tenant_id) in (select distinct substr(old.name_key, n.key + 1, 3), old.name_key, old.id from json_each('[' ||
 substr(replace(hex(zeroblob(length(old.name_key) - 1)), '00', ',0'), 2) || ']') n); insert into trigram (letters, name_key, tenant_id) select distinct substr(new.name_key, n.key + 1, 3), new.name_key, new.id from json_each('[' ||
 substr(replace(hex(zeroblob(length(new.name_key) - 1)), '00', ',0'), 2) || ']') n; end;

CREATE INDEX "customer_tag_named" ON "customer_tag" (name_key, id);

CREATE INDEX "idx_download_li_expires_844f11" ON "download_link" ("expires_at");

CREATE INDEX "idx_event_at_626eca" ON "event" ("at");

CREATE INDEX "idx_idempotency_written_69fec3" ON "idempotency_record" ("written_at");

CREATE INDEX "idx_invitation_invited_0b6129" ON "invitation" ("invited_by_id", "updated_at");

CREATE INDEX "idx_invitation_tenant__8bd521" ON "invitation" ("tenant_id", "invited_at", "id");

CREATE UNIQUE INDEX "invitation_one_pending" ON "invitation" (tenant_id, email_norm) where status = 'PENDING';

CREATE INDEX "invoice_month" ON "invoice" (tenant_id, billing_month desc, id, issuer_id, status, number, total_minor, currency);

CREATE UNIQUE INDEX "invoice_one_monthly" ON "invoice" (tenant_id, billing_month) where kind = 'MONTHLY' and status <> 'CANCELLED';

CREATE INDEX "invoice_running" ON "invoice" (billing_month, issuer_id) where kind = 'MONTHLY' and status = 'PROFORMA';

CREATE INDEX "invoice_unpaid" ON "invoice" (due_on) where status = 'ISSUED' and payment_state = 'DUE';

CREATE TRIGGER "invoice_adds_up" after update of status on "invoice" begin select raise(abort, 'the lines do not add up to the invoice') where new.status = 'ISSUED' and old.status <> 'ISSUED' and ((select coalesce(sum(amount_minor), 0) from invoice_line where invoice_id = new.id) <> new.subtotal_minor or (select count(*) from invoice_line where invoice_id = new.id) <> new.line_count); end;

CREATE TRIGGER "invoice_credited" after update of status on "invoice" begin select raise(abort, 'an issued invoice is cancelled with a full credit note only') where new.status = 'CANCELLED' and old.status = 'ISSUED' and not exists (select 1 from credit_note c where c.invoice_id = new.id and c.total_minor = new.total_minor); end;

CREATE TRIGGER "invoice_frozen" after update on "invoice" when (old.status in ('ISSUED', 'CANCELLED') and ((new.id, new.tenant_id, new.issuer_id, new.kind, new.number, new.billing_month, new.currency, new.line_count, new.subtotal_minor, new.tax_basis_points, new.tax_minor, new.total_minor, new.issued_at, new.due_on, new.issuer_name, new.billed_name, new.billed_address) is not (old.id, old.tenant_id, old.issuer_id, old.kind, old.number, old.billing_month, old.currency, old.line_count, old.subtotal_minor, old.tax_basis_points, old.tax_minor, old.total_minor, old.issued_at, old.due_on, old.issuer_name, old.billed_name, old.billed_address) or new.status <> old.status and not (old.status = 'ISSUED' and new.status = 'CANCELLED'))) begin select raise(abort, 'an issued invoice does not change') where true; end;

CREATE TRIGGER "invoice_stays" after delete on "invoice" when (old.status in ('ISSUED', 'CANCELLED')) begin select raise(abort, 'an issued invoice stays') where true; end;

CREATE TRIGGER "invoice_line_added" after insert on "invoice_line" begin select raise(abort, 'an issued invoice gets no more lines') where exists (select 1 from invoice i where i.id = new.invoice_id and i.status in ('ISSUED', 'CANCELLED') and new.position > i.line_count); end;

CREATE TRIGGER "invoice_line_frozen" after update on "invoice_line" begin select raise(abort, 'an issued invoice does not change') where exists (select 1 from invoice i where i.id = old.invoice_id and i.status in ('ISSUED', 'CANCELLED')); end;

CREATE TRIGGER "invoice_line_stays" after delete on "invoice_line" begin select raise(abort, 'an issued invoice does not change') where exists (select 1 from invoice i where i.id = old.invoice_id and i.status in ('ISSUED', 'CANCELLED')); end;

CREATE INDEX "idx_job_name_4346e5" ON "job" ("name", "due");

CREATE INDEX "idx_job_state_68dbd9" ON "job" ("state", "next_try_at", "id");

CREATE UNIQUE INDEX "list_preferences_one" ON "list_preferences" (user_id);

CREATE INDEX "idx_login_sessi_ends_at_cc5751" ON "login_session" ("ends_at");

CREATE INDEX "idx_login_sessi_user_id_62a4ab" ON "login_session" ("user_id");

CREATE UNIQUE INDEX "login_session_person" ON "login_session" (id, user_id);

CREATE INDEX "idx_notificatio_at_03c8b5" ON "notification" ("at");

CREATE INDEX "idx_notificatio_tenant__fdfe97" ON "notification" ("tenant_id", "told_id", "seq");

CREATE INDEX "notification_latest" ON "notification" (told_id, at desc, id);

CREATE INDEX "notification_newest" ON "notification" (told_id, (0 - seq), id);

CREATE INDEX "idx_outbound_em_about_i_052d8c" ON "outbound_email" ("about_id");

CREATE INDEX "idx_outbound_em_status_8054b3" ON "outbound_email" ("status", "next_try_at");

CREATE INDEX "idx_outbound_em_tenant__c40885" ON "outbound_email" ("tenant_id", "written_at", "id");

CREATE INDEX "idx_payment_invoice_7de605" ON "payment" ("invoice_id", "paid_at");

CREATE TRIGGER "payment_frozen" after update on "payment" begin select raise(abort, 'it is kept as it was written') where true; end;

CREATE TRIGGER "payment_stays" after delete on "payment" begin select raise(abort, 'it is kept as it was written') where true; end;

CREATE UNIQUE INDEX "reach_tenant" ON "reach" ("tenant_id", "node");

CREATE INDEX "idx_report_run_custome_6b95b5" ON "report_run" ("customer_id");

CREATE INDEX "idx_report_run_request_20e9f3" ON "report_run" ("requested_at");

CREATE INDEX "idx_report_run_request_402402" ON "report_run" ("requested_by_id", "tenant_id", "requested_at");

CREATE INDEX "idx_report_run_tenant__ac29f0" ON "report_run" ("tenant_id", "status");

CREATE INDEX "idx_service_tenant__f847bf" ON "service" ("tenant_id", "name_key", "id");

CREATE INDEX "service_billing_entry" ON "service" (billing_entry_expected_by) where billing_state = 'PENDING_ENTRY';

CREATE INDEX "service_last_day" ON "service" (expires_on) where expires_on is not null and status in ('RUNNING', 'STOPPED');

CREATE INDEX "service_named" ON "service" (name_key, id);

CREATE INDEX "service_product" ON "service" (product, id);

CREATE INDEX "idx_session_tok_acting__9ead5a" ON "session_token" ("acting_session_id");

CREATE INDEX "idx_session_tok_login_s_7e6e73" ON "session_token" ("login_session_id");

CREATE INDEX "idx_sign_in_att_since_c2ac8a" ON "sign_in_attempt" ("since");

CREATE INDEX "idx_source_feed_worsens_51369b" ON "source_feed" ("worsens_at");

CREATE INDEX "idx_stored_file_expires_af51c5" ON "stored_file" ("expires_at");

CREATE INDEX "idx_tenant_parent__274874" ON "tenant" ("parent_id", "name_key", "id");

CREATE UNIQUE INDEX "tenant_one_platform" ON "tenant" (kind) where kind = 'PLATFORM';

CREATE INDEX "tenant_tree" ON "tenant" (tree_key);
