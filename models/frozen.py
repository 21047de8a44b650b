"""What the database itself refuses to change: issued invoices with their lines, credit notes, payments (I7, I14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FINAL = "('ISSUED', 'CANCELLED')"
#: What of an issued invoice never changes; what is left is its payment, and that it is cancelled.
FROZEN = ("id", "tenant_id", "issuer_id", "kind", "number", "billing_month", "currency", "line_count", "subtotal_minor",
          "tax_basis_points", "tax_minor", "total_minor", "issued_at", "due_on", "issuer_name", "billed_name",
          "billed_address")
NEW, OLD = (", ".join(f"{which}.{column}" for column in FROZEN) for which in ("new", "old"))
BACK = "new.status <> old.status and not (old.status = 'ISSUED' and new.status = 'CANCELLED')"
CHANGED, GONE, EXTRA, UNEVEN, UNCREDITED, KEPT = (
    "an issued invoice does not change", "an issued invoice stays", "an issued invoice gets no more lines",
    "the lines do not add up to the invoice", "an issued invoice is cancelled with a full credit note only",
    "it is kept as it was written")
LINES = "select {} from invoice_line where invoice_id = new.id"


@dataclass(frozen=True)
class Trigger:
    """What a database does by itself when a table is written. On PostgreSQL it calls a function."""

    table: str
    name: str
    when: str
    sqlite: str
    postgres: str

    def sql(self, dialect: Literal["postgres", "sqlite"]) -> str:
        return f'CREATE TRIGGER "{self.name}" after {self.when} on "{self.table}" {getattr(self, dialect)}'


def _function(condition: str, message: str, result: str = "new") -> str:
    return (f"returns trigger language plpgsql set search_path from current as $$ begin\n if {condition} then raise exception "
            f"'{message}' using errcode = 'integrity_constraint_violation'; end if;\n return {result}; end $$")


def _abort(condition: str, message: str) -> str:
    return f"begin select raise(abort, '{message}') where {condition}; end"


_SUMMED = (f"new.status = 'ISSUED' and old.status <> 'ISSUED' and (({LINES.format('coalesce(sum(amount_minor), 0)')}) <> "
           f"new.subtotal_minor or ({LINES.format('count(*)')}) <> new.line_count)")
_CREDITED = ("new.status = 'CANCELLED' and old.status = 'ISSUED' and not exists (select 1 from credit_note c "
             "where c.invoice_id = new.id and c.total_minor = new.total_minor)")
_OF_FINAL = f"exists (select 1 from invoice i where i.id = {{}}.invoice_id and i.status in {FINAL}{{}})"
_FULL = " and {}.position > i.line_count"

FUNCTIONS = {
    "invoice_changed": _function(
        f"old.status in {FINAL} and (({NEW}) is distinct from ({OLD}) or {BACK})", CHANGED),
    "invoice_gone": _function(f"old.status in {FINAL}", GONE),
    "invoice_finished": _function(_SUMMED, UNEVEN),
    "invoice_withdrawn": _function(_CREDITED, UNCREDITED),
    "invoice_lines_added": _function(
        f"exists (select 1 from added l join invoice i on i.id = l.invoice_id where i.status in {FINAL}{_FULL.format('l')})",
        EXTRA, "null"),
    "invoice_line_changed": _function(_OF_FINAL.format("old", ""), CHANGED, "null"),
    "never_changed": _function("true", KEPT, "null"),
}


def _each(function: str) -> str:
    return f"for each row execute function {function}()"


TRIGGERS = (
    Trigger("invoice", "invoice_frozen", "update",
            f"when (old.status in {FINAL} and (({NEW}) is not ({OLD}) or {BACK})) {_abort('true', CHANGED)}",
            _each("invoice_changed")),
    Trigger("invoice", "invoice_stays", "delete", f"when (old.status in {FINAL}) {_abort('true', GONE)}",
            _each("invoice_gone")),
    Trigger("invoice", "invoice_adds_up", "update of status", _abort(_SUMMED, UNEVEN), _each("invoice_finished")),
    Trigger("invoice", "invoice_credited", "update of status", _abort(_CREDITED, UNCREDITED), _each("invoice_withdrawn")),
    Trigger("invoice_line", "invoice_line_added", "insert", _abort(_OF_FINAL.format("new", _FULL.format("new")), EXTRA),
            "referencing new table as added for each statement execute function invoice_lines_added()"),
    Trigger("invoice_line", "invoice_line_frozen", "update", _abort(_OF_FINAL.format("old", ""), CHANGED),
            _each("invoice_line_changed")),
    Trigger("invoice_line", "invoice_line_stays", "delete", _abort(_OF_FINAL.format("old", ""), CHANGED),
            _each("invoice_line_changed")),
    *(Trigger(table, f"{table}_{name}", when, _abort("true", KEPT), _each("never_changed"))
      for table in ("credit_note", "payment") for name, when in (("frozen", "update"), ("stays", "delete"))),
)
