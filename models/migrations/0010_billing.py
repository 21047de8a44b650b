"""Lines, payments and credit notes of invoices; their numbers; and what the database refuses to change of them."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.operations import RunPython

from models.migrations._steps import Names, Text, add_constraints, create_functions, create_indexes, create_triggers
from models.records import new_id

#: Invoices that are there already get one line for all that they charge, with the invoice's own id.
FILL = (
    """INSERT INTO invoice_line (id, invoice_id, position, kind, description, quantity_milli, unit_price_minor, amount_minor,
 currency) SELECT id, id, 1, 'ONE_OFF', 'As billed', 1000, subtotal_minor, subtotal_minor, currency FROM invoice""",
    "UPDATE invoice SET line_count = 1",
)
CONSTRAINTS: Names = {
    "invoice": {
        "invoice_kind_known": "check (kind in ('MONTHLY', 'SINGLE'))",
        "invoice_line_count_least": {
            "postgres": "check (line_count >= 0)",
            "sqlite": "check (typeof(line_count) = 'integer' and line_count >= 0)",
        },
        "invoice_taxed": (
            "check (tax_basis_points is null or tax_basis_points between 0 and 5000 and subtotal_minor >= 0 and "
            "tax_minor = (subtotal_minor * tax_basis_points + 5000) / 10000)"
        ),
        "invoice_owes_no_more": "check (due_minor = 0 or due_minor between 0 and total_minor)",
    },
    "invoice_line": {
        "invoice_line_kind_known": "check (kind in ('SUBSCRIPTION', 'USAGE', 'ONE_OFF', 'DISCOUNT'))",
        "invoice_line_position_least": {
            "postgres": "check (position >= 1)",
            "sqlite": "check (typeof(position) = 'integer' and position >= 1)",
        },
        "invoice_line_currency_code": {
            "postgres": "check (currency ~ '^[A-Z]{3}$')",
            "sqlite": "check (currency glob '[A-Z][A-Z][A-Z]')",
        },
        "invoice_line_unit_price_minor_amount": {
            "postgres": "check (unit_price_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": (
                "check (unit_price_minor is null or typeof(unit_price_minor) = 'integer' and unit_price_minor between "
                "-1000000000000000 and 1000000000000000)"
            ),
        },
        "invoice_line_amount_minor_amount": {
            "postgres": "check (amount_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": (
                "check (amount_minor is null or typeof(amount_minor) = 'integer' and amount_minor between "
                "-1000000000000000 and 1000000000000000)"
            ),
        },
        "invoice_line_multiplied": "check (abs(amount_minor * 1000 - quantity_milli * unit_price_minor) <= 500)",
    },
    "credit_note": {
        "credit_note_sum": "check (subtotal_minor + tax_minor = total_minor)",
        "credit_note_subtotal_minor_amount": {
            "postgres": "check (subtotal_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": (
                "check (subtotal_minor is null or typeof(subtotal_minor) = 'integer' and subtotal_minor between "
                "-1000000000000000 and 1000000000000000)"
            ),
        },
        "credit_note_tax_minor_amount": {
            "postgres": "check (tax_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": (
                "check (tax_minor is null or typeof(tax_minor) = 'integer' and tax_minor between -1000000000000000 and "
                "1000000000000000)"
            ),
        },
        "credit_note_total_minor_amount": {
            "postgres": "check (total_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": (
                "check (total_minor is null or typeof(total_minor) = 'integer' and total_minor between -1000000000000000 "
                "and 1000000000000000)"
            ),
        },
        "credit_note_currency_code": {
            "postgres": "check (currency ~ '^[A-Z]{3}$')",
            "sqlite": "check (currency glob '[A-Z][A-Z][A-Z]')",
        },
    },
    "payment": {
        "payment_amount_minor_amount": {
            "postgres": "check (amount_minor between -1000000000000000 and 1000000000000000)",
            "sqlite": (
                "check (amount_minor is null or typeof(amount_minor) = 'integer' and amount_minor between "
                "-1000000000000000 and 1000000000000000)"
            ),
        },
        "payment_of_something": "check (amount_minor > 0)",
        "payment_currency_code": {
            "postgres": "check (currency ~ '^[A-Z]{3}$')",
            "sqlite": "check (currency glob '[A-Z][A-Z][A-Z]')",
        },
    },
    "number_series": {
        "number_series_series_known": "check (series in ('INVOICE', 'CREDIT_NOTE'))",
        "number_series_given_least": {
            "postgres": "check (given >= 0)",
            "sqlite": "check (typeof(given) = 'integer' and given >= 0)",
        },
    },
}
INDEXES: dict[str, Text] = {
    "invoice_one_monthly": (
        "CREATE UNIQUE INDEX \"invoice_one_monthly\" ON \"invoice\" (tenant_id, billing_month) where kind = 'MONTHLY' "
        "and status <> 'CANCELLED'"
    ),
    "invoice_running": (
        "CREATE INDEX \"invoice_running\" ON \"invoice\" (billing_month, issuer_id) where kind = 'MONTHLY' and status "
        "= 'PROFORMA'"
    ),
    "invoice_unpaid": "CREATE INDEX \"invoice_unpaid\" ON \"invoice\" (due_on) where status = 'ISSUED' and payment_state = 'DUE'",
}
FUNCTIONS = {
    "invoice_changed": (
        "returns trigger language plpgsql set search_path from current as $$ begin\n if old.status in ('ISSUED', "
        "'CANCELLED') and ((new.id, new.tenant_id, new.issuer_id, new.kind, new.number, new.billing_month, "
        "new.currency, new.line_count, new.subtotal_minor, new.tax_basis_points, new.tax_minor, new.total_minor, "
        "new.issued_at, new.due_on, new.issuer_name, new.billed_name, new.billed_address) is distinct from "
        "(old.id, old.tenant_id, old.issuer_id, old.kind, old.number, old.billing_month, old.currency, "
        "old.line_count, old.subtotal_minor, old.tax_basis_points, old.tax_minor, old.total_minor, old.issued_at, "
        "old.due_on, old.issuer_name, old.billed_name, old.billed_address) or new.status <> old.status and not "
        "(old.status = 'ISSUED' and new.status = 'CANCELLED')) then raise exception 'an issued invoice does not "
        "change' using errcode = 'integrity_constraint_violation'; end if;\n return new; end $$"
    ),
    "invoice_gone": (
        "returns trigger language plpgsql set search_path from current as $$ begin\n if old.status in ('ISSUED', "
        "'CANCELLED') then raise exception 'an issued invoice stays' using errcode = "
        "'integrity_constraint_violation'; end if;\n return new; end $$"
    ),
    "invoice_finished": (
        "returns trigger language plpgsql set search_path from current as $$ begin\n if new.status = 'ISSUED' and "
        "old.status <> 'ISSUED' and ((select coalesce(sum(amount_minor), 0) from invoice_line where invoice_id = "
        "new.id) <> new.subtotal_minor or (select count(*) from invoice_line where invoice_id = new.id) <> "
        "new.line_count) then raise exception 'the lines do not add up to the invoice' using errcode = "
        "'integrity_constraint_violation'; end if;\n return new; end $$"
    ),
    "invoice_withdrawn": (
        "returns trigger language plpgsql set search_path from current as $$ begin\n if new.status = 'CANCELLED' "
        "and old.status = 'ISSUED' and not exists (select 1 from credit_note c where c.invoice_id = new.id and "
        "c.total_minor = new.total_minor) then raise exception 'an issued invoice is cancelled with a full credit "
        "note only' using errcode = 'integrity_constraint_violation'; end if;\n return new; end $$"
    ),
    "invoice_lines_added": (
        "returns trigger language plpgsql set search_path from current as $$ begin\n if exists (select 1 from "
        "added l join invoice i on i.id = l.invoice_id where i.status in ('ISSUED', 'CANCELLED') and l.position > "
        "i.line_count) then raise exception 'an issued invoice gets no more lines' using errcode = "
        "'integrity_constraint_violation'; end if;\n return null; end $$"
    ),
    "invoice_line_changed": (
        "returns trigger language plpgsql set search_path from current as $$ begin\n if exists (select 1 from "
        "invoice i where i.id = old.invoice_id and i.status in ('ISSUED', 'CANCELLED')) then raise exception 'an "
        "issued invoice does not change' using errcode = 'integrity_constraint_violation'; end if;\n return null; "
        "end $$"
    ),
    "never_changed": (
        "returns trigger language plpgsql set search_path from current as $$ begin\n if true then raise exception "
        "'it is kept as it was written' using errcode = 'integrity_constraint_violation'; end if;\n return null; "
        "end $$"
    ),
}
TRIGGERS: dict[str, dict[str, Text]] = {
    "invoice": {
        "invoice_frozen": {
            "postgres": 'CREATE TRIGGER "invoice_frozen" after update on "invoice" for each row execute function invoice_changed()',
            "sqlite": (
                "CREATE TRIGGER \"invoice_frozen\" after update on \"invoice\" when (old.status in ('ISSUED', 'CANCELLED') "
                "and ((new.id, new.tenant_id, new.issuer_id, new.kind, new.number, new.billing_month, new.currency, "
                "new.line_count, new.subtotal_minor, new.tax_basis_points, new.tax_minor, new.total_minor, new.issued_at, "
                "new.due_on, new.issuer_name, new.billed_name, new.billed_address) is not (old.id, old.tenant_id, "
                "old.issuer_id, old.kind, old.number, old.billing_month, old.currency, old.line_count, "
                "old.subtotal_minor, old.tax_basis_points, old.tax_minor, old.total_minor, old.issued_at, old.due_on, "
                "old.issuer_name, old.billed_name, old.billed_address) or new.status <> old.status and not (old.status = "
                "'ISSUED' and new.status = 'CANCELLED'))) begin select raise(abort, 'an issued invoice does not change') "
                "where true; end"
            ),
        },
        "invoice_stays": {
            "postgres": 'CREATE TRIGGER "invoice_stays" after delete on "invoice" for each row execute function invoice_gone()',
            "sqlite": (
                "CREATE TRIGGER \"invoice_stays\" after delete on \"invoice\" when (old.status in ('ISSUED', 'CANCELLED')) "
                "begin select raise(abort, 'an issued invoice stays') where true; end"
            ),
        },
        "invoice_adds_up": {
            "postgres": (
                'CREATE TRIGGER "invoice_adds_up" after update of status on "invoice" for each row execute function '
                "invoice_finished()"
            ),
            "sqlite": (
                "CREATE TRIGGER \"invoice_adds_up\" after update of status on \"invoice\" begin select raise(abort, 'the "
                "lines do not add up to the invoice') where new.status = 'ISSUED' and old.status <> 'ISSUED' and ((select "
                "coalesce(sum(amount_minor), 0) from invoice_line where invoice_id = new.id) <> new.subtotal_minor or "
                "(select count(*) from invoice_line where invoice_id = new.id) <> new.line_count); end"
            ),
        },
        "invoice_credited": {
            "postgres": (
                'CREATE TRIGGER "invoice_credited" after update of status on "invoice" for each row execute function '
                "invoice_withdrawn()"
            ),
            "sqlite": (
                "CREATE TRIGGER \"invoice_credited\" after update of status on \"invoice\" begin select raise(abort, 'an "
                "issued invoice is cancelled with a full credit note only') where new.status = 'CANCELLED' and old.status "
                "= 'ISSUED' and not exists (select 1 from credit_note c where c.invoice_id = new.id and c.total_minor = "
                "new.total_minor); end"
            ),
        },
    },
    "invoice_line": {
        "invoice_line_added": {
            "postgres": (
                'CREATE TRIGGER "invoice_line_added" after insert on "invoice_line" referencing new table as added for '
                "each statement execute function invoice_lines_added()"
            ),
            "sqlite": (
                "CREATE TRIGGER \"invoice_line_added\" after insert on \"invoice_line\" begin select raise(abort, 'an issued "
                "invoice gets no more lines') where exists (select 1 from invoice i where i.id = new.invoice_id and "
                "i.status in ('ISSUED', 'CANCELLED') and new.position > i.line_count); end"
            ),
        },
        "invoice_line_frozen": {
            "postgres": (
                'CREATE TRIGGER "invoice_line_frozen" after update on "invoice_line" for each row execute function '
                "invoice_line_changed()"
            ),
            "sqlite": (
                "CREATE TRIGGER \"invoice_line_frozen\" after update on \"invoice_line\" begin select raise(abort, 'an issued "
                "invoice does not change') where exists (select 1 from invoice i where i.id = old.invoice_id and i.status "
                "in ('ISSUED', 'CANCELLED')); end"
            ),
        },
        "invoice_line_stays": {
            "postgres": (
                'CREATE TRIGGER "invoice_line_stays" after delete on "invoice_line" for each row execute function '
                "invoice_line_changed()"
            ),
            "sqlite": (
                "CREATE TRIGGER \"invoice_line_stays\" after delete on \"invoice_line\" begin select raise(abort, 'an issued "
                "invoice does not change') where exists (select 1 from invoice i where i.id = old.invoice_id and i.status "
                "in ('ISSUED', 'CANCELLED')); end"
            ),
        },
    },
    "credit_note": {
        "credit_note_frozen": {
            "postgres": (
                'CREATE TRIGGER "credit_note_frozen" after update on "credit_note" for each row execute function '
                "never_changed()"
            ),
            "sqlite": (
                "CREATE TRIGGER \"credit_note_frozen\" after update on \"credit_note\" begin select raise(abort, 'it is kept "
                "as it was written') where true; end"
            ),
        },
        "credit_note_stays": {
            "postgres": (
                'CREATE TRIGGER "credit_note_stays" after delete on "credit_note" for each row execute function '
                "never_changed()"
            ),
            "sqlite": (
                "CREATE TRIGGER \"credit_note_stays\" after delete on \"credit_note\" begin select raise(abort, 'it is kept "
                "as it was written') where true; end"
            ),
        },
    },
    "payment": {
        "payment_frozen": {
            "postgres": 'CREATE TRIGGER "payment_frozen" after update on "payment" for each row execute function never_changed()',
            "sqlite": (
                "CREATE TRIGGER \"payment_frozen\" after update on \"payment\" begin select raise(abort, 'it is kept as it "
                "was written') where true; end"
            ),
        },
        "payment_stays": {
            "postgres": 'CREATE TRIGGER "payment_stays" after delete on "payment" for each row execute function never_changed()',
            "sqlite": (
                "CREATE TRIGGER \"payment_stays\" after delete on \"payment\" begin select raise(abort, 'it is kept as it was "
                "written') where true; end"
            ),
        },
    },
}


async def _fill(_apps: Any, editor: Any) -> None:
    for statement in FILL:
        await editor.client.execute_query(statement)


async def _leave(_apps: Any, _editor: Any) -> None:
    """Going back drops the table."""


class Migration(migrations.Migration):
    dependencies = [("models", "0009_onboarding")]

    operations = [
        ops.CreateModel(
            name='CreditNote',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('tenant', fields.ForeignKeyField('models.Tenant', source_field='tenant_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('issuer', fields.ForeignKeyField('models.Tenant', source_field='issuer_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('invoice', fields.ForeignKeyField('models.Invoice', source_field='invoice_id', unique=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('number', fields.CharField(max_length=50)),
                ('subtotal_minor', fields.BigIntField()),
                ('tax_minor', fields.BigIntField()),
                ('total_minor', fields.BigIntField()),
                ('currency', fields.CharField(max_length=3)),
                ('reason', fields.CharField(max_length=500)),
                ('issued_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'credit_note', 'app': 'models', 'unique_together': (('issuer_id', 'number'),), 'indexes': [Index(fields=['tenant_id', 'issued_at'])], 'pk_attr': 'id', 'table_description': 'Takes back an issued invoice in full. Never changed.'},
            bases=['Record'],
        ),
        ops.CreateModel(
            name='InvoiceLine',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('invoice', fields.ForeignKeyField('models.Invoice', source_field='invoice_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('position', fields.IntField(description="From 1 up to the invoice's `line_count`.")),
                ('kind', fields.CharField(max_length=20)),
                ('description', fields.CharField(max_length=500)),
                ('quantity_milli', fields.BigIntField()),
                ('unit_price_minor', fields.BigIntField()),
                ('amount_minor', fields.BigIntField()),
                ('currency', fields.CharField(max_length=3)),
                ('service_id', fields.BigIntField(null=True)),
            ],
            options={'table': 'invoice_line', 'app': 'models', 'unique_together': (('invoice_id', 'position'),), 'pk_attr': 'id', 'table_description': 'What an invoice charges for. They add up to its subtotal; `service` may be gone while the line stays.'},
            bases=['Record'],
        ),
        ops.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('issuer', fields.ForeignKeyField('models.Tenant', source_field='issuer_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('series', fields.CharField(max_length=20)),
                ('year', fields.IntField()),
                ('given', fields.IntField()),
            ],
            options={'table': 'number_series', 'app': 'models', 'unique_together': (('issuer_id', 'series', 'year'),), 'pk_attr': 'id', 'table_description': 'The last number that an issuer gave in a year.'},
            bases=['Record'],
        ),
        ops.CreateModel(
            name='Payment',
            fields=[
                ('id', fields.BigIntField(primary_key=True, generated=False, default=new_id, unique=True, db_index=True)),
                ('tenant', fields.ForeignKeyField('models.Tenant', source_field='tenant_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('issuer', fields.ForeignKeyField('models.Tenant', source_field='issuer_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('invoice', fields.ForeignKeyField('models.Invoice', source_field='invoice_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('amount_minor', fields.BigIntField()),
                ('currency', fields.CharField(max_length=3)),
                ('paid_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('recorded_by_id', fields.BigIntField(null=True)),
            ],
            options={'table': 'payment', 'app': 'models', 'indexes': [Index(fields=['invoice_id', 'paid_at'])], 'pk_attr': 'id', 'table_description': 'Money that came in for an invoice. Never changed.'},
            bases=['Record'],
        ),
        ops.AddField(
            model_name='Invoice',
            name='billed_address',
            field=fields.CharField(null=True, max_length=500),
        ),
        ops.AddField(
            model_name='Invoice',
            name='billed_name',
            field=fields.CharField(null=True, max_length=200),
        ),
        ops.AddField(
            model_name='Invoice',
            name='issuer_name',
            field=fields.CharField(null=True, description='Who billed whom, as they were called when it was issued.', max_length=200),
        ),
        ops.AddField(
            model_name='Invoice',
            name='kind',
            field=fields.CharField(default='SINGLE', db_default='SINGLE', max_length=20),
        ),
        ops.AddField(
            model_name='Invoice',
            name='line_count',
            field=fields.IntField(default=0, description='How many lines it has; once issued it takes no more than these.', db_default=0),
        ),
        ops.AddField(
            model_name='Invoice',
            name='tax_basis_points',
            field=fields.IntField(null=True, description='In hundredths of a per cent; null where the tax was worked out elsewhere.'),
        ),
        RunPython(_fill, _leave),
        add_constraints(CONSTRAINTS),
        create_indexes(INDEXES),
        create_functions(FUNCTIONS),
        *(create_triggers(table, triggers) for table, triggers in TRIGGERS.items()),
    ]
