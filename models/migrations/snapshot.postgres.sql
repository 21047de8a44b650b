-- Every table after 0026_invitations_of_one_additive, as `make snapshot` writes it; see docs/migrations.md.

CREATE FUNCTION customer_renamed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$ begin
 delete from trigram t using generate_series(1, length(old.name_key) - 1) n
 where t.letters = substr(old.name_key, n, 3) and t.name_key = old.name_key and t.tenant_id = old.id;
 if tg_op = 'UPDATE' then
 insert into trigram (letters, name_key, tenant_id) select distinct substr(new.name_key, n, 3), new.name_key, new.id
 from generate_series(1, length(new.name_key) - 1) n;
 end if;
 return null; end $$;

COMMENT ON FUNCTION customer_renamed() IS 'returns trigger language plpgsql set search_path from current as $$ begin
 delete from trigram t using generate_series(1, length(old.name_key) - 1) n
 where t.letters = substr(old.name_key, n, 3) and t.name_key = old.name_key and t.tenant_id = old.id;
 if tg_op = ''UPDATE'' then
 insert into trigram (letters, name_key, tenant_id) select distinct substr(new.name_key, n, 3), new.name_key, new.id
 from generate_series(1, length(new.name_key) - 1) n;
 end if;
 return null; end $$';

CREATE FUNCTION customers_named() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$ begin
 insert into trigram (letters, name_key, tenant_id) select distinct substr(c.name_key, n, 3), c.name_key, c.id
 from named c, generate_series(1, length(c.name_key) - 1) n;
 return null; end $$;

COMMENT ON FUNCTION customers_named() IS 'returns trigger language plpgsql set search_path from current as $$ begin
 insert into trigram (letters, name_key, tenant_id) select distinct substr(c.name_key, n, 3), c.name_key, c.id
 from named c, generate_series(1, length(c.name_key) - 1) n;
 return null; end $$';

CREATE FUNCTION invoice_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$ begin
 if old.status in ('ISSUED', 'CANCELLED') and ((new.id, new.tenant_id, new.issuer_id, new.kind, new.number, new.billing_month, new.currency, new.line_count, new.subtotal_minor, new.tax_basis_points, new.tax_minor, new.total_minor, new.issued_at, new.due_on, new.issuer_name, new.billed_name, new.billed_address) is distinct from (old.id, old.tenant_id, old.issuer_id, old.kind, old.number, old.billing_month, old.currency, old.line_count, old.subtotal_minor, old.tax_basis_points, old.tax_minor, old.total_minor, old.issued_at, old.due_on, old.issuer_name, old.billed_name, old.billed_address) or new.status <> old.status and not (old.status = 'ISSUED' and new.status = 'CANCELLED')) then raise exception 'an issued invoice does not change' using errcode = 'integrity_constraint_violation'; end if;
 return new; end $$;

COMMENT ON FUNCTION invoice_changed() IS 'returns trigger language plpgsql set search_path from current as $$ begin
 if old.status in (''ISSUED'', ''CANCELLED'') and ((new.id, new.tenant_id, new.issuer_id, new.kind, new.number, new.billing_month, new.currency, new.line_count, new.subtotal_minor, new.tax_basis_points, new.tax_minor, new.total_minor, new.issued_at, new.due_on, new.issuer_name, new.billed_name, new.billed_address) is distinct from (old.id, old.tenant_id, old.issuer_id, old.kind, old.number, old.billing_month, old.currency, old.line_count, old.subtotal_minor, old.tax_basis_points, old.tax_minor, old.total_minor, old.issued_at, old.due_on, old.issuer_name, old.billed_name, old.billed_address) or new.status <> old.status and not (old.status = ''ISSUED'' and new.status = ''CANCELLED'')) then raise exception ''an issued invoice does not change'' using errcode = ''integrity_constraint_violation''; end if;
 return new; end $$';

CREATE FUNCTION invoice_finished() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$ begin
 if new.status = 'ISSUED' and old.status <> 'ISSUED' and ((select coalesce(sum(amount_minor), 0) from invoice_line where invoice_id = new.id) <> new.subtotal_minor or (select count(*) from invoice_line where invoice_id = new.id) <> new.line_count) then raise exception 'the lines do not add up to the invoice' using errcode = 'integrity_constraint_violation'; end if;
 return new; end $$;

COMMENT ON FUNCTION invoice_finished() IS 'returns trigger language plpgsql set search_path from current as $$ begin
 if new.status = ''ISSUED'' and old.status <> ''ISSUED'' and ((select coalesce(sum(amount_minor), 0) from invoice_line where invoice_id = new.id) <> new.subtotal_minor or (select count(*) from invoice_line where invoice_id = new.id) <> new.line_count) then raise exception ''the lines do not add up to the invoice'' using errcode = ''integrity_constraint_violation''; end if;
 return new; end $$';

CREATE FUNCTION invoice_gone() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$ begin
 if old.status in ('ISSUED', 'CANCELLED') then raise exception 'an issued invoice stays' using errcode = 'integrity_constraint_violation'; end if;
 return new; end $$;

COMMENT ON FUNCTION invoice_gone() IS 'returns trigger language plpgsql set search_path from current as $$ begin
 if old.status in (''ISSUED'', ''CANCELLED'') then raise exception ''an issued invoice stays'' using errcode = ''integrity_constraint_violation''; end if;
 return new; end $$';

CREATE FUNCTION invoice_line_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$ begin
 if exists (select 1 from invoice i where i.id = old.invoice_id and i.status in ('ISSUED', 'CANCELLED')) then raise exception 'an issued invoice does not change' using errcode = 'integrity_constraint_violation'; end if;
 return null; end $$;

COMMENT ON FUNCTION invoice_line_changed() IS 'returns trigger language plpgsql set search_path from current as $$ begin
 if exists (select 1 from invoice i where i.id = old.invoice_id and i.status in (''ISSUED'', ''CANCELLED'')) then raise exception ''an issued invoice does not change'' using errcode = ''integrity_constraint_violation''; end if;
 return null; end $$';

CREATE FUNCTION invoice_lines_added() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$ begin
 if exists (select 1 from added l join invoice i on i.id = l.invoice_id where i.status in ('ISSUED', 'CANCELLED') and l.position > i.line_count) then raise exception 'an issued invoice gets no more lines' using errcode = 'integrity_constraint_violation'; end if;
 return null; end $$;

COMMENT ON FUNCTION invoice_lines_added() IS 'returns trigger language plpgsql set search_path from current as $$ begin
 if exists (select 1 from added l join invoice i on i.id = l.invoice_id where i.status in (''ISSUED'', ''CANCELLED'') and l.position > i.line_count) then raise exception ''an issued invoice gets no more lines'' using errcode = ''integrity_constraint_violation''; end if;
 return null; end $$';

CREATE FUNCTION invoice_withdrawn() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$ begin
 if new.status = 'CANCELLED' and old.status = 'ISSUED' and not exists (select 1 from credit_note c where c.invoice_id = new.id and c.total_minor = new.total_minor) then raise exception 'an issued invoice is cancelled with a full credit note only' using errcode = 'integrity_constraint_violation'; end if;
 return new; end $$;

COMMENT ON FUNCTION invoice_withdrawn() IS 'returns trigger language plpgsql set search_path from current as $$ begin
 if new.status = ''CANCELLED'' and old.status = ''ISSUED'' and not exists (select 1 from credit_note c where c.invoice_id = new.id and c.total_minor = new.total_minor) then raise exception ''an issued invoice is cancelled with a full credit note only'' using errcode = ''integrity_constraint_violation''; end if;
 return new; end $$';

CREATE FUNCTION never_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$ begin
 if true then raise exception 'it is kept as it was written' using errcode = 'integrity_constraint_violation'; end if;
 return null; end $$;

COMMENT ON FUNCTION never_changed() IS 'returns trigger language plpgsql set search_path from current as $$ begin
 if true then raise exception ''it is kept as it was written'' using errcode = ''integrity_constraint_violation''; end if;
 return null; end $$';

CREATE TABLE access_grant (
    id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    role character varying(20) NOT NULL,
    source character varying(20) NOT NULL,
    granted_by_id bigint,
    granted_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    tenant_id bigint NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT access_grant_role_known CHECK (((role)::text = ANY (ARRAY[('ADMIN'::character varying)::text, ('FULL_ACCESS'::character varying)::text, ('SALES'::character varying)::text, ('REGULAR'::character varying)::text, ('READ_ONLY'::character varying)::text, ('SUPPORT'::character varying)::text]))),
    CONSTRAINT access_grant_source_known CHECK (((source)::text = ANY (ARRAY[('HOME'::character varying)::text, ('LINKED'::character varying)::text, ('INHERITED'::character varying)::text])))
);

COMMENT ON TABLE access_grant IS 'A role on a tenant. One live HOME grant and one live LINKED grant for each person and tenant (I17).';

COMMENT ON CONSTRAINT access_grant_role_known ON access_grant IS 'check (role in (''ADMIN'', ''FULL_ACCESS'', ''SALES'', ''REGULAR'', ''READ_ONLY'', ''SUPPORT''))';

COMMENT ON CONSTRAINT access_grant_source_known ON access_grant IS 'check (source in (''HOME'', ''LINKED'', ''INHERITED''))';

CREATE TABLE acting_session (
    id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    role character varying(20) NOT NULL,
    status character varying(20) NOT NULL,
    reason character varying(500),
    started_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    actor_id bigint NOT NULL,
    login_session_id bigint NOT NULL,
    target_id bigint NOT NULL,
    CONSTRAINT acting_session_role_known CHECK (((role)::text = ANY (ARRAY[('ADMIN'::character varying)::text, ('FULL_ACCESS'::character varying)::text, ('SALES'::character varying)::text, ('REGULAR'::character varying)::text, ('READ_ONLY'::character varying)::text, ('SUPPORT'::character varying)::text]))),
    CONSTRAINT acting_session_status_known CHECK (((status)::text = ANY (ARRAY[('ACTIVE'::character varying)::text, ('ENDED'::character varying)::text, ('SUPERSEDED'::character varying)::text, ('EXPIRED'::character varying)::text])))
);

COMMENT ON TABLE acting_session IS 'A person acting in a tenant beneath their own. One ACTIVE for each sign-in (I18).';

COMMENT ON COLUMN acting_session.tenant_id IS 'Where the actor is at home, as in their sign-in.';

COMMENT ON CONSTRAINT acting_session_role_known ON acting_session IS 'check (role in (''ADMIN'', ''FULL_ACCESS'', ''SALES'', ''REGULAR'', ''READ_ONLY'', ''SUPPORT''))';

COMMENT ON CONSTRAINT acting_session_status_known ON acting_session IS 'check (status in (''ACTIVE'', ''ENDED'', ''SUPERSEDED'', ''EXPIRED''))';

CREATE TABLE activity_event (
    id bigint NOT NULL,
    actor_id bigint,
    actor_email character varying(254) NOT NULL,
    on_behalf boolean NOT NULL,
    action character varying(60) NOT NULL,
    resource character varying(40),
    summary character varying(500) NOT NULL,
    at timestamp with time zone NOT NULL,
    tenant_id bigint NOT NULL
);

COMMENT ON TABLE activity_event IS 'A line of a tenant''s activity log. `tenant` is the account in which it happened (D-8).';

CREATE TABLE api_key (
    id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    name character varying(200) NOT NULL,
    prefix character varying(20) NOT NULL,
    hash character varying(64) NOT NULL,
    scope text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    created_by_id bigint NOT NULL,
    tenant_id bigint NOT NULL
);

COMMENT ON TABLE api_key IS 'A secret that a person made for a machine, for one tenant and what lies beneath. Only its hash is stored.';

COMMENT ON COLUMN api_key.prefix IS 'The first letters, by which people tell their keys apart.';

COMMENT ON COLUMN api_key.scope IS 'Names of capabilities with a space between.';

COMMENT ON COLUMN api_key.created_by_id IS 'The key never carries more than its maker holds at the moment.';

CREATE TABLE app_user (
    id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    email character varying(254) NOT NULL,
    email_norm character varying(254) NOT NULL,
    first_name character varying(100) NOT NULL,
    last_name character varying(100) NOT NULL,
    name_key character varying(400) NOT NULL,
    phone character varying(20),
    job_function character varying(100),
    language character varying(35),
    password_hash text,
    active boolean DEFAULT true NOT NULL,
    email_verified boolean DEFAULT false NOT NULL,
    must_change_password boolean DEFAULT false NOT NULL,
    invited_at timestamp with time zone,
    last_active_at timestamp with time zone,
    access_version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    tenant_id bigint NOT NULL,
    time_zone character varying(64),
    CONSTRAINT app_user_access_version_least CHECK ((access_version >= 1))
);

COMMENT ON TABLE app_user IS 'A person.';

COMMENT ON COLUMN app_user.access_version IS 'Rises whenever what the person may do changes: a session''s viewer worked out under another number is stale.';

COMMENT ON CONSTRAINT app_user_access_version_least ON app_user IS 'check (access_version >= 1)';

