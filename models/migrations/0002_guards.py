"""What Tortoise drops without a word: partial unique indexes, checks, keys of several columns, covering indexes."""

from tortoise import migrations

from models.migrations._steps import Names, Text, add_constraints, create_indexes

CONSTRAINTS: Names = {
    "tenant": {
        "tenant_kind_known": "check (kind in ('PLATFORM', 'DISTRIBUTOR', 'RESELLER', 'CUSTOMER'))",
        "tenant_root": "check ((kind = 'PLATFORM') = (parent_id is null) and (kind = 'PLATFORM') = (level = 0))",
        "tenant_level_least": {
            "postgres": "check (level >= 0)",
            "sqlite": "check (typeof(level) = 'integer' and level >= 0)",
        },
        "tenant_currency_code": {
            "postgres": "check (currency ~ '^[A-Z]{3}$')",
            "sqlite": "check (currency glob '[A-Z][A-Z][A-Z]')",
        },
    },
    "customer": {
        "customer_tenant": "check (id = tenant_id)",
        "customer_status_known": (
            "check (status in ('INVITED', 'ACTIVE', 'INACTIVE', 'SUSPENDED', 'PENDING_DELETION', 'DELETED', 'DISCONNECTED'))"
        ),
        "customer_status_reason_known": "check (status_reason in ('PAYMENT', 'COMPLIANCE', 'ABUSE', 'OTHER'))",
        "customer_account_type_known": (
            "check (account_type in ('MICROSOFT_365_GLOBAL_ADMIN', 'MICROSOFT_365_US_GOV_GLOBAL_ADMIN', "
            "'GOOGLE_SUPER_ADMIN', 'SALESFORCE_SYSTEM_ADMIN', 'LOCAL_ACCOUNT', 'AUTHORIZATION_LINK'))"
        ),
        "customer_currency_code": {
            "postgres": "check (currency ~ '^[A-Z]{3}$')",
            "sqlite": "check (currency glob '[A-Z][A-Z][A-Z]')",
        },
        "customer_mrr_minor_amount": {
            "postgres": "check (mrr_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": "check (mrr_minor is null or typeof(mrr_minor) = 'integer' and mrr_minor between "
                "-1000000000000000 and 1000000000000000)",
        },
        "customer_mrr_pending_minor_amount": {
            "postgres": "check (mrr_pending_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": "check (mrr_pending_minor is null or typeof(mrr_pending_minor) = 'integer' and mrr_pending_minor "
                "between -1000000000000000 and 1000000000000000)",
        },
        "customer_ports_least": {
            "postgres": "check (ports >= 0)",
            "sqlite": "check (typeof(ports) = 'integer' and ports >= 0)",
        },
        "customer_virtual_circuits_least": {
            "postgres": "check (virtual_circuits >= 0)",
            "sqlite": "check (typeof(virtual_circuits) = 'integer' and virtual_circuits >= 0)",
        },
        "customer_cloud_connections_least": {
            "postgres": "check (cloud_connections >= 0)",
            "sqlite": "check (typeof(cloud_connections) = 'integer' and cloud_connections >= 0)",
        },
    },
    "app_user": {
        "app_user_access_version_least": {
            "postgres": "check (access_version >= 1)",
            "sqlite": "check (typeof(access_version) = 'integer' and access_version >= 1)",
        },
    },
    "access_grant": {
        "access_grant_role_known": (
            "check (role in ('ADMIN', 'FULL_ACCESS', 'SALES', 'REGULAR', 'READ_ONLY', 'SUPPORT'))"
        ),
        "access_grant_source_known": "check (source in ('HOME', 'LINKED', 'INHERITED'))",
    },
    "invitation": {
        "invitation_purpose_known": "check (purpose in ('CUSTOMER', 'USER'))",
        "invitation_account_type_known": (
            "check (account_type in ('MICROSOFT_365_GLOBAL_ADMIN', 'MICROSOFT_365_US_GOV_GLOBAL_ADMIN', "
            "'GOOGLE_SUPER_ADMIN', 'SALESFORCE_SYSTEM_ADMIN', 'LOCAL_ACCOUNT', 'AUTHORIZATION_LINK'))"
        ),
        "invitation_role_known": "check (role in ('ADMIN', 'FULL_ACCESS', 'SALES', 'REGULAR', 'READ_ONLY', 'SUPPORT'))",
        "invitation_status_known": "check (status in ('PENDING', 'ACCEPTED', 'DECLINED', 'EXPIRED', 'REVOKED'))",
        "invitation_sent_count_least": {
            "postgres": "check (sent_count >= 0)",
            "sqlite": "check (typeof(sent_count) = 'integer' and sent_count >= 0)",
        },
    },
    "acting_session": {
        "acting_session_role_known": (
            "check (role in ('ADMIN', 'FULL_ACCESS', 'SALES', 'REGULAR', 'READ_ONLY', 'SUPPORT'))"
        ),
        "acting_session_status_known": "check (status in ('ACTIVE', 'ENDED', 'SUPERSEDED', 'EXPIRED'))",
        "acting_session_same_person": "foreign key (login_session_id, actor_id) references login_session (id, user_id)",
    },
    "contract": {
        "contract_status_known": (
            "check (status in ('DRAFT', 'PENDING_ACCEPTANCE', 'SCHEDULED', 'ACTIVE', 'EXPIRED', 'TERMINATED'))"
        ),
        "contract_currency_code": {
            "postgres": "check (currency ~ '^[A-Z]{3}$')",
            "sqlite": "check (currency glob '[A-Z][A-Z][A-Z]')",
        },
        "contract_value_minor_amount": {
            "postgres": "check (value_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": "check (value_minor is null or typeof(value_minor) = 'integer' and value_minor between "
                "-1000000000000000 and 1000000000000000)",
        },
    },
    "invoice": {
        "invoice_status_known": "check (status in ('PROFORMA', 'READY', 'ISSUABLE', 'ISSUED', 'CANCELLED'))",
        "invoice_payment_state_known": (
            "check (payment_state in ('NOT_DUE', 'DUE', 'PARTIALLY_PAID', 'PAID', 'OVERDUE', 'WRITTEN_OFF'))"
        ),
        "invoice_currency_code": {
            "postgres": "check (currency ~ '^[A-Z]{3}$')",
            "sqlite": "check (currency glob '[A-Z][A-Z][A-Z]')",
        },
        "invoice_subtotal_minor_amount": {
            "postgres": "check (subtotal_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": "check (subtotal_minor is null or typeof(subtotal_minor) = 'integer' and subtotal_minor between "
                "-1000000000000000 and 1000000000000000)",
        },
        "invoice_tax_minor_amount": {
            "postgres": "check (tax_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": "check (tax_minor is null or typeof(tax_minor) = 'integer' and tax_minor between "
                "-1000000000000000 and 1000000000000000)",
        },
        "invoice_total_minor_amount": {
            "postgres": "check (total_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": "check (total_minor is null or typeof(total_minor) = 'integer' and total_minor between "
                "-1000000000000000 and 1000000000000000)",
        },
        "invoice_due_minor_amount": {
            "postgres": "check (due_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": "check (due_minor is null or typeof(due_minor) = 'integer' and due_minor between "
                "-1000000000000000 and 1000000000000000)",
        },
        "invoice_sum": "check (subtotal_minor + tax_minor = total_minor)",
        "invoice_numbered": "check (status <> 'ISSUED' or number is not null)",
        "invoice_billing_month_form": {
            "postgres": "check (billing_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$')",
            "sqlite": "check (billing_month glob '[0-9][0-9][0-9][0-9]-[01][0-9]' and substr(billing_month, 6) between "
                "'01' and '12')",
        },
    },
    "service": {
        "service_kind_known": (
            "check (kind in ('PORT', 'VIRTUAL_CIRCUIT', 'ONLINE_SERVICE', 'VDC', 'SERVER', 'DISK', 'IMAGE', 'NETWORK', 'OTHER'))"
        ),
        "service_status_known": (
            "check (status in ('AVAILABLE', 'PROVISIONING', 'RUNNING', 'STOPPED', 'FAILED', 'EXPIRED', 'DELETED'))"
        ),
        "service_cloud_connection_known": "check (cloud_connection in ('DEDICATED_PORT', 'HOSTED_CONNECTION'))",
        "service_billing_state_known": "check (billing_state in ('NOT_BILLED', 'PENDING_ENTRY', 'BILLED', 'ENDED'))",
        "service_currency_code": {
            "postgres": "check (currency ~ '^[A-Z]{3}$')",
            "sqlite": "check (currency glob '[A-Z][A-Z][A-Z]')",
        },
        "service_monthly_charge_minor_amount": {
            "postgres": "check (monthly_charge_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": "check (monthly_charge_minor is null or typeof(monthly_charge_minor) = 'integer' and "
                "monthly_charge_minor between -1000000000000000 and 1000000000000000)",
        },
    },
    "outbound_email": {
        "outbound_email_status_known": "check (status in ('QUEUED', 'SENT', 'FAILED', 'WITHDRAWN'))",
        "outbound_email_attempts_least": {
            "postgres": "check (attempts >= 0)",
            "sqlite": "check (typeof(attempts) = 'integer' and attempts >= 0)",
        },
    },
    "session_token": {
        "session_token_same_sign_in": (
            "foreign key (acting_session_id, login_session_id) references acting_session (id, login_session_id)"
        ),
    },
}

