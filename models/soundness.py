"""Whether what is stored fits together: sums, lists, references and the audit trail, each worked out anew from its parts."""

from __future__ import annotations

from models.audit import chains, verify
from models.reach import unlike
from models.transaction import on_postgres, sql_rows

#: Each gives the rows that are wrong, by their ids, and what is wrong with them.
SUMS = {
    "customer {id} does not have the MRR of its billed services (I8)": """select c.id from customer c
 left join service s on s.tenant_id = c.id group by c.id, c.mrr_minor, c.mrr_pending_minor
 having c.mrr_minor <> coalesce(sum(case when s.billing_state = 'BILLED' then s.monthly_charge_minor end), 0)
 or c.mrr_pending_minor <> coalesce(sum(case when s.billing_state = 'PENDING_ENTRY' then s.monthly_charge_minor end), 0)""",
    "invoice {id} is not the sum of its lines (I6)": """select i.id from invoice i
 left join invoice_line l on l.invoice_id = i.id group by i.id, i.subtotal_minor, i.line_count
 having coalesce(sum(l.amount_minor), 0) <> i.subtotal_minor or count(l.id) <> i.line_count""",
    "invoice {id} is not its subtotal and tax (I6)": "select id from invoice where subtotal_minor + tax_minor <> total_minor",
    "invoice {id} was paid in other sums than its payments": """select i.id from invoice i
 join payment p on p.invoice_id = i.id where i.payment_state <> 'WRITTEN_OFF' and i.status = 'ISSUED'
 group by i.id, i.total_minor, i.due_minor having sum(p.amount_minor) > i.total_minor - i.due_minor""",
    "credit note {id} does not take its invoice back in full": """select n.id from credit_note n
 join invoice i on i.id = n.invoice_id where n.total_minor <> i.total_minor or i.status <> 'CANCELLED'""",
}
#: How many wrong rows of a sort are told of.
TOLD = 5


async def unsound() -> list[str]:
    """What does not fit together, a sentence each; nothing of it, ever, whatever became of the processes that wrote.

    Needs the keys under which the audit trail was signed (models.signing).
    """
    found = []
    for sentence, sql in SUMS.items():
        found += [sentence.format(**row) for row in await sql_rows(f"{sql} limit {TOLD}")]
    found += [f"the closure of tenant {row['tenant_id']} is wrong: {row['how']}" for row in (await unlike())[:TOLD]]
    for tenant_id in await chains():
        if (seq := await verify(tenant_id)) is not None:
            found.append(f"the audit trail of tenant {tenant_id} does not verify from entry {seq} on")
    return found + ([] if on_postgres() else await _broken_pages())


async def _broken_pages() -> list[str]:
    pages = [row["integrity_check"] for row in await sql_rows("pragma integrity_check")]
    rows = await sql_rows("pragma foreign_key_check")
    return [f"the file is damaged: {told}" for told in pages if told != "ok"] + [
        f"a row of {row['table']} refers to a missing one of {row['parent']}" for row in rows[:TOLD]]