CREATE TABLE audit_entry (
    id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    seq bigint NOT NULL,
    actor_id bigint,
    acting_session_id bigint,
    operation character varying(60) NOT NULL,
    resource character varying(40),
    before text,
    after text,
    reason character varying(500),
    idempotency_key character varying(200),
    request_id character varying(64) NOT NULL,
    at character varying(32) NOT NULL,
    prev_hash character varying(64) NOT NULL,
    hash character varying(64) NOT NULL,
    api_key_id bigint
);

COMMENT ON TABLE audit_entry IS 'One successful mutation (I27). `hash` chains it to the one before in the same tenant.';

CREATE TABLE audit_head (
    tenant_id bigint NOT NULL,
    seq bigint NOT NULL,
    hash character varying(64) NOT NULL
);

COMMENT ON TABLE audit_head IS 'The last link of a tenant''s chain.';

CREATE TABLE contact (
    id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    address_line1 character varying(200),
    address_line2 character varying(200),
    address_city character varying(100),
    address_state_or_province character varying(100),
    address_postal_code character varying(20),
    address_country character varying(2),
    type character varying(20) NOT NULL,
    name character varying(200) NOT NULL,
    name_key character varying(400) NOT NULL,
    email character varying(254) NOT NULL,
    email_norm character varying(254) NOT NULL,
    phone character varying(20),
    subscribed_to text NOT NULL,
    tenant_id bigint NOT NULL,
    user_id bigint,
    CONSTRAINT contact_type_known CHECK (((type)::text = ANY (ARRAY[('ADMIN'::character varying)::text, ('PRIMARY'::character varying)::text, ('BILLING'::character varying)::text, ('TECHNICAL'::character varying)::text, ('SUPPORT'::character varying)::text])))
);

COMMENT ON TABLE contact IS 'Somebody to reach at a company. `user` is the person of the same company that they are here as, where they are.';

COMMENT ON CONSTRAINT contact_type_known ON contact IS 'check (type in (''ADMIN'', ''PRIMARY'', ''BILLING'', ''TECHNICAL'', ''SUPPORT''))';

CREATE TABLE contract (
    id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    number character varying(50) NOT NULL,
    title character varying(200) NOT NULL,
    status character varying(20) NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    renewal_on date,
    auto_renew boolean DEFAULT false NOT NULL,
    value_minor bigint,
    currency character varying(3) NOT NULL,
    terminated_at timestamp with time zone,
    tenant_id bigint NOT NULL,
    accepted_at timestamp with time zone,
    document_url character varying(500),
    predecessor_id bigint,
    CONSTRAINT contract_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT contract_status_known CHECK (((status)::text = ANY (ARRAY[('DRAFT'::character varying)::text, ('PENDING_ACCEPTANCE'::character varying)::text, ('SCHEDULED'::character varying)::text, ('ACTIVE'::character varying)::text, ('EXPIRED'::character varying)::text, ('TERMINATED'::character varying)::text]))),
    CONSTRAINT contract_term CHECK (((ends_on IS NULL) OR (ends_on >= starts_on))),
    CONSTRAINT contract_value_minor_amount CHECK (((value_minor >= '-1000000000000000'::bigint) AND (value_minor <= '1000000000000000'::bigint)))
);

COMMENT ON TABLE contract IS 'An agreement. `tenant` is the customer''s.';

COMMENT ON CONSTRAINT contract_currency_code ON contract IS 'check (currency ~ ''^[A-Z]{3}$'')';

COMMENT ON CONSTRAINT contract_status_known ON contract IS 'check (status in (''DRAFT'', ''PENDING_ACCEPTANCE'', ''SCHEDULED'', ''ACTIVE'', ''EXPIRED'', ''TERMINATED''))';

COMMENT ON CONSTRAINT contract_term ON contract IS 'check (ends_on is null or ends_on >= starts_on)';

COMMENT ON CONSTRAINT contract_value_minor_amount ON contract IS 'check (value_minor between -1000000000000000 and 1000000000000000)';

CREATE TABLE credit_note (
    id bigint NOT NULL,
    number character varying(50) NOT NULL,
    subtotal_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    reason character varying(500) NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    invoice_id bigint NOT NULL,
    issuer_id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    CONSTRAINT credit_note_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT credit_note_subtotal_minor_amount CHECK (((subtotal_minor >= '-1000000000000000'::bigint) AND (subtotal_minor <= '1000000000000000'::bigint))),
    CONSTRAINT credit_note_sum CHECK (((subtotal_minor + tax_minor) = total_minor)),
    CONSTRAINT credit_note_tax_minor_amount CHECK (((tax_minor >= '-1000000000000000'::bigint) AND (tax_minor <= '1000000000000000'::bigint))),
    CONSTRAINT credit_note_total_minor_amount CHECK (((total_minor >= '-1000000000000000'::bigint) AND (total_minor <= '1000000000000000'::bigint)))
);

COMMENT ON TABLE credit_note IS 'Takes back an issued invoice in full. Never changed.';

COMMENT ON CONSTRAINT credit_note_currency_code ON credit_note IS 'check (currency ~ ''^[A-Z]{3}$'')';

COMMENT ON CONSTRAINT credit_note_subtotal_minor_amount ON credit_note IS 'check (subtotal_minor between -1000000000000000 and 1000000000000000)';

COMMENT ON CONSTRAINT credit_note_sum ON credit_note IS 'check (subtotal_minor + tax_minor = total_minor)';

COMMENT ON CONSTRAINT credit_note_tax_minor_amount ON credit_note IS 'check (tax_minor between -1000000000000000 and 1000000000000000)';

COMMENT ON CONSTRAINT credit_note_total_minor_amount ON credit_note IS 'check (total_minor between -1000000000000000 and 1000000000000000)';

CREATE TABLE customer (
    id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    name character varying(200) NOT NULL,
    name_key character varying(400) NOT NULL,
    reference character varying(100),
    status character varying(20) NOT NULL,
    status_reason character varying(20),
    status_changed_at timestamp with time zone NOT NULL,
    account_type character varying(40),
    website character varying(300),
    phone character varying(20),
    email character varying(254),
    country character varying(2),
    currency character varying(3) NOT NULL,
    mrr_minor bigint,
    mrr_pending_minor bigint,
    ports integer DEFAULT 0 NOT NULL,
    virtual_circuits integer DEFAULT 0 NOT NULL,
    cloud_connections integer DEFAULT 0 NOT NULL,
    last_activity_at timestamp with time zone,
    last_order_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    issuer_id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    onboarding_status character varying(20),
    onboarding_required integer DEFAULT 0 NOT NULL,
    onboarding_done integer DEFAULT 0 NOT NULL,
    onboarding_started_at timestamp with time zone,
    onboarding_completed_at timestamp with time zone,
    source_failed integer DEFAULT 0 NOT NULL,
    source_missing integer DEFAULT 1 NOT NULL,
    source_own character varying(20) DEFAULT 'NOT_AVAILABLE'::character varying NOT NULL,
    source_status character varying(20) DEFAULT 'NOT_AVAILABLE'::character varying NOT NULL,
    source_success integer DEFAULT 0 NOT NULL,
    source_warning integer DEFAULT 0 NOT NULL,
    address_line1 character varying(200),
    address_line2 character varying(200),
    address_city character varying(100),
    address_state_or_province character varying(100),
    address_postal_code character varying(20),
    address_country character varying(2),
    description text,
    CONSTRAINT customer_account_type_known CHECK (((account_type)::text = ANY (ARRAY[('MICROSOFT_365_GLOBAL_ADMIN'::character varying)::text, ('MICROSOFT_365_US_GOV_GLOBAL_ADMIN'::character varying)::text, ('GOOGLE_SUPER_ADMIN'::character varying)::text, ('SALESFORCE_SYSTEM_ADMIN'::character varying)::text, ('LOCAL_ACCOUNT'::character varying)::text, ('AUTHORIZATION_LINK'::character varying)::text]))),
    CONSTRAINT customer_cloud_connections_least CHECK ((cloud_connections >= 0)),
    CONSTRAINT customer_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT customer_mrr_minor_amount CHECK (((mrr_minor >= '-1000000000000000'::bigint) AND (mrr_minor <= '1000000000000000'::bigint))),
    CONSTRAINT customer_mrr_pending_minor_amount CHECK (((mrr_pending_minor >= '-1000000000000000'::bigint) AND (mrr_pending_minor <= '1000000000000000'::bigint))),
    CONSTRAINT customer_onboarding_share CHECK (((onboarding_done >= 0) AND (onboarding_done <= onboarding_required))),
    CONSTRAINT customer_onboarding_status_known CHECK (((onboarding_status)::text = ANY (ARRAY[('NOT_STARTED'::character varying)::text, ('IN_PROGRESS'::character varying)::text, ('COMPLETED'::character varying)::text]))),
    CONSTRAINT customer_ports_least CHECK ((ports >= 0)),
    CONSTRAINT customer_source_failed_least CHECK ((source_failed >= 0)),
    CONSTRAINT customer_source_missing_least CHECK ((source_missing >= 0)),
    CONSTRAINT customer_source_own_known CHECK (((source_own)::text = ANY (ARRAY[('SUCCESS'::character varying)::text, ('WARNING'::character varying)::text, ('FAILED'::character varying)::text, ('NOT_AVAILABLE'::character varying)::text]))),
    CONSTRAINT customer_source_status_known CHECK (((source_status)::text = ANY (ARRAY[('SUCCESS'::character varying)::text, ('WARNING'::character varying)::text, ('FAILED'::character varying)::text, ('NOT_AVAILABLE'::character varying)::text]))),
    CONSTRAINT customer_source_success_least CHECK ((source_success >= 0)),
    CONSTRAINT customer_source_warning_least CHECK ((source_warning >= 0)),
    CONSTRAINT customer_status_known CHECK (((status)::text = ANY (ARRAY[('INVITED'::character varying)::text, ('ACTIVE'::character varying)::text, ('INACTIVE'::character varying)::text, ('SUSPENDED'::character varying)::text, ('PENDING_DELETION'::character varying)::text, ('DELETED'::character varying)::text, ('DISCONNECTED'::character varying)::text]))),
    CONSTRAINT customer_status_reason_known CHECK (((status_reason)::text = ANY (ARRAY[('PAYMENT'::character varying)::text, ('COMPLIANCE'::character varying)::text, ('ABUSE'::character varying)::text, ('OTHER'::character varying)::text]))),
    CONSTRAINT customer_tenant CHECK ((id = tenant_id)),
    CONSTRAINT customer_virtual_circuits_least CHECK ((virtual_circuits >= 0))
);

COMMENT ON TABLE customer IS 'One for each tenant of kind RESELLER or CUSTOMER, with the same id as its tenant and the same name.';

COMMENT ON COLUMN customer.issuer_id IS 'Who issues its invoices: the nearest partner above it.';

COMMENT ON CONSTRAINT customer_account_type_known ON customer IS 'check (account_type in (''MICROSOFT_365_GLOBAL_ADMIN'', ''MICROSOFT_365_US_GOV_GLOBAL_ADMIN'', ''GOOGLE_SUPER_ADMIN'', ''SALESFORCE_SYSTEM_ADMIN'', ''LOCAL_ACCOUNT'', ''AUTHORIZATION_LINK''))';

COMMENT ON CONSTRAINT customer_cloud_connections_least ON customer IS 'check (cloud_connections >= 0)';

COMMENT ON CONSTRAINT customer_currency_code ON customer IS 'check (currency ~ ''^[A-Z]{3}$'')';

COMMENT ON CONSTRAINT customer_mrr_minor_amount ON customer IS 'check (mrr_minor between -1000000000000000 and 1000000000000000)';

COMMENT ON CONSTRAINT customer_mrr_pending_minor_amount ON customer IS 'check (mrr_pending_minor between -1000000000000000 and 1000000000000000)';

COMMENT ON CONSTRAINT customer_onboarding_share ON customer IS 'check (onboarding_done between 0 and onboarding_required)';

COMMENT ON CONSTRAINT customer_onboarding_status_known ON customer IS 'check (onboarding_status in (''NOT_STARTED'', ''IN_PROGRESS'', ''COMPLETED''))';

COMMENT ON CONSTRAINT customer_ports_least ON customer IS 'check (ports >= 0)';

COMMENT ON CONSTRAINT customer_source_failed_least ON customer IS 'check (source_failed >= 0)';

COMMENT ON CONSTRAINT customer_source_missing_least ON customer IS 'check (source_missing >= 0)';

COMMENT ON CONSTRAINT customer_source_own_known ON customer IS 'check (source_own in (''SUCCESS'', ''WARNING'', ''FAILED'', ''NOT_AVAILABLE''))';

COMMENT ON CONSTRAINT customer_source_status_known ON customer IS 'check (source_status in (''SUCCESS'', ''WARNING'', ''FAILED'', ''NOT_AVAILABLE''))';

COMMENT ON CONSTRAINT customer_source_success_least ON customer IS 'check (source_success >= 0)';

COMMENT ON CONSTRAINT customer_source_warning_least ON customer IS 'check (source_warning >= 0)';