INDEXES: dict[str, Text] = {
    "tenant_one_platform": 'CREATE UNIQUE INDEX "tenant_one_platform" ON "tenant" (kind) where kind = \'PLATFORM\'',
    "access_grant_one_live": {
        "postgres": 'CREATE UNIQUE INDEX "access_grant_one_live" ON "access_grant" (user_id, tenant_id, source) include '
            "(role, expires_at) where revoked_at is null",
        "sqlite": 'CREATE UNIQUE INDEX "access_grant_one_live" ON "access_grant" (user_id, tenant_id, source) where '
            "revoked_at is null",
    },
    "acting_session_one_active": (
        'CREATE UNIQUE INDEX "acting_session_one_active" ON "acting_session" (login_session_id) where status = \'ACTIVE\''
    ),
    "invitation_one_pending": (
        'CREATE UNIQUE INDEX "invitation_one_pending" ON "invitation" (tenant_id, email_norm) where status = \'PENDING\''
    ),
    "login_session_person": 'CREATE UNIQUE INDEX "login_session_person" ON "login_session" (id, user_id)',
    "acting_session_sign_in": 'CREATE UNIQUE INDEX "acting_session_sign_in" ON "acting_session" (id, login_session_id)',
    "app_user_invited": {
        "postgres": 'CREATE INDEX "app_user_invited" ON "app_user" (tenant_id, (invited_at is null), invited_at, id) '
            "include (active, first_name, last_name, email)",
        "sqlite": 'CREATE INDEX "app_user_invited" ON "app_user" (tenant_id, (invited_at is null), invited_at, id, '
            "active, first_name, last_name, email)",
    },
    "contract_liveliest": {
        "postgres": 'CREATE INDEX "contract_liveliest" ON "contract" (tenant_id, (case when status = \'ACTIVE\' then 0 '
            "when status = 'PENDING_ACCEPTANCE' then 1 when status = 'SCHEDULED' then 2 when status = 'DRAFT' "
            "then 3 when status = 'EXPIRED' then 4 when status = 'TERMINATED' then 5 else 6 end), starts_on "
            "desc, id) include (status, number, title)",
        "sqlite": 'CREATE INDEX "contract_liveliest" ON "contract" (tenant_id, (case when status = \'ACTIVE\' then 0 '
            "when status = 'PENDING_ACCEPTANCE' then 1 when status = 'SCHEDULED' then 2 when status = 'DRAFT' "
            "then 3 when status = 'EXPIRED' then 4 when status = 'TERMINATED' then 5 else 6 end), starts_on "
            "desc, id, status, number, title)",
    },
    "invoice_month": {
        "postgres": 'CREATE INDEX "invoice_month" ON "invoice" (tenant_id, billing_month desc, id) include (issuer_id, '
            "status, number, total_minor, currency)",
        "sqlite": 'CREATE INDEX "invoice_month" ON "invoice" (tenant_id, billing_month desc, id, issuer_id, status, '
            "number, total_minor, currency)",
    },
}


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    operations = [create_indexes(INDEXES), add_constraints(CONSTRAINTS)]
