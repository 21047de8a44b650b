"""References that stay within one tenant, so that PostgreSQL takes none to another's row. SQLite goes without."""

from tortoise import migrations

from models.migrations._steps import Names, Text, create_indexes, replace_constraints

#: What the keys need to refer to.
INDEXES: dict[str, Text] = {
    "app_user_tenant": {"postgres": 'CREATE UNIQUE INDEX "app_user_tenant" ON "app_user" (tenant_id, id)'},
    "contract_tenant": {"postgres": 'CREATE UNIQUE INDEX "contract_tenant" ON "contract" (tenant_id, id)'},
    "invoice_tenant_issuer": {"postgres": 'CREATE UNIQUE INDEX "invoice_tenant_issuer" ON "invoice" (tenant_id, issuer_id, id)'},
    "onboarding_task_tenant": {"postgres": 'CREATE UNIQUE INDEX "onboarding_task_tenant" ON "onboarding_task" (tenant_id, id)'},
}

OLD: Names = {
    "acting_session": {"acting_session_actor_id_fkey": {"postgres": "foreign key (actor_id) references app_user (id) on delete cascade"}},
    "contact": {"contact_user_id_fkey": {"postgres": "foreign key (user_id) references app_user (id) on delete restrict"}},
    "contract": {"contract_predecessor_id_fkey": {"postgres": "foreign key (predecessor_id) references contract (id) on delete restrict"}},
    "credit_note": {"credit_note_invoice_id_fkey": {"postgres": "foreign key (invoice_id) references invoice (id) on delete restrict"}},
    "login_session": {"login_session_user_id_fkey": {"postgres": "foreign key (user_id) references app_user (id) on delete cascade"}},
    "onboarding_task": {"onboarding_task_after_id_fkey": {"postgres": "foreign key (after_id) references onboarding_task (id) on delete restrict"}},
    "payment": {"payment_invoice_id_fkey": {"postgres": "foreign key (invoice_id) references invoice (id) on delete restrict"}},
    "saved_filter": {"saved_filter_user_id_fkey": {"postgres": "foreign key (user_id) references app_user (id) on delete cascade"}},
}
NEW: Names = {
    "acting_session": {"acting_session_actor_within": {"postgres": "foreign key (tenant_id, actor_id) references app_user (tenant_id, id) on delete cascade"}},
    "contact": {"contact_user_within": {"postgres": "foreign key (tenant_id, user_id) references app_user (tenant_id, id) on delete restrict"}},
    "contract": {"contract_predecessor_within": {"postgres": "foreign key (tenant_id, predecessor_id) references contract (tenant_id, id) on delete restrict"}},
    "credit_note": {"credit_note_invoice_within": {"postgres": "foreign key (tenant_id, issuer_id, invoice_id) references invoice (tenant_id, issuer_id, id) on delete restrict"}},
    "login_session": {"login_session_user_within": {"postgres": "foreign key (tenant_id, user_id) references app_user (tenant_id, id) on delete cascade"}},
    "onboarding_task": {"onboarding_task_after_within": {"postgres": "foreign key (tenant_id, after_id) references onboarding_task (tenant_id, id) on delete restrict"}},
    "payment": {"payment_invoice_within": {"postgres": "foreign key (tenant_id, issuer_id, invoice_id) references invoice (tenant_id, issuer_id, id) on delete restrict"}},
    "saved_filter": {"saved_filter_user_within": {"postgres": "foreign key (tenant_id, user_id) references app_user (tenant_id, id) on delete cascade"}},
}


class Migration(migrations.Migration):
    dependencies = [("models", "0021_rare_criteria")]

    operations = [create_indexes(INDEXES), replace_constraints(NEW, OLD)]