COMMENT ON CONSTRAINT customer_status_known ON customer IS 'check (status in (''INVITED'', ''ACTIVE'', ''INACTIVE'', ''SUSPENDED'', ''PENDING_DELETION'', ''DELETED'', ''DISCONNECTED''))';

COMMENT ON CONSTRAINT customer_status_reason_known ON customer IS 'check (status_reason in (''PAYMENT'', ''COMPLIANCE'', ''ABUSE'', ''OTHER''))';

COMMENT ON CONSTRAINT customer_tenant ON customer IS 'check (id = tenant_id)';

COMMENT ON CONSTRAINT customer_virtual_circuits_least ON customer IS 'check (virtual_circuits >= 0)';

CREATE TABLE customer_tag (
    id bigint NOT NULL,
    name character varying(50) NOT NULL,
    name_key character varying(100) NOT NULL,
    tenant_id bigint NOT NULL
);

COMMENT ON TABLE customer_tag IS 'One tag of one customer. Two tags are the same if they differ in case only.';

CREATE TABLE download_link (
    hash character varying(64) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    run_id bigint NOT NULL
);

COMMENT ON TABLE download_link IS 'A link that fetches a report''s file once. Holds the hash of its secret only.';

CREATE TABLE event (
    id bigint NOT NULL,
    reference bigint NOT NULL,
    topic character varying(20) NOT NULL,
    kind character varying(30),
    tenant_id bigint,
    user_id bigint,
    about character varying(40),
    actor_id bigint,
    at timestamp with time zone NOT NULL,
    facts jsonb NOT NULL,
    CONSTRAINT event_kind_known CHECK (((kind)::text = ANY (ARRAY[('CREATED'::character varying)::text, ('UPDATED'::character varying)::text, ('STATUS_CHANGED'::character varying)::text, ('ONBOARDING_CHANGED'::character varying)::text, ('SOURCE_DATA_CHANGED'::character varying)::text, ('SERVICE_PROVISIONED'::character varying)::text, ('SERVICE_DELETED'::character varying)::text, ('INVOICE_CHANGED'::character varying)::text, ('ACCESS_CHANGED'::character varying)::text]))),
    CONSTRAINT event_topic_known CHECK (((topic)::text = ANY (ARRAY[('CUSTOMER'::character varying)::text, ('NOTIFICATION'::character varying)::text, ('ACTING_ENDED'::character varying)::text, ('ACCESS'::character varying)::text])))
);

COMMENT ON TABLE event IS 'One thing that happened.';

COMMENT ON CONSTRAINT event_kind_known ON event IS 'check (kind in (''CREATED'', ''UPDATED'', ''STATUS_CHANGED'', ''ONBOARDING_CHANGED'', ''SOURCE_DATA_CHANGED'', ''SERVICE_PROVISIONED'', ''SERVICE_DELETED'', ''INVOICE_CHANGED'', ''ACCESS_CHANGED''))';

COMMENT ON CONSTRAINT event_topic_known ON event IS 'check (topic in (''CUSTOMER'', ''NOTIFICATION'', ''ACTING_ENDED'', ''ACCESS''))';

CREATE SEQUENCE event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE event_id_seq OWNED BY event.id;

CREATE TABLE file_piece (
    id bigint NOT NULL,
    place integer NOT NULL,
    data bytea NOT NULL,
    file_id bigint NOT NULL,
    CONSTRAINT file_piece_place_least CHECK ((place >= 0))
);

COMMENT ON TABLE file_piece IS 'A few bytes of a file.';

COMMENT ON CONSTRAINT file_piece_place_least ON file_piece IS 'check (place >= 0)';

CREATE TABLE idempotency_record (
    id bigint NOT NULL,
    scope character varying(120) NOT NULL,
    key character varying(200) NOT NULL,
    request_hash character varying(64) NOT NULL,
    answer text,
    written_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE idempotency_record IS 'What a mutation with an idempotency key answered: its rows'' ids and errors, never their values.';

COMMENT ON COLUMN idempotency_record.request_hash IS 'Signed, not merely hashed: a request may hold a password.';

CREATE TABLE invitation (
    id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    purpose character varying(20) NOT NULL,
    account_type character varying(40) NOT NULL,
    email character varying(254) NOT NULL,
    email_norm character varying(254) NOT NULL,
    organization_name character varying(200),
    domain character varying(253),
    first_name character varying(100),
    last_name character varying(100),
    language character varying(35),
    role character varying(20) NOT NULL,
    invited_by_id bigint NOT NULL,
    invited_at timestamp with time zone NOT NULL,
    status character varying(20) NOT NULL,
    token_hash character varying(64) NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    sent_count integer NOT NULL,
    customer_id bigint,
    user_id bigint,
    tenant_id bigint NOT NULL,
    CONSTRAINT invitation_account_type_known CHECK (((account_type)::text = ANY (ARRAY[('MICROSOFT_365_GLOBAL_ADMIN'::character varying)::text, ('MICROSOFT_365_US_GOV_GLOBAL_ADMIN'::character varying)::text, ('GOOGLE_SUPER_ADMIN'::character varying)::text, ('SALESFORCE_SYSTEM_ADMIN'::character varying)::text, ('LOCAL_ACCOUNT'::character varying)::text, ('AUTHORIZATION_LINK'::character varying)::text]))),
    CONSTRAINT invitation_purpose_known CHECK (((purpose)::text = ANY (ARRAY[('CUSTOMER'::character varying)::text, ('USER'::character varying)::text]))),
    CONSTRAINT invitation_role_known CHECK (((role)::text = ANY (ARRAY[('ADMIN'::character varying)::text, ('FULL_ACCESS'::character varying)::text, ('SALES'::character varying)::text, ('REGULAR'::character varying)::text, ('READ_ONLY'::character varying)::text, ('SUPPORT'::character varying)::text]))),
    CONSTRAINT invitation_sent_count_least CHECK ((sent_count >= 0)),
    CONSTRAINT invitation_status_known CHECK (((status)::text = ANY (ARRAY[('PENDING'::character varying)::text, ('ACCEPTED'::character varying)::text, ('DECLINED'::character varying)::text, ('EXPIRED'::character varying)::text, ('REVOKED'::character varying)::text])))
);

COMMENT ON TABLE invitation IS 'Asks an address to join. `tenant` is the one joined: the parent of a new customer, or the person''s home.';

COMMENT ON COLUMN invitation.customer_id IS 'What accepting created.';

COMMENT ON CONSTRAINT invitation_account_type_known ON invitation IS 'check (account_type in (''MICROSOFT_365_GLOBAL_ADMIN'', ''MICROSOFT_365_US_GOV_GLOBAL_ADMIN'', ''GOOGLE_SUPER_ADMIN'', ''SALESFORCE_SYSTEM_ADMIN'', ''LOCAL_ACCOUNT'', ''AUTHORIZATION_LINK''))';

COMMENT ON CONSTRAINT invitation_purpose_known ON invitation IS 'check (purpose in (''CUSTOMER'', ''USER''))';

COMMENT ON CONSTRAINT invitation_role_known ON invitation IS 'check (role in (''ADMIN'', ''FULL_ACCESS'', ''SALES'', ''REGULAR'', ''READ_ONLY'', ''SUPPORT''))';

COMMENT ON CONSTRAINT invitation_sent_count_least ON invitation IS 'check (sent_count >= 0)';

COMMENT ON CONSTRAINT invitation_status_known ON invitation IS 'check (status in (''PENDING'', ''ACCEPTED'', ''DECLINED'', ''EXPIRED'', ''REVOKED''))';

CREATE TABLE invoice (
    id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    number character varying(50),
    billing_month character varying(7) NOT NULL,
    status character varying(20) NOT NULL,
    payment_state character varying(20) NOT NULL,
    currency character varying(3) NOT NULL,
    subtotal_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    due_minor bigint NOT NULL,
    issued_at timestamp with time zone,
    due_on date,
    cancelled_at timestamp with time zone,
    issuer_id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    billed_address character varying(500),
    billed_name character varying(200),
    issuer_name character varying(200),
    kind character varying(20) DEFAULT 'SINGLE'::character varying NOT NULL,
    line_count integer DEFAULT 0 NOT NULL,
    tax_basis_points integer,
    CONSTRAINT invoice_billing_month_form CHECK (((billing_month)::text ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
    CONSTRAINT invoice_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT invoice_due_minor_amount CHECK (((due_minor >= '-1000000000000000'::bigint) AND (due_minor <= '1000000000000000'::bigint))),
    CONSTRAINT invoice_kind_known CHECK (((kind)::text = ANY (ARRAY[('MONTHLY'::character varying)::text, ('SINGLE'::character varying)::text]))),
    CONSTRAINT invoice_line_count_least CHECK ((line_count >= 0)),
    CONSTRAINT invoice_numbered CHECK ((((status)::text <> 'ISSUED'::text) OR (number IS NOT NULL))),
    CONSTRAINT invoice_owes_no_more CHECK (((due_minor = 0) OR ((due_minor >= 0) AND (due_minor <= total_minor)))),
    CONSTRAINT invoice_payment_state_known CHECK (((payment_state)::text = ANY (ARRAY[('NOT_DUE'::character varying)::text, ('DUE'::character varying)::text, ('PARTIALLY_PAID'::character varying)::text, ('PAID'::character varying)::text, ('OVERDUE'::character varying)::text, ('WRITTEN_OFF'::character varying)::text]))),
    CONSTRAINT invoice_status_known CHECK (((status)::text = ANY (ARRAY[('PROFORMA'::character varying)::text, ('READY'::character varying)::text, ('ISSUABLE'::character varying)::text, ('ISSUED'::character varying)::text, ('CANCELLED'::character varying)::text]))),
    CONSTRAINT invoice_subtotal_minor_amount CHECK (((subtotal_minor >= '-1000000000000000'::bigint) AND (subtotal_minor <= '1000000000000000'::bigint))),
    CONSTRAINT invoice_sum CHECK (((subtotal_minor + tax_minor) = total_minor)),
    CONSTRAINT invoice_tax_minor_amount CHECK (((tax_minor >= '-1000000000000000'::bigint) AND (tax_minor <= '1000000000000000'::bigint))),
    CONSTRAINT invoice_taxed CHECK (((tax_basis_points IS NULL) OR ((tax_basis_points >= 0) AND (tax_basis_points <= 5000) AND (subtotal_minor >= 0) AND (tax_minor = (((subtotal_minor * tax_basis_points) + 5000) / 10000))))),
    CONSTRAINT invoice_total_minor_amount CHECK (((total_minor >= '-1000000000000000'::bigint) AND (total_minor <= '1000000000000000'::bigint)))
);

COMMENT ON TABLE invoice IS 'A bill. `tenant` is the customer''s, `issuer` the partner that bills; amounts are minor units of `currency`.';

COMMENT ON CONSTRAINT invoice_billing_month_form ON invoice IS 'check (billing_month ~ ''^[0-9]{4}-(0[1-9]|1[0-2])$'')';

COMMENT ON CONSTRAINT invoice_currency_code ON invoice IS 'check (currency ~ ''^[A-Z]{3}$'')';

COMMENT ON CONSTRAINT invoice_due_minor_amount ON invoice IS 'check (due_minor between -1000000000000000 and 1000000000000000)';

COMMENT ON CONSTRAINT invoice_kind_known ON invoice IS 'check (kind in (''MONTHLY'', ''SINGLE''))';

COMMENT ON CONSTRAINT invoice_line_count_least ON invoice IS 'check (line_count >= 0)';

COMMENT ON CONSTRAINT invoice_numbered ON invoice IS 'check (status <> ''ISSUED'' or number is not null)';

COMMENT ON CONSTRAINT invoice_owes_no_more ON invoice IS 'check (due_minor = 0 or due_minor between 0 and total_minor)';

COMMENT ON CONSTRAINT invoice_payment_state_known ON invoice IS 'check (payment_state in (''NOT_DUE'', ''DUE'', ''PARTIALLY_PAID'', ''PAID'', ''OVERDUE'', ''WRITTEN_OFF''))';

COMMENT ON CONSTRAINT invoice_status_known ON invoice IS 'check (status in (''PROFORMA'', ''READY'', ''ISSUABLE'', ''ISSUED'', ''CANCELLED''))';

COMMENT ON CONSTRAINT invoice_subtotal_minor_amount ON invoice IS 'check (subtotal_minor between -1000000000000000 and 1000000000000000)';

COMMENT ON CONSTRAINT invoice_sum ON invoice IS 'check (subtotal_minor + tax_minor = total_minor)';

COMMENT ON CONSTRAINT invoice_tax_minor_amount ON invoice IS 'check (tax_minor between -1000000000000000 and 1000000000000000)';

COMMENT ON CONSTRAINT invoice_taxed ON invoice IS 'check (tax_basis_points is null or tax_basis_points between 0 and 5000 and subtotal_minor >= 0 and tax_minor = (subtotal_minor * tax_basis_points + 5000) / 10000)';

COMMENT ON CONSTRAINT invoice_total_minor_amount ON invoice IS 'check (total_minor between -1000000000000000 and 1000000000000000)';

CREATE TABLE invoice_line (
    id bigint NOT NULL,
    "position" integer NOT NULL,
    kind character varying(20) NOT NULL,
    description character varying(500) NOT NULL,
    quantity_milli bigint NOT NULL,
    unit_price_minor bigint NOT NULL,
    amount_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    service_id bigint,
    invoice_id bigint NOT NULL,
    CONSTRAINT invoice_line_amount_minor_amount CHECK (((amount_minor >= '-1000000000000000'::bigint) AND (amount_minor <= '1000000000000000'::bigint))),
    CONSTRAINT invoice_line_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT invoice_line_kind_known CHECK (((kind)::text = ANY (ARRAY[('SUBSCRIPTION'::character varying)::text, ('USAGE'::character varying)::text, ('ONE_OFF'::character varying)::text, ('DISCOUNT'::character varying)::text]))),
    CONSTRAINT invoice_line_multiplied CHECK ((abs(((amount_minor * 1000) - (quantity_milli * unit_price_minor))) <= 500)),
    CONSTRAINT invoice_line_position_least CHECK (("position" >= 1)),
    CONSTRAINT invoice_line_unit_price_minor_amount CHECK (((unit_price_minor >= '-1000000000000000'::bigint) AND (unit_price_minor <= '1000000000000000'::bigint)))
);

COMMENT ON TABLE invoice_line IS 'What an invoice charges for. They add up to its subtotal; `service` may be gone while the line stays.';

COMMENT ON COLUMN invoice_line."position" IS 'From 1 up to the invoice''s `line_count`.';

COMMENT ON CONSTRAINT invoice_line_amount_minor_amount ON invoice_line IS 'check (amount_minor between -1000000000000000 and 1000000000000000)';

COMMENT ON CONSTRAINT invoice_line_currency_code ON invoice_line IS 'check (currency ~ ''^[A-Z]{3}$'')';

COMMENT ON CONSTRAINT invoice_line_kind_known ON invoice_line IS 'check (kind in (''SUBSCRIPTION'', ''USAGE'', ''ONE_OFF'', ''DISCOUNT''))';

COMMENT ON CONSTRAINT invoice_line_multiplied ON invoice_line IS 'check (abs(amount_minor * 1000 - quantity_milli * unit_price_minor) <= 500)';

COMMENT ON CONSTRAINT invoice_line_position_least ON invoice_line IS 'check (position >= 1)';

COMMENT ON CONSTRAINT invoice_line_unit_price_minor_amount ON invoice_line IS 'check (unit_price_minor between -1000000000000000 and 1000000000000000)';

CREATE TABLE job (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    key character varying(200) NOT NULL,
    args text NOT NULL,
    due timestamp with time zone NOT NULL,
    state character varying(20) NOT NULL,
    token integer NOT NULL,
    attempts integer NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    lease_until timestamp with time zone,
    error character varying(300),
    finished_at timestamp with time zone,
    CONSTRAINT job_attempts_least CHECK ((attempts >= 0)),
    CONSTRAINT job_state_known CHECK (((state)::text = ANY (ARRAY[('QUEUED'::character varying)::text, ('RUNNING'::character varying)::text, ('DONE'::character varying)::text, ('DEAD'::character varying)::text]))),
    CONSTRAINT job_token_least CHECK ((token >= 0))
);

COMMENT ON TABLE job IS 'One piece of work. `due` is the moment it is about and stays; `next_try_at` is when it may be begun.';

COMMENT ON COLUMN job.key IS 'Who asks again under the same key asks for nothing more.';

COMMENT ON CONSTRAINT job_attempts_least ON job IS 'check (attempts >= 0)';

COMMENT ON CONSTRAINT job_state_known ON job IS 'check (state in (''QUEUED'', ''RUNNING'', ''DONE'', ''DEAD''))';

COMMENT ON CONSTRAINT job_token_least ON job IS 'check (token >= 0)';

CREATE TABLE link_list (
    id bigint NOT NULL,
    role character varying(20) NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT link_list_role_known CHECK (((role)::text = ANY (ARRAY[('ADMIN'::character varying)::text, ('FULL_ACCESS'::character varying)::text, ('SALES'::character varying)::text, ('REGULAR'::character varying)::text, ('READ_ONLY'::character varying)::text, ('SUPPORT'::character varying)::text])))
);

COMMENT ON TABLE link_list IS 'The customers to which a person is linked in one role without an end: a thousand of them are read as one node.';

COMMENT ON CONSTRAINT link_list_role_known ON link_list IS 'check (role in (''ADMIN'', ''FULL_ACCESS'', ''SALES'', ''REGULAR'', ''READ_ONLY'', ''SUPPORT''))';

CREATE TABLE list_preferences (
    id bigint NOT NULL,
    columns text NOT NULL,
    density character varying(20) NOT NULL,
    hide_inactive boolean NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT list_preferences_density_known CHECK (((density)::text = ANY (ARRAY[('COMPACT'::character varying)::text, ('STANDARD'::character varying)::text, ('COMFORTABLE'::character varying)::text])))
);

COMMENT ON TABLE list_preferences IS 'How one person likes the customer list. Theirs wherever they act.';

COMMENT ON COLUMN list_preferences.columns IS 'JSON: names of CustomerColumn, in the person''s order.';

COMMENT ON CONSTRAINT list_preferences_density_known ON list_preferences IS 'check (density in (''COMPACT'', ''STANDARD'', ''COMFORTABLE''))';

CREATE TABLE login_session (
    id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    user_agent character varying(300),
    user_id bigint NOT NULL
);

COMMENT ON TABLE login_session IS 'One sign-in of one person. Over when ended, idle for IDLE, or as old as LONGEST.';

COMMENT ON COLUMN login_session.tenant_id IS 'Where the person is at home: the sessions of a tenant''s people can be found by it.';

CREATE TABLE notification (
    id bigint NOT NULL,
    seq bigint NOT NULL,
    event_key bigint NOT NULL,
    kind character varying(30) NOT NULL,
    for_admins boolean NOT NULL,
    title character varying(300) NOT NULL,
    about character varying(40),
    at timestamp with time zone NOT NULL,
    tenant_id bigint NOT NULL,
    told_id bigint NOT NULL,
    CONSTRAINT notification_kind_known CHECK (((kind)::text = ANY (ARRAY[('CREATED'::character varying)::text, ('UPDATED'::character varying)::text, ('STATUS_CHANGED'::character varying)::text, ('ONBOARDING_CHANGED'::character varying)::text, ('SOURCE_DATA_CHANGED'::character varying)::text, ('SERVICE_PROVISIONED'::character varying)::text, ('SERVICE_DELETED'::character varying)::text, ('INVOICE_CHANGED'::character varying)::text, ('ACCESS_CHANGED'::character varying)::text]))),
    CONSTRAINT notification_seq_least CHECK ((seq >= 1))
);

COMMENT ON TABLE notification IS 'An event as one company is told of it: one row, however many people the company has.';

COMMENT ON COLUMN notification.event_key IS 'The reference of its event.';

COMMENT ON COLUMN notification.for_admins IS 'Whether it is for those only who administer the customer: its own people, not its partner''s.';

COMMENT ON CONSTRAINT notification_kind_known ON notification IS 'check (kind in (''CREATED'', ''UPDATED'', ''STATUS_CHANGED'', ''ONBOARDING_CHANGED'', ''SOURCE_DATA_CHANGED'', ''SERVICE_PROVISIONED'', ''SERVICE_DELETED'', ''INVOICE_CHANGED'', ''ACCESS_CHANGED''))';

COMMENT ON CONSTRAINT notification_seq_least ON notification IS 'check (seq >= 1)';

CREATE TABLE notification_preference (
    id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    event character varying(30) NOT NULL,
    email boolean NOT NULL,
    in_app boolean NOT NULL,
    tenant_id bigint NOT NULL,
    told_id bigint NOT NULL,
    CONSTRAINT notification_preference_event_known CHECK (((event)::text = ANY (ARRAY[('CREATED'::character varying)::text, ('UPDATED'::character varying)::text, ('STATUS_CHANGED'::character varying)::text, ('ONBOARDING_CHANGED'::character varying)::text, ('SOURCE_DATA_CHANGED'::character varying)::text, ('SERVICE_PROVISIONED'::character varying)::text, ('SERVICE_DELETED'::character varying)::text, ('INVOICE_CHANGED'::character varying)::text, ('ACCESS_CHANGED'::character varying)::text])))
);

COMMENT ON TABLE notification_preference IS 'What a company wants to hear of one kind of event. `told` is the company, `tenant` the customer that it is about;';

COMMENT ON CONSTRAINT notification_preference_event_known ON notification_preference IS 'check (event in (''CREATED'', ''UPDATED'', ''STATUS_CHANGED'', ''ONBOARDING_CHANGED'', ''SOURCE_DATA_CHANGED'', ''SERVICE_PROVISIONED'', ''SERVICE_DELETED'', ''INVOICE_CHANGED'', ''ACCESS_CHANGED''))';

CREATE TABLE notification_read (
    id bigint NOT NULL,
    up_to bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    told_id bigint NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT notification_read_up_to_least CHECK ((up_to >= 0))
);

COMMENT ON TABLE notification_read IS 'That a person had read, at a moment, all that a company had been told up to a number.';

COMMENT ON CONSTRAINT notification_read_up_to_least ON notification_read IS 'check (up_to >= 0)';

CREATE TABLE number_series (
    id bigint NOT NULL,
    series character varying(20) NOT NULL,
    year integer NOT NULL,
    given integer NOT NULL,
    issuer_id bigint NOT NULL,
    CONSTRAINT number_series_given_least CHECK ((given >= 0)),
    CONSTRAINT number_series_series_known CHECK (((series)::text = ANY (ARRAY[('INVOICE'::character varying)::text, ('CREDIT_NOTE'::character varying)::text])))
);

COMMENT ON TABLE number_series IS 'The last number that an issuer gave in a year.';

COMMENT ON CONSTRAINT number_series_given_least ON number_series IS 'check (given >= 0)';

COMMENT ON CONSTRAINT number_series_series_known ON number_series IS 'check (series in (''INVOICE'', ''CREDIT_NOTE''))';

CREATE TABLE onboarding_task (
    id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    kind character varying(30) NOT NULL,
    status character varying(20) NOT NULL,
    required boolean NOT NULL,
    "position" integer NOT NULL,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    after_id bigint,
    started_by_id bigint,
    tenant_id bigint NOT NULL,
    CONSTRAINT onboarding_task_kind_known CHECK (((kind)::text = ANY (ARRAY[('COMPANY_PROFILE'::character varying)::text, ('INVITE_ADMIN'::character varying)::text, ('ACCEPT_CONTRACT'::character varying)::text, ('CONNECT_BILLING_SOURCE'::character varying)::text, ('VERIFY_EMAIL'::character varying)::text, ('ADD_SERVICES'::character varying)::text, ('START_SERVICES'::character varying)::text]))),
    CONSTRAINT onboarding_task_skippable CHECK ((((status)::text <> 'SKIPPED'::text) OR (NOT required))),
    CONSTRAINT onboarding_task_status_known CHECK (((status)::text = ANY (ARRAY[('NOT_STARTED'::character varying)::text, ('IN_PROGRESS'::character varying)::text, ('BLOCKED'::character varying)::text, ('COMPLETED'::character varying)::text, ('SKIPPED'::character varying)::text, ('FAILED'::character varying)::text])))
);

COMMENT ON TABLE onboarding_task IS 'One thing to do on a customer''s way in. `tenant` is the customer''s; `after` must be closed before it can start.';

COMMENT ON COLUMN onboarding_task."position" IS 'Its place in the list.';

COMMENT ON CONSTRAINT onboarding_task_kind_known ON onboarding_task IS 'check (kind in (''COMPANY_PROFILE'', ''INVITE_ADMIN'', ''ACCEPT_CONTRACT'', ''CONNECT_BILLING_SOURCE'', ''VERIFY_EMAIL'', ''ADD_SERVICES'', ''START_SERVICES''))';

COMMENT ON CONSTRAINT onboarding_task_skippable ON onboarding_task IS 'check (status <> ''SKIPPED'' or not required)';

COMMENT ON CONSTRAINT onboarding_task_status_known ON onboarding_task IS 'check (status in (''NOT_STARTED'', ''IN_PROGRESS'', ''BLOCKED'', ''COMPLETED'', ''SKIPPED'', ''FAILED''))';

CREATE TABLE outbound_email (
    id bigint NOT NULL,
    about_id bigint,
    kind character varying(40) NOT NULL,
    recipient character varying(254) NOT NULL,
    subject character varying(300) NOT NULL,
    body text NOT NULL,
    link text,
    status character varying(20) NOT NULL,
    attempts integer NOT NULL,
    written_at timestamp with time zone NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    tenant_id bigint NOT NULL,
    CONSTRAINT outbound_email_attempts_least CHECK ((attempts >= 0)),
    CONSTRAINT outbound_email_status_known CHECK (((status)::text = ANY (ARRAY[('QUEUED'::character varying)::text, ('SENT'::character varying)::text, ('FAILED'::character varying)::text, ('WITHDRAWN'::character varying)::text])))
);

COMMENT ON TABLE outbound_email IS 'A letter. `tenant` is the one it concerns. `link` stands for \"{link}\" in the body and is wiped once sent.';

COMMENT ON CONSTRAINT outbound_email_attempts_least ON outbound_email IS 'check (attempts >= 0)';

COMMENT ON CONSTRAINT outbound_email_status_known ON outbound_email IS 'check (status in (''QUEUED'', ''SENT'', ''FAILED'', ''WITHDRAWN''))';

CREATE TABLE password_reset (
    id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    token_hash character varying(64) NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    user_id bigint NOT NULL
);

COMMENT ON TABLE password_reset IS 'A person''s link to another password. Only the hash of its secret is stored; the letter that carries it is the only copy.';

COMMENT ON COLUMN password_reset.tenant_id IS 'Where the person is at home.';

CREATE TABLE payment (
    id bigint NOT NULL,
    amount_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    paid_at timestamp with time zone NOT NULL,
    recorded_by_id bigint,
    invoice_id bigint NOT NULL,
    issuer_id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    CONSTRAINT payment_amount_minor_amount CHECK (((amount_minor >= '-1000000000000000'::bigint) AND (amount_minor <= '1000000000000000'::bigint))),
    CONSTRAINT payment_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT payment_of_something CHECK ((amount_minor > 0))
);

COMMENT ON TABLE payment IS 'Money that came in for an invoice. Never changed.';

COMMENT ON CONSTRAINT payment_amount_minor_amount ON payment IS 'check (amount_minor between -1000000000000000 and 1000000000000000)';

COMMENT ON CONSTRAINT payment_currency_code ON payment IS 'check (currency ~ ''^[A-Z]{3}$'')';

COMMENT ON CONSTRAINT payment_of_something ON payment IS 'check (amount_minor > 0)';

CREATE TABLE pin (
    id bigint NOT NULL,
    pinned_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    user_id bigint NOT NULL
);

COMMENT ON TABLE pin IS 'A customer that a person keeps at hand (D-26). What it shows is what they may see of the customer by then.';

CREATE TABLE reach (
    node bigint NOT NULL,
    name_key character varying(400) NOT NULL,
    tenant_id bigint NOT NULL
);

CREATE TABLE report_run (
    id bigint NOT NULL,
    run_as_role character varying(20) NOT NULL,
    kind character varying(30) NOT NULL,
    format character varying(10) NOT NULL,
    file_name character varying(200) NOT NULL,
    include_details boolean NOT NULL,
    criteria text NOT NULL,
    status character varying(20) NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    rows integer,
    failure character varying(20),
    requested_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    expires_at timestamp with time zone,
    access_version integer,
    acting_session_id bigint,
    customer_id bigint,
    file_id bigint,
    requested_by_id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    CONSTRAINT report_run_done_least CHECK ((done >= 0)),
    CONSTRAINT report_run_failure_known CHECK (((failure)::text = ANY (ARRAY[('NOT_ALLOWED'::character varying)::text, ('ACTING_ENDED'::character varying)::text, ('BROKEN'::character varying)::text]))),
    CONSTRAINT report_run_format_known CHECK (((format)::text = ANY (ARRAY[('CSV'::character varying)::text, ('XLSX'::character varying)::text, ('PDF'::character varying)::text, ('JSONL'::character varying)::text]))),
    CONSTRAINT report_run_kind_known CHECK (((kind)::text = ANY (ARRAY[('CUSTOMER_LIST'::character varying)::text, ('CUSTOMER_INFORMATION'::character varying)::text, ('BILLING'::character varying)::text]))),
    CONSTRAINT report_run_run_as_role_known CHECK (((run_as_role)::text = ANY (ARRAY[('ADMIN'::character varying)::text, ('FULL_ACCESS'::character varying)::text, ('SALES'::character varying)::text, ('REGULAR'::character varying)::text, ('READ_ONLY'::character varying)::text, ('SUPPORT'::character varying)::text]))),
    CONSTRAINT report_run_status_known CHECK (((status)::text = ANY (ARRAY[('QUEUED'::character varying)::text, ('RUNNING'::character varying)::text, ('SUCCEEDED'::character varying)::text, ('FAILED'::character varying)::text, ('CANCELLED'::character varying)::text])))
);

COMMENT ON TABLE report_run IS 'One report. Known to who asked for it, in the tenant where they did.';

COMMENT ON COLUMN report_run.criteria IS 'JSON: search, filter, sort and the like, as the customer list takes them.';

COMMENT ON COLUMN report_run.done IS 'Thousandths that are done.';

COMMENT ON COLUMN report_run.access_version IS 'Of who asked, when it was written: whoever holds something else by now may not see what is in it.';

COMMENT ON COLUMN report_run.customer_id IS 'The one customer that it is about; null where it is about many.';

COMMENT ON CONSTRAINT report_run_done_least ON report_run IS 'check (done >= 0)';

COMMENT ON CONSTRAINT report_run_failure_known ON report_run IS 'check (failure in (''NOT_ALLOWED'', ''ACTING_ENDED'', ''BROKEN''))';

COMMENT ON CONSTRAINT report_run_format_known ON report_run IS 'check (format in (''CSV'', ''XLSX'', ''PDF'', ''JSONL''))';

COMMENT ON CONSTRAINT report_run_kind_known ON report_run IS 'check (kind in (''CUSTOMER_LIST'', ''CUSTOMER_INFORMATION'', ''BILLING''))';

COMMENT ON CONSTRAINT report_run_run_as_role_known ON report_run IS 'check (run_as_role in (''ADMIN'', ''FULL_ACCESS'', ''SALES'', ''REGULAR'', ''READ_ONLY'', ''SUPPORT''))';

COMMENT ON CONSTRAINT report_run_status_known ON report_run IS 'check (status in (''QUEUED'', ''RUNNING'', ''SUCCEEDED'', ''FAILED'', ''CANCELLED''))';

CREATE TABLE saved_filter (
    id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    name character varying(100) NOT NULL,
    name_key character varying(200) NOT NULL,
    criteria text NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    user_id bigint NOT NULL
);

COMMENT ON TABLE saved_filter IS 'A filter of the customer list under a name. Known to its own person only.';

COMMENT ON COLUMN saved_filter.criteria IS 'JSON, as the customer list takes it.';

CREATE TABLE service (
    id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    reference character varying(100),
    kind character varying(20) NOT NULL,
    name character varying(200) NOT NULL,
    name_key character varying(400) NOT NULL,
    product character varying(100) NOT NULL,
    status character varying(20) NOT NULL,
    cloud_connection character varying(20),
    billing_state character varying(20) NOT NULL,
    billing_entry_expected_by date,
    monthly_charge_minor bigint,
    currency character varying(3) NOT NULL,
    ordered_at timestamp with time zone,
    provisioned_at timestamp with time zone,
    expires_on date,
    tenant_id bigint NOT NULL,
    restarted_at timestamp with time zone,
    diagnosed_at timestamp with time zone,
    diagnosis character varying(20),
    CONSTRAINT service_billing_state_known CHECK (((billing_state)::text = ANY (ARRAY[('NOT_BILLED'::character varying)::text, ('PENDING_ENTRY'::character varying)::text, ('BILLED'::character varying)::text, ('ENDED'::character varying)::text]))),
    CONSTRAINT service_cloud_connection_known CHECK (((cloud_connection)::text = ANY (ARRAY[('DEDICATED_PORT'::character varying)::text, ('HOSTED_CONNECTION'::character varying)::text]))),
    CONSTRAINT service_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT service_diagnosis_known CHECK (((diagnosis)::text = ANY (ARRAY[('IN_ORDER'::character varying)::text, ('BEING_SET_UP'::character varying)::text, ('STOPPED'::character varying)::text, ('NEVER_SET_UP'::character varying)::text, ('ENDED'::character varying)::text]))),
    CONSTRAINT service_kind_known CHECK (((kind)::text = ANY (ARRAY[('PORT'::character varying)::text, ('VIRTUAL_CIRCUIT'::character varying)::text, ('ONLINE_SERVICE'::character varying)::text, ('VDC'::character varying)::text, ('SERVER'::character varying)::text, ('DISK'::character varying)::text, ('IMAGE'::character varying)::text, ('NETWORK'::character varying)::text, ('OTHER'::character varying)::text]))),
    CONSTRAINT service_monthly_charge_minor_amount CHECK (((monthly_charge_minor >= '-1000000000000000'::bigint) AND (monthly_charge_minor <= '1000000000000000'::bigint))),
    CONSTRAINT service_status_known CHECK (((status)::text = ANY (ARRAY[('AVAILABLE'::character varying)::text, ('PROVISIONING'::character varying)::text, ('RUNNING'::character varying)::text, ('STOPPED'::character varying)::text, ('FAILED'::character varying)::text, ('EXPIRED'::character varying)::text, ('DELETED'::character varying)::text])))
);

COMMENT ON TABLE service IS 'One service of one customer. The charge is in minor units of `currency` per month.';

COMMENT ON CONSTRAINT service_billing_state_known ON service IS 'check (billing_state in (''NOT_BILLED'', ''PENDING_ENTRY'', ''BILLED'', ''ENDED''))';

COMMENT ON CONSTRAINT service_cloud_connection_known ON service IS 'check (cloud_connection in (''DEDICATED_PORT'', ''HOSTED_CONNECTION''))';

COMMENT ON CONSTRAINT service_currency_code ON service IS 'check (currency ~ ''^[A-Z]{3}$'')';

COMMENT ON CONSTRAINT service_diagnosis_known ON service IS 'check (diagnosis in (''IN_ORDER'', ''BEING_SET_UP'', ''STOPPED'', ''NEVER_SET_UP'', ''ENDED''))';

COMMENT ON CONSTRAINT service_kind_known ON service IS 'check (kind in (''PORT'', ''VIRTUAL_CIRCUIT'', ''ONLINE_SERVICE'', ''VDC'', ''SERVER'', ''DISK'', ''IMAGE'', ''NETWORK'', ''OTHER''))';

COMMENT ON CONSTRAINT service_monthly_charge_minor_amount ON service IS 'check (monthly_charge_minor between -1000000000000000 and 1000000000000000)';

COMMENT ON CONSTRAINT service_status_known ON service IS 'check (status in (''AVAILABLE'', ''PROVISIONING'', ''RUNNING'', ''STOPPED'', ''FAILED'', ''EXPIRED'', ''DELETED''))';

CREATE TABLE session_token (
    hash character varying(64) NOT NULL,
    acting_session_id bigint,
    login_session_id bigint NOT NULL
);

COMMENT ON TABLE session_token IS 'The hash of a secret that opens a sign-in, in the person''s own context or in an acting session.';

CREATE TABLE sign_in_attempt (
    address character varying(64) NOT NULL,
    tries integer NOT NULL,
    since timestamp with time zone NOT NULL
);

COMMENT ON TABLE sign_in_attempt IS 'How often signing in with an address was tried since a moment without success. Holds the address''s hash only.';

CREATE TABLE source_feed (
    id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    name character varying(200) NOT NULL,
    status character varying(20) NOT NULL,
    message character varying(500),
    last_ingested_at timestamp with time zone,
    reported_at timestamp with time zone NOT NULL,
    interval_hours integer DEFAULT 26 NOT NULL,
    worsens_at timestamp with time zone,
    tenant_id bigint NOT NULL,
    CONSTRAINT source_feed_interval_hours_least CHECK ((interval_hours >= 1)),
    CONSTRAINT source_feed_status_known CHECK (((status)::text = ANY (ARRAY[('SUCCESS'::character varying)::text, ('WARNING'::character varying)::text, ('FAILED'::character varying)::text, ('NOT_AVAILABLE'::character varying)::text])))
);

COMMENT ON TABLE source_feed IS 'One stream of billing data of one tenant, as its machine last told of it or as its silence has made it since.';

COMMENT ON COLUMN source_feed.reported_at IS 'When a machine last told of it.';

COMMENT ON COLUMN source_feed.worsens_at IS 'When its silence makes it worse next; null where it cannot.';

COMMENT ON CONSTRAINT source_feed_interval_hours_least ON source_feed IS 'check (interval_hours >= 1)';

COMMENT ON CONSTRAINT source_feed_status_known ON source_feed IS 'check (status in (''SUCCESS'', ''WARNING'', ''FAILED'', ''NOT_AVAILABLE''))';

CREATE TABLE spending (
    who character varying(60) NOT NULL,
    points double precision NOT NULL,
    at double precision NOT NULL
);

COMMENT ON TABLE spending IS 'How full one bucket was at a moment. `who` is the person or API key, and the tenant in which they act.';

CREATE TABLE stored_file (
    id bigint NOT NULL,
    media_type character varying(100) NOT NULL,
    size bigint DEFAULT 0 NOT NULL,
    pieces integer DEFAULT 0 NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    sealed_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT stored_file_pieces_least CHECK ((pieces >= 0)),
    CONSTRAINT stored_file_size_least CHECK ((size >= 0))
);

COMMENT ON TABLE stored_file IS 'A file. Whole once `sealed_at` is set; one that never is goes with the rest when it expires.';

COMMENT ON CONSTRAINT stored_file_pieces_least ON stored_file IS 'check (pieces >= 0)';

COMMENT ON CONSTRAINT stored_file_size_least ON stored_file IS 'check (size >= 0)';

CREATE TABLE tenant (
    id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    kind character varying(20) NOT NULL,
    name character varying(200) NOT NULL,
    name_key character varying(400) NOT NULL,
    reference character varying(100),
    domain character varying(253),
    path character varying(200) NOT NULL,
    level integer NOT NULL,
    sub_account boolean DEFAULT false NOT NULL,
    currency character varying(3) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    parent_id bigint,
    time_zone character varying(64) DEFAULT 'UTC'::character varying NOT NULL,
    tree_key text DEFAULT ''::text NOT NULL,
    CONSTRAINT tenant_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT tenant_kind_known CHECK (((kind)::text = ANY (ARRAY[('PLATFORM'::character varying)::text, ('DISTRIBUTOR'::character varying)::text, ('RESELLER'::character varying)::text, ('CUSTOMER'::character varying)::text]))),
    CONSTRAINT tenant_level_least CHECK ((level >= 0)),
    CONSTRAINT tenant_root CHECK (((((kind)::text = 'PLATFORM'::text) = (parent_id IS NULL)) AND (((kind)::text = 'PLATFORM'::text) = (level = 0))))
);

COMMENT ON TABLE tenant IS 'A company in the tree. `path` lists its ancestors'' ids and its own between slashes: \"/1/22/333/\".';

COMMENT ON COLUMN tenant.level IS 'How many tenants stand above it.';

COMMENT ON CONSTRAINT tenant_currency_code ON tenant IS 'check (currency ~ ''^[A-Z]{3}$'')';

COMMENT ON CONSTRAINT tenant_kind_known ON tenant IS 'check (kind in (''PLATFORM'', ''DISTRIBUTOR'', ''RESELLER'', ''CUSTOMER''))';

COMMENT ON CONSTRAINT tenant_level_least ON tenant IS 'check (level >= 0)';

COMMENT ON CONSTRAINT tenant_root ON tenant IS 'check ((kind = ''PLATFORM'') = (parent_id is null) and (kind = ''PLATFORM'') = (level = 0))';

CREATE TABLE trigram (
    letters character varying(3) NOT NULL,
    name_key character varying(400) NOT NULL,
    tenant_id bigint NOT NULL
);

ALTER TABLE ONLY event ALTER COLUMN id SET DEFAULT nextval('event_id_seq'::regclass);

ALTER TABLE ONLY access_grant
    ADD CONSTRAINT access_grant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY acting_session
    ADD CONSTRAINT acting_session_pkey PRIMARY KEY (id);

ALTER TABLE ONLY activity_event
    ADD CONSTRAINT activity_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY api_key
    ADD CONSTRAINT api_key_hash_key UNIQUE (hash);

ALTER TABLE ONLY api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);

ALTER TABLE ONLY app_user
    ADD CONSTRAINT app_user_email_norm_key UNIQUE (email_norm);

ALTER TABLE ONLY app_user
    ADD CONSTRAINT app_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY audit_entry
    ADD CONSTRAINT audit_entry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (id);

ALTER TABLE ONLY contract
    ADD CONSTRAINT contract_pkey PRIMARY KEY (id);

ALTER TABLE ONLY credit_note
    ADD CONSTRAINT credit_note_pkey PRIMARY KEY (id);

ALTER TABLE ONLY customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY customer_tag
    ADD CONSTRAINT customer_tag_pkey PRIMARY KEY (id);

ALTER TABLE ONLY download_link
    ADD CONSTRAINT download_link_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY event
    ADD CONSTRAINT event_reference_key UNIQUE (reference);

ALTER TABLE ONLY file_piece
    ADD CONSTRAINT file_piece_pkey PRIMARY KEY (id);

ALTER TABLE ONLY idempotency_record
    ADD CONSTRAINT idempotency_record_pkey PRIMARY KEY (id);

ALTER TABLE ONLY invitation
    ADD CONSTRAINT invitation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY invitation
    ADD CONSTRAINT invitation_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY invoice_line
    ADD CONSTRAINT invoice_line_pkey PRIMARY KEY (id);

ALTER TABLE ONLY invoice
    ADD CONSTRAINT invoice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY job
    ADD CONSTRAINT job_key_key UNIQUE (key);

ALTER TABLE ONLY job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);

ALTER TABLE ONLY link_list
    ADD CONSTRAINT link_list_pkey PRIMARY KEY (id);

ALTER TABLE ONLY list_preferences
    ADD CONSTRAINT list_preferences_pkey PRIMARY KEY (id);

ALTER TABLE ONLY login_session
    ADD CONSTRAINT login_session_pkey PRIMARY KEY (id);

ALTER TABLE ONLY notification
    ADD CONSTRAINT notification_pkey PRIMARY KEY (id);

ALTER TABLE ONLY notification_preference
    ADD CONSTRAINT notification_preference_pkey PRIMARY KEY (id);

ALTER TABLE ONLY notification_read
    ADD CONSTRAINT notification_read_pkey PRIMARY KEY (id);

ALTER TABLE ONLY number_series
    ADD CONSTRAINT number_series_pkey PRIMARY KEY (id);

ALTER TABLE ONLY onboarding_task
    ADD CONSTRAINT onboarding_task_pkey PRIMARY KEY (id);

ALTER TABLE ONLY outbound_email
    ADD CONSTRAINT outbound_email_pkey PRIMARY KEY (id);

ALTER TABLE ONLY password_reset
    ADD CONSTRAINT password_reset_pkey PRIMARY KEY (id);

ALTER TABLE ONLY password_reset
    ADD CONSTRAINT password_reset_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY payment
    ADD CONSTRAINT payment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pin
    ADD CONSTRAINT pin_pkey PRIMARY KEY (id);

ALTER TABLE ONLY reach
    ADD CONSTRAINT reach_pkey PRIMARY KEY (node, name_key, tenant_id);

ALTER TABLE ONLY report_run
    ADD CONSTRAINT report_run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY saved_filter
    ADD CONSTRAINT saved_filter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY service
    ADD CONSTRAINT service_pkey PRIMARY KEY (id);

ALTER TABLE ONLY session_token
    ADD CONSTRAINT session_token_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY sign_in_attempt
    ADD CONSTRAINT sign_in_attempt_pkey PRIMARY KEY (address);

ALTER TABLE ONLY source_feed
    ADD CONSTRAINT source_feed_pkey PRIMARY KEY (id);

ALTER TABLE ONLY spending
    ADD CONSTRAINT spending_pkey PRIMARY KEY (who);

ALTER TABLE ONLY stored_file
    ADD CONSTRAINT stored_file_pkey PRIMARY KEY (id);

ALTER TABLE ONLY tenant
    ADD CONSTRAINT tenant_path_key UNIQUE (path);

ALTER TABLE ONLY tenant
    ADD CONSTRAINT tenant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY tenant
    ADD CONSTRAINT tenant_reference_key UNIQUE (reference);

ALTER TABLE ONLY trigram
    ADD CONSTRAINT trigram_pkey PRIMARY KEY (letters, name_key, tenant_id);

ALTER TABLE ONLY audit_entry
    ADD CONSTRAINT uid_audit_entry_tenant__ff0861 UNIQUE (tenant_id, seq);

ALTER TABLE ONLY contact
    ADD CONSTRAINT uid_contact_tenant__9fa3e2 UNIQUE (tenant_id, type, email_norm);

ALTER TABLE ONLY contract
    ADD CONSTRAINT uid_contract_tenant__734450 UNIQUE (tenant_id, number);

ALTER TABLE ONLY credit_note
    ADD CONSTRAINT uid_credit_note_issuer__62bc65 UNIQUE (issuer_id, number);

ALTER TABLE ONLY customer_tag
    ADD CONSTRAINT uid_customer_ta_tenant__d704a7 UNIQUE (tenant_id, name_key);

ALTER TABLE ONLY file_piece
    ADD CONSTRAINT uid_file_piece_file_id_2fc05d UNIQUE (file_id, place);

ALTER TABLE ONLY idempotency_record
    ADD CONSTRAINT uid_idempotency_scope_7030bc UNIQUE (scope, key);

ALTER TABLE ONLY invoice
    ADD CONSTRAINT uid_invoice_issuer__6531cd UNIQUE (issuer_id, number);

ALTER TABLE ONLY invoice_line
    ADD CONSTRAINT uid_invoice_lin_invoice_284bd5 UNIQUE (invoice_id, "position");

ALTER TABLE ONLY link_list
    ADD CONSTRAINT uid_link_list_user_id_fecc66 UNIQUE (user_id, role);

ALTER TABLE ONLY notification
    ADD CONSTRAINT uid_notificatio_event_k_f5bac1 UNIQUE (event_key, told_id);

ALTER TABLE ONLY notification
    ADD CONSTRAINT uid_notificatio_told_id_1fbfc3 UNIQUE (told_id, seq);

ALTER TABLE ONLY notification_preference
    ADD CONSTRAINT uid_notificatio_told_id_3b825e UNIQUE (told_id, tenant_id, event);

ALTER TABLE ONLY notification_read
    ADD CONSTRAINT uid_notificatio_user_id_683da9 UNIQUE (user_id, told_id, up_to);

ALTER TABLE ONLY number_series
    ADD CONSTRAINT uid_number_seri_issuer__8de242 UNIQUE (issuer_id, series, year);

ALTER TABLE ONLY onboarding_task
    ADD CONSTRAINT uid_onboarding__tenant__966f5d UNIQUE (tenant_id, kind);

ALTER TABLE ONLY password_reset
    ADD CONSTRAINT uid_password_re_user_id_389026 UNIQUE (user_id);

ALTER TABLE ONLY pin
    ADD CONSTRAINT uid_pin_user_id_77be3e UNIQUE (user_id, customer_id);

ALTER TABLE ONLY saved_filter
    ADD CONSTRAINT uid_saved_filte_user_id_57971a UNIQUE (user_id, name_key);

ALTER TABLE ONLY source_feed
    ADD CONSTRAINT uid_source_feed_tenant__be94cb UNIQUE (tenant_id, name);

CREATE UNIQUE INDEX access_grant_one_live ON access_grant USING btree (user_id, tenant_id, source) INCLUDE (role, expires_at) WHERE (revoked_at IS NULL);

COMMENT ON INDEX access_grant_one_live IS 'CREATE UNIQUE INDEX "access_grant_one_live" ON "access_grant" (user_id, tenant_id, source) include (role, expires_at) where revoked_at is null';

CREATE UNIQUE INDEX acting_session_one_active ON acting_session USING btree (login_session_id) WHERE ((status)::text = 'ACTIVE'::text);

COMMENT ON INDEX acting_session_one_active IS 'CREATE UNIQUE INDEX "acting_session_one_active" ON "acting_session" (login_session_id) where status = ''ACTIVE''';

CREATE UNIQUE INDEX acting_session_sign_in ON acting_session USING btree (id, login_session_id);

COMMENT ON INDEX acting_session_sign_in IS 'CREATE UNIQUE INDEX "acting_session_sign_in" ON "acting_session" (id, login_session_id)';

CREATE INDEX app_user_invited ON app_user USING btree (tenant_id, ((invited_at IS NULL)), invited_at, id) INCLUDE (active, first_name, last_name, email);

COMMENT ON INDEX app_user_invited IS 'CREATE INDEX "app_user_invited" ON "app_user" (tenant_id, (invited_at is null), invited_at, id) include (active, first_name, last_name, email)';

CREATE UNIQUE INDEX app_user_tenant ON app_user USING btree (tenant_id, id);

COMMENT ON INDEX app_user_tenant IS 'CREATE UNIQUE INDEX "app_user_tenant" ON "app_user" (tenant_id, id)';

CREATE UNIQUE INDEX contact_one_primary ON contact USING btree (tenant_id) WHERE ((type)::text = 'PRIMARY'::text);

COMMENT ON INDEX contact_one_primary IS 'CREATE UNIQUE INDEX "contact_one_primary" ON "contact" (tenant_id) where type = ''PRIMARY''';

CREATE INDEX contract_begins ON contract USING btree (starts_on) WHERE ((status)::text = 'SCHEDULED'::text);

COMMENT ON INDEX contract_begins IS 'CREATE INDEX "contract_begins" ON "contract" (starts_on) where status = ''SCHEDULED''';

CREATE INDEX contract_ends ON contract USING btree (ends_on) WHERE (((status)::text = 'ACTIVE'::text) AND (ends_on IS NOT NULL));

COMMENT ON INDEX contract_ends IS 'CREATE INDEX "contract_ends" ON "contract" (ends_on) where status = ''ACTIVE'' and ends_on is not null';

CREATE INDEX contract_liveliest ON contract USING btree (tenant_id, (
CASE
    WHEN ((status)::text = 'ACTIVE'::text) THEN 0
    WHEN ((status)::text = 'PENDING_ACCEPTANCE'::text) THEN 1
    WHEN ((status)::text = 'SCHEDULED'::text) THEN 2
    WHEN ((status)::text = 'DRAFT'::text) THEN 3
    WHEN ((status)::text = 'EXPIRED'::text) THEN 4
    WHEN ((status)::text = 'TERMINATED'::text) THEN 5
    ELSE 6
END), starts_on DESC, id) INCLUDE (status, number, title);

COMMENT ON INDEX contract_liveliest IS 'CREATE INDEX "contract_liveliest" ON "contract" (tenant_id, (case when status = ''ACTIVE'' then 0 when status = ''PENDING_ACCEPTANCE'' then 1 when status = ''SCHEDULED'' then 2 when status = ''DRAFT'' then 3 when status = ''EXPIRED'' then 4 when status = ''TERMINATED'' then 5 else 6 end), starts_on desc, id) include (status, number, title)';

CREATE UNIQUE INDEX contract_renewed_once ON contract USING btree (predecessor_id) WHERE (predecessor_id IS NOT NULL);

COMMENT ON INDEX contract_renewed_once IS 'CREATE UNIQUE INDEX "contract_renewed_once" ON "contract" (predecessor_id) where predecessor_id is not null';

CREATE UNIQUE INDEX contract_tenant ON contract USING btree (tenant_id, id);

COMMENT ON INDEX contract_tenant IS 'CREATE UNIQUE INDEX "contract_tenant" ON "contract" (tenant_id, id)';

CREATE UNIQUE INDEX credit_note_one ON credit_note USING btree (invoice_id);

COMMENT ON INDEX credit_note_one IS 'CREATE UNIQUE INDEX "credit_note_one" ON "credit_note" (invoice_id)';

CREATE INDEX customer_country ON customer USING btree (country, id);

COMMENT ON INDEX customer_country IS 'CREATE INDEX "customer_country" ON "customer" (country, id)';

CREATE INDEX customer_mrr ON customer USING btree (((0 - COALESCE(mrr_minor, '-9223372036854775807'::bigint))), name_key, id);

COMMENT ON INDEX customer_mrr IS 'CREATE INDEX "customer_mrr" ON "customer" ((0 - coalesce(mrr_minor, -9223372036854775807)), name_key, id)';

CREATE INDEX customer_name ON customer USING btree (name_key, id) INCLUDE (status);

COMMENT ON INDEX customer_name IS 'CREATE INDEX "customer_name" ON "customer" (name_key, id) include (status)';

CREATE INDEX customer_onboarding ON customer USING btree (onboarding_status, id);

COMMENT ON INDEX customer_onboarding IS 'CREATE INDEX "customer_onboarding" ON "customer" (onboarding_status, id)';

CREATE INDEX customer_source ON customer USING btree (source_status, id);

COMMENT ON INDEX customer_source IS 'CREATE INDEX "customer_source" ON "customer" (source_status, id)';

CREATE INDEX customer_tag_named ON customer_tag USING btree (name_key, id);

COMMENT ON INDEX customer_tag_named IS 'CREATE INDEX "customer_tag_named" ON "customer_tag" (name_key, id)';

CREATE INDEX idx_access_gran_tenant__f34f63 ON access_grant USING btree (tenant_id, role, revoked_at);

CREATE INDEX idx_access_gran_user_id_5e4363 ON access_grant USING btree (user_id, revoked_at);

CREATE INDEX idx_acting_sess_actor_i_c21fe4 ON acting_session USING btree (actor_id, status);

CREATE INDEX idx_acting_sess_login_s_96ec9f ON acting_session USING btree (login_session_id, status);

CREATE INDEX idx_activity_ev_tenant__7d06ed ON activity_event USING btree (tenant_id, at, id);

CREATE INDEX idx_api_key_created_b7a2e4 ON api_key USING btree (created_by_id);

CREATE INDEX idx_api_key_tenant__29965a ON api_key USING btree (tenant_id, created_at);

CREATE INDEX idx_app_user_tenant__3a67f4 ON app_user USING btree (tenant_id, name_key, id);

CREATE INDEX idx_contact_tenant__a92fb7 ON contact USING btree (tenant_id, name_key, id);

CREATE INDEX idx_contract_tenant__9b26db ON contract USING btree (tenant_id, status);

CREATE INDEX idx_credit_note_tenant__d8cc6e ON credit_note USING btree (tenant_id, issued_at);

CREATE INDEX idx_download_li_expires_844f11 ON download_link USING btree (expires_at);

CREATE INDEX idx_event_at_626eca ON event USING btree (at);

CREATE INDEX idx_idempotency_written_69fec3 ON idempotency_record USING btree (written_at);

CREATE INDEX idx_invitation_invited_0b6129 ON invitation USING btree (invited_by_id, updated_at);

CREATE INDEX idx_invitation_tenant__8bd521 ON invitation USING btree (tenant_id, invited_at, id);

CREATE INDEX idx_job_name_4346e5 ON job USING btree (name, due);

CREATE INDEX idx_job_state_68dbd9 ON job USING btree (state, next_try_at, id);

CREATE INDEX idx_login_sessi_ends_at_cc5751 ON login_session USING btree (ends_at);

CREATE INDEX idx_login_sessi_user_id_62a4ab ON login_session USING btree (user_id);

CREATE INDEX idx_notificatio_at_03c8b5 ON notification USING btree (at);

CREATE INDEX idx_notificatio_tenant__fdfe97 ON notification USING btree (tenant_id, told_id, seq);

CREATE INDEX idx_outbound_em_about_i_052d8c ON outbound_email USING btree (about_id);

CREATE INDEX idx_outbound_em_status_8054b3 ON outbound_email USING btree (status, next_try_at);

CREATE INDEX idx_outbound_em_tenant__c40885 ON outbound_email USING btree (tenant_id, written_at, id);

CREATE INDEX idx_payment_invoice_7de605 ON payment USING btree (invoice_id, paid_at);

CREATE INDEX idx_report_run_custome_6b95b5 ON report_run USING btree (customer_id);

CREATE INDEX idx_report_run_request_20e9f3 ON report_run USING btree (requested_at);

CREATE INDEX idx_report_run_request_402402 ON report_run USING btree (requested_by_id, tenant_id, requested_at);

CREATE INDEX idx_report_run_tenant__ac29f0 ON report_run USING btree (tenant_id, status);

CREATE INDEX idx_service_tenant__f847bf ON service USING btree (tenant_id, name_key, id);

CREATE INDEX idx_session_tok_acting__9ead5a ON session_token USING btree (acting_session_id);

CREATE INDEX idx_session_tok_login_s_7e6e73 ON session_token USING btree (login_session_id);

CREATE INDEX idx_sign_in_att_since_c2ac8a ON sign_in_attempt USING btree (since);

CREATE INDEX idx_source_feed_worsens_51369b ON source_feed USING btree (worsens_at);

CREATE INDEX idx_stored_file_expires_af51c5 ON stored_file USING btree (expires_at);

CREATE INDEX idx_tenant_parent__274874 ON tenant USING btree (parent_id, name_key, id);

CREATE UNIQUE INDEX invitation_one_pending ON invitation USING btree (tenant_id, email_norm) WHERE ((status)::text = 'PENDING'::text);

COMMENT ON INDEX invitation_one_pending IS 'CREATE UNIQUE INDEX "invitation_one_pending" ON "invitation" (tenant_id, email_norm) where status = ''PENDING''';

CREATE INDEX invoice_month ON invoice USING btree (tenant_id, billing_month DESC, id) INCLUDE (issuer_id, status, number, total_minor, currency);

COMMENT ON INDEX invoice_month IS 'CREATE INDEX "invoice_month" ON "invoice" (tenant_id, billing_month desc, id) include (issuer_id, status, number, total_minor, currency)';

CREATE UNIQUE INDEX invoice_one_monthly ON invoice USING btree (tenant_id, billing_month) WHERE (((kind)::text = 'MONTHLY'::text) AND ((status)::text <> 'CANCELLED'::text));

COMMENT ON INDEX invoice_one_monthly IS 'CREATE UNIQUE INDEX "invoice_one_monthly" ON "invoice" (tenant_id, billing_month) where kind = ''MONTHLY'' and status <> ''CANCELLED''';

CREATE INDEX invoice_running ON invoice USING btree (billing_month, issuer_id) WHERE (((kind)::text = 'MONTHLY'::text) AND ((status)::text = 'PROFORMA'::text));

COMMENT ON INDEX invoice_running IS 'CREATE INDEX "invoice_running" ON "invoice" (billing_month, issuer_id) where kind = ''MONTHLY'' and status = ''PROFORMA''';

CREATE UNIQUE INDEX invoice_tenant_issuer ON invoice USING btree (tenant_id, issuer_id, id);

COMMENT ON INDEX invoice_tenant_issuer IS 'CREATE UNIQUE INDEX "invoice_tenant_issuer" ON "invoice" (tenant_id, issuer_id, id)';

CREATE INDEX invoice_unpaid ON invoice USING btree (due_on) WHERE (((status)::text = 'ISSUED'::text) AND ((payment_state)::text = 'DUE'::text));

COMMENT ON INDEX invoice_unpaid IS 'CREATE INDEX "invoice_unpaid" ON "invoice" (due_on) where status = ''ISSUED'' and payment_state = ''DUE''';

CREATE UNIQUE INDEX list_preferences_one ON list_preferences USING btree (user_id);

COMMENT ON INDEX list_preferences_one IS 'CREATE UNIQUE INDEX "list_preferences_one" ON "list_preferences" (user_id)';

CREATE UNIQUE INDEX login_session_person ON login_session USING btree (id, user_id);

COMMENT ON INDEX login_session_person IS 'CREATE UNIQUE INDEX "login_session_person" ON "login_session" (id, user_id)';

CREATE INDEX notification_latest ON notification USING btree (told_id, at DESC, id);

COMMENT ON INDEX notification_latest IS 'CREATE INDEX "notification_latest" ON "notification" (told_id, at desc, id)';

CREATE INDEX notification_newest ON notification USING btree (told_id, ((0 - seq)), id);

COMMENT ON INDEX notification_newest IS 'CREATE INDEX "notification_newest" ON "notification" (told_id, (0 - seq), id)';

CREATE UNIQUE INDEX onboarding_task_tenant ON onboarding_task USING btree (tenant_id, id);

COMMENT ON INDEX onboarding_task_tenant IS 'CREATE UNIQUE INDEX "onboarding_task_tenant" ON "onboarding_task" (tenant_id, id)';

CREATE UNIQUE INDEX reach_tenant ON reach USING btree (tenant_id, node);

CREATE INDEX service_billing_entry ON service USING btree (billing_entry_expected_by) WHERE ((billing_state)::text = 'PENDING_ENTRY'::text);

COMMENT ON INDEX service_billing_entry IS 'CREATE INDEX "service_billing_entry" ON "service" (billing_entry_expected_by) where billing_state = ''PENDING_ENTRY''';

CREATE INDEX service_last_day ON service USING btree (expires_on) WHERE ((expires_on IS NOT NULL) AND ((status)::text = ANY (ARRAY[('RUNNING'::character varying)::text, ('STOPPED'::character varying)::text])));

COMMENT ON INDEX service_last_day IS 'CREATE INDEX "service_last_day" ON "service" (expires_on) where expires_on is not null and status in (''RUNNING'', ''STOPPED'')';

CREATE INDEX service_named ON service USING btree (name_key, id);

COMMENT ON INDEX service_named IS 'CREATE INDEX "service_named" ON "service" (name_key, id)';

CREATE INDEX service_product ON service USING btree (product, id);

COMMENT ON INDEX service_product IS 'CREATE INDEX "service_product" ON "service" (product, id)';

CREATE UNIQUE INDEX tenant_one_platform ON tenant USING btree (kind) WHERE ((kind)::text = 'PLATFORM'::text);

COMMENT ON INDEX tenant_one_platform IS 'CREATE UNIQUE INDEX "tenant_one_platform" ON "tenant" (kind) where kind = ''PLATFORM''';

CREATE INDEX tenant_tree ON tenant USING btree (tree_key);

COMMENT ON INDEX tenant_tree IS 'CREATE INDEX "tenant_tree" ON "tenant" (tree_key)';

CREATE TRIGGER credit_note_frozen AFTER UPDATE ON credit_note FOR EACH ROW EXECUTE FUNCTION never_changed();

COMMENT ON TRIGGER credit_note_frozen ON credit_note IS 'CREATE TRIGGER "credit_note_frozen" after update on "credit_note" for each row execute function never_changed()';

CREATE TRIGGER credit_note_stays AFTER DELETE ON credit_note FOR EACH ROW EXECUTE FUNCTION never_changed();

COMMENT ON TRIGGER credit_note_stays ON credit_note IS 'CREATE TRIGGER "credit_note_stays" after delete on "credit_note" for each row execute function never_changed()';

CREATE TRIGGER customer_gone AFTER DELETE ON customer FOR EACH ROW EXECUTE FUNCTION customer_renamed();

COMMENT ON TRIGGER customer_gone ON customer IS 'CREATE TRIGGER "customer_gone" after delete on "customer" for each row execute function customer_renamed()';

CREATE TRIGGER customer_named AFTER INSERT ON customer REFERENCING NEW TABLE AS named FOR EACH STATEMENT EXECUTE FUNCTION customers_named();

COMMENT ON TRIGGER customer_named ON customer IS 'CREATE TRIGGER "customer_named" after insert on "customer" referencing new table as named for each statement execute function customers_named()';

CREATE TRIGGER customer_renamed AFTER UPDATE OF name_key ON customer FOR EACH ROW WHEN (((old.name_key)::text <> (new.name_key)::text)) EXECUTE FUNCTION customer_renamed();

COMMENT ON TRIGGER customer_renamed ON customer IS 'CREATE TRIGGER "customer_renamed" after update of name_key on "customer" for each row when (old.name_key <> new.name_key) execute function customer_renamed()';

CREATE TRIGGER invoice_adds_up AFTER UPDATE OF status ON invoice FOR EACH ROW EXECUTE FUNCTION invoice_finished();

COMMENT ON TRIGGER invoice_adds_up ON invoice IS 'CREATE TRIGGER "invoice_adds_up" after update of status on "invoice" for each row execute function invoice_finished()';

CREATE TRIGGER invoice_credited AFTER UPDATE OF status ON invoice FOR EACH ROW EXECUTE FUNCTION invoice_withdrawn();

COMMENT ON TRIGGER invoice_credited ON invoice IS 'CREATE TRIGGER "invoice_credited" after update of status on "invoice" for each row execute function invoice_withdrawn()';

CREATE TRIGGER invoice_frozen AFTER UPDATE ON invoice FOR EACH ROW EXECUTE FUNCTION invoice_changed();

COMMENT ON TRIGGER invoice_frozen ON invoice IS 'CREATE TRIGGER "invoice_frozen" after update on "invoice" for each row execute function invoice_changed()';

CREATE TRIGGER invoice_line_added AFTER INSERT ON invoice_line REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION invoice_lines_added();

COMMENT ON TRIGGER invoice_line_added ON invoice_line IS 'CREATE TRIGGER "invoice_line_added" after insert on "invoice_line" referencing new table as added for each statement execute function invoice_lines_added()';

CREATE TRIGGER invoice_line_frozen AFTER UPDATE ON invoice_line FOR EACH ROW EXECUTE FUNCTION invoice_line_changed();

COMMENT ON TRIGGER invoice_line_frozen ON invoice_line IS 'CREATE TRIGGER "invoice_line_frozen" after update on "invoice_line" for each row execute function invoice_line_changed()';

CREATE TRIGGER invoice_line_stays AFTER DELETE ON invoice_line FOR EACH ROW EXECUTE FUNCTION invoice_line_changed();

COMMENT ON TRIGGER invoice_line_stays ON invoice_line IS 'CREATE TRIGGER "invoice_line_stays" after delete on "invoice_line" for each row execute function invoice_line_changed()';

CREATE TRIGGER invoice_stays AFTER DELETE ON invoice FOR EACH ROW EXECUTE FUNCTION invoice_gone();

COMMENT ON TRIGGER invoice_stays ON invoice IS 'CREATE TRIGGER "invoice_stays" after delete on "invoice" for each row execute function invoice_gone()';

CREATE TRIGGER payment_frozen AFTER UPDATE ON payment FOR EACH ROW EXECUTE FUNCTION never_changed();

COMMENT ON TRIGGER payment_frozen ON payment IS 'CREATE TRIGGER "payment_frozen" after update on "payment" for each row execute function never_changed()';

CREATE TRIGGER payment_stays AFTER DELETE ON payment FOR EACH ROW EXECUTE FUNCTION never_changed();

COMMENT ON TRIGGER payment_stays ON payment IS 'CREATE TRIGGER "payment_stays" after delete on "payment" for each row execute function never_changed()';

ALTER TABLE ONLY access_grant
    ADD CONSTRAINT access_grant_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY access_grant
    ADD CONSTRAINT access_grant_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id) ON DELETE RESTRICT;

ALTER TABLE ONLY acting_session
    ADD CONSTRAINT acting_session_actor_within FOREIGN KEY (tenant_id, actor_id) REFERENCES app_user(tenant_id, id) ON DELETE CASCADE;

COMMENT ON CONSTRAINT acting_session_actor_within ON acting_session IS 'foreign key (tenant_id, actor_id) references app_user (tenant_id, id) on delete cascade';

ALTER TABLE ONLY acting_session
    ADD CONSTRAINT acting_session_login_session_id_fkey FOREIGN KEY (login_session_id) REFERENCES login_session(id) ON DELETE CASCADE;

ALTER TABLE ONLY acting_session
    ADD CONSTRAINT acting_session_same_person FOREIGN KEY (login_session_id, actor_id) REFERENCES login_session(id, user_id);

COMMENT ON CONSTRAINT acting_session_same_person ON acting_session IS 'foreign key (login_session_id, actor_id) references login_session (id, user_id)';

ALTER TABLE ONLY acting_session
    ADD CONSTRAINT acting_session_target_id_fkey FOREIGN KEY (target_id) REFERENCES tenant(id) ON DELETE CASCADE;

ALTER TABLE ONLY activity_event
    ADD CONSTRAINT activity_event_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY api_key
    ADD CONSTRAINT api_key_created_by_id_fkey FOREIGN KEY (created_by_id) REFERENCES app_user(id) ON DELETE CASCADE;

ALTER TABLE ONLY api_key
    ADD CONSTRAINT api_key_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY app_user
    ADD CONSTRAINT app_user_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY contact
    ADD CONSTRAINT contact_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY contact
    ADD CONSTRAINT contact_user_within FOREIGN KEY (tenant_id, user_id) REFERENCES app_user(tenant_id, id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT contact_user_within ON contact IS 'foreign key (tenant_id, user_id) references app_user (tenant_id, id) on delete restrict';

ALTER TABLE ONLY contract
    ADD CONSTRAINT contract_predecessor_within FOREIGN KEY (tenant_id, predecessor_id) REFERENCES contract(tenant_id, id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT contract_predecessor_within ON contract IS 'foreign key (tenant_id, predecessor_id) references contract (tenant_id, id) on delete restrict';

ALTER TABLE ONLY contract
    ADD CONSTRAINT contract_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY credit_note
    ADD CONSTRAINT credit_note_invoice_within FOREIGN KEY (tenant_id, issuer_id, invoice_id) REFERENCES invoice(tenant_id, issuer_id, id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT credit_note_invoice_within ON credit_note IS 'foreign key (tenant_id, issuer_id, invoice_id) references invoice (tenant_id, issuer_id, id) on delete restrict';

ALTER TABLE ONLY credit_note
    ADD CONSTRAINT credit_note_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY credit_note
    ADD CONSTRAINT credit_note_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY customer
    ADD CONSTRAINT customer_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY customer_tag
    ADD CONSTRAINT customer_tag_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY customer
    ADD CONSTRAINT customer_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY download_link
    ADD CONSTRAINT download_link_run_id_fkey FOREIGN KEY (run_id) REFERENCES report_run(id) ON DELETE CASCADE;

ALTER TABLE ONLY file_piece
    ADD CONSTRAINT file_piece_file_id_fkey FOREIGN KEY (file_id) REFERENCES stored_file(id) ON DELETE CASCADE;

ALTER TABLE ONLY invitation
    ADD CONSTRAINT invitation_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY invoice
    ADD CONSTRAINT invoice_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY invoice_line
    ADD CONSTRAINT invoice_line_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoice(id) ON DELETE RESTRICT;

ALTER TABLE ONLY invoice
    ADD CONSTRAINT invoice_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY link_list
    ADD CONSTRAINT link_list_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id) ON DELETE CASCADE;

ALTER TABLE ONLY list_preferences
    ADD CONSTRAINT list_preferences_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id) ON DELETE CASCADE;

ALTER TABLE ONLY login_session
    ADD CONSTRAINT login_session_user_within FOREIGN KEY (tenant_id, user_id) REFERENCES app_user(tenant_id, id) ON DELETE CASCADE;

COMMENT ON CONSTRAINT login_session_user_within ON login_session IS 'foreign key (tenant_id, user_id) references app_user (tenant_id, id) on delete cascade';

ALTER TABLE ONLY notification_preference
    ADD CONSTRAINT notification_preference_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY notification_preference
    ADD CONSTRAINT notification_preference_told_id_fkey FOREIGN KEY (told_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY notification_read
    ADD CONSTRAINT notification_read_told_id_fkey FOREIGN KEY (told_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY notification_read
    ADD CONSTRAINT notification_read_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id) ON DELETE RESTRICT;

ALTER TABLE ONLY notification
    ADD CONSTRAINT notification_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY notification
    ADD CONSTRAINT notification_told_id_fkey FOREIGN KEY (told_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY number_series
    ADD CONSTRAINT number_series_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY onboarding_task
    ADD CONSTRAINT onboarding_task_after_within FOREIGN KEY (tenant_id, after_id) REFERENCES onboarding_task(tenant_id, id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT onboarding_task_after_within ON onboarding_task IS 'foreign key (tenant_id, after_id) references onboarding_task (tenant_id, id) on delete restrict';

ALTER TABLE ONLY onboarding_task
    ADD CONSTRAINT onboarding_task_started_by_id_fkey FOREIGN KEY (started_by_id) REFERENCES app_user(id) ON DELETE RESTRICT;

ALTER TABLE ONLY onboarding_task
    ADD CONSTRAINT onboarding_task_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY outbound_email
    ADD CONSTRAINT outbound_email_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY password_reset
    ADD CONSTRAINT password_reset_user_within FOREIGN KEY (tenant_id, user_id) REFERENCES app_user(tenant_id, id) ON DELETE CASCADE;

COMMENT ON CONSTRAINT password_reset_user_within ON password_reset IS 'foreign key (tenant_id, user_id) references app_user (tenant_id, id) on delete cascade';

ALTER TABLE ONLY payment
    ADD CONSTRAINT payment_invoice_within FOREIGN KEY (tenant_id, issuer_id, invoice_id) REFERENCES invoice(tenant_id, issuer_id, id) ON DELETE RESTRICT;

COMMENT ON CONSTRAINT payment_invoice_within ON payment IS 'foreign key (tenant_id, issuer_id, invoice_id) references invoice (tenant_id, issuer_id, id) on delete restrict';

ALTER TABLE ONLY payment
    ADD CONSTRAINT payment_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY payment
    ADD CONSTRAINT payment_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY pin
    ADD CONSTRAINT pin_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customer(id) ON DELETE CASCADE;

ALTER TABLE ONLY pin
    ADD CONSTRAINT pin_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id) ON DELETE CASCADE;

ALTER TABLE ONLY report_run
    ADD CONSTRAINT report_run_acting_session_id_fkey FOREIGN KEY (acting_session_id) REFERENCES acting_session(id) ON DELETE SET NULL;

ALTER TABLE ONLY report_run
    ADD CONSTRAINT report_run_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customer(id) ON DELETE CASCADE;

ALTER TABLE ONLY report_run
    ADD CONSTRAINT report_run_file_id_fkey FOREIGN KEY (file_id) REFERENCES stored_file(id) ON DELETE SET NULL;

ALTER TABLE ONLY report_run
    ADD CONSTRAINT report_run_requested_by_id_fkey FOREIGN KEY (requested_by_id) REFERENCES app_user(id) ON DELETE CASCADE;

ALTER TABLE ONLY report_run
    ADD CONSTRAINT report_run_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE;

ALTER TABLE ONLY saved_filter
    ADD CONSTRAINT saved_filter_user_within FOREIGN KEY (tenant_id, user_id) REFERENCES app_user(tenant_id, id) ON DELETE CASCADE;

COMMENT ON CONSTRAINT saved_filter_user_within ON saved_filter IS 'foreign key (tenant_id, user_id) references app_user (tenant_id, id) on delete cascade';

ALTER TABLE ONLY service
    ADD CONSTRAINT service_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY session_token
    ADD CONSTRAINT session_token_acting_session_id_fkey FOREIGN KEY (acting_session_id) REFERENCES acting_session(id) ON DELETE CASCADE;

ALTER TABLE ONLY session_token
    ADD CONSTRAINT session_token_login_session_id_fkey FOREIGN KEY (login_session_id) REFERENCES login_session(id) ON DELETE CASCADE;

ALTER TABLE ONLY session_token
    ADD CONSTRAINT session_token_same_sign_in FOREIGN KEY (acting_session_id, login_session_id) REFERENCES acting_session(id, login_session_id);

COMMENT ON CONSTRAINT session_token_same_sign_in ON session_token IS 'foreign key (acting_session_id, login_session_id) references acting_session (id, login_session_id)';

ALTER TABLE ONLY source_feed
    ADD CONSTRAINT source_feed_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE RESTRICT;

ALTER TABLE ONLY tenant
    ADD CONSTRAINT tenant_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES tenant(id) ON DELETE RESTRICT;
