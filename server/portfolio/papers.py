"""Imports contracts.csv, invoices.csv and services.csv: what customers have and what it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from typing import Any

from models import Contract, Invoice, InvoiceLine, Service
from models.bulk import pour
from models.contracts import ContractStatus
from models.invoices import ONE, InvoiceLineKind, InvoiceStatus, PaymentState
from models.records import id_of, name_key
from models.services import ENTRY, BillingState, CloudConnectionType, ServiceKind
from server.portfolio.cells import Unfit, minor
from server.portfolio.entities import Entity, Values
from server.portfolio.reading import Line
from server.portfolio.world import Company, Once, World

NUMBERED = (InvoiceStatus.ISSUED.name, InvoiceStatus.CANCELLED.name)
OWING = (PaymentState.DUE.name, PaymentState.OVERDUE.name)
#: What of an issued invoice never changes (I7).
FROZEN = {"number": "number", "billing_month": "billing_month", "subtotal_minor": "subtotal", "tax_minor": "tax",
          "total_minor": "total", "issued_at": "issued_at", "due_on": "due_on", "kind": "kind"}
CLOUDS = {CloudConnectionType.DEDICATED_PORT.name: ServiceKind.PORT.name,
          CloudConnectionType.HOSTED_CONNECTION.name: ServiceKind.VIRTUAL_CIRCUIT.name}


def priced(line: Line, company: Company, columns: dict[str, str]) -> Values:
    """The amounts of a line in minor units of the customer's currency, by the columns of the table; None where empty."""
    if line.values.get("currency", company.currency) != company.currency:
        line.bad("currency", f"is not the customer's, which is {company.currency}")
    found: Values = {}
    for column, stored in columns.items():
        if column in line.values:
            value = line.values[column]
            try:
                found[stored] = None if value is None else minor(value, company.currency)
            except Unfit as unfit:
                line.bad(column, str(unfit))
    return found


class Contracts(Entity):
    """contracts.csv"""

    model = Contract
    twice = "is the number of a contract of the customer", "number"

    def values(self, line: Line) -> Values | None:
        company = self.world.company(line, customer=True)
        if company is None:
            return None
        ends = line.get("ends_on")
        if ends is not None and ends < line.get("starts_on"):
            line.bad("ends_on", "is before starts_on")
        if line.get("terminated_at") is not None and line.get("status") != ContractStatus.TERMINATED.name:
            line.bad("terminated_at", "is for TERMINATED contracts")
        return {"tenant_id": company.id, "currency": company.currency, **priced(line, company, {"value": "value_minor"}),
                **line.some("number", "title", "status", "starts_on", "ends_on", "renewal_on", "auto_renew",
                            "terminated_at")}

    def key(self, values: Values) -> Hashable:
        return values["tenant_id"], values["number"]

    async def existing(self, wanted: Sequence[tuple[Line, Values]]) -> dict[Hashable, Any]:
        there = await Contract.filter(tenant_id__in={values["tenant_id"] for _, values in wanted})
        return {(contract.tenant_id, contract.number): contract for contract in there}

    def fresh(self, line: Line, values: Values) -> Values:
        return {"id": id_of("contract", f"{line.get('tenant')}/{values['number']}"), **values}


class Invoices(Entity):
    """invoices.csv"""

    model = Invoice
    twice = "is the reference of an invoice of the customer", "reference"

    def __init__(self, world: World):
        super().__init__(world)
        self.once_numbered = Once("is the number of an invoice of the same issuer")

    def values(self, line: Line) -> Values | None:
        company = self.world.company(line, customer=True)
        if company is None:
            return None
        assert company.issuer_id is not None
        amounts = priced(line, company, {"subtotal": "subtotal_minor", "tax": "tax_minor", "total": "total_minor",
                                         "due": "due_minor"})
        if line.fits:
            self._check(line, company.issuer_id, amounts)
        return {"id": id_of("invoice", f"{line.get('tenant')}/{line.get('reference')}"), "tenant_id": company.id,
                "issuer_id": company.issuer_id, "currency": company.currency, **amounts,
                **line.some("billing_month", "kind", "status", "payment_state", "number", "issued_at", "due_on",
                            "cancelled_at")}

    def _check(self, line: Line, issuer: int, amounts: Values) -> None:
        total = amounts["subtotal_minor"] + amounts["tax_minor"]
        if amounts.setdefault("total_minor", total) != total:
            line.bad("total", "is not the sum of subtotal and tax")
        if not 0 <= amounts.get("due_minor", 0) <= max(total, 0):
            line.bad("due", "is less than nothing or more than the total")
        status, number = line.get("status"), line.get("number")
        if status in NUMBERED:
            if number is None and status == InvoiceStatus.ISSUED.name:
                line.bad("number", "is empty: an ISSUED invoice has one")
            if number is not None:
                self.once_numbered(line, (issuer, number), "number")
        elif number is not None:
            line.bad("number", f"is for ISSUED and CANCELLED invoices; this one is {status}")
        if line.get("cancelled_at") is not None and status != InvoiceStatus.CANCELLED.name:
            line.bad("cancelled_at", "is for CANCELLED invoices")

    def key(self, values: Values) -> Hashable:
        return int(values["id"])

    async def existing(self, wanted: Sequence[tuple[Line, Values]]) -> dict[Hashable, Any]:
        await self._check_numbers(wanted)
        return {invoice.id: invoice for invoice in await Invoice.filter(id__in=[values["id"] for _, values in wanted])}

    async def _check_numbers(self, wanted: Sequence[tuple[Line, Values]]) -> None:
        numbered = {(values["issuer_id"], number): line for line, values in wanted if (number := values.get("number"))}
        ids = {id(line): values["id"] for line, values in wanted}
        taken = await Invoice.filter(issuer_id__in={issuer for issuer, _ in numbered},
                                     number__in={number for _, number in numbered}) if numbered else []
        for invoice in taken:
            line = numbered.get((invoice.issuer_id, invoice.number))
            if line is not None and invoice.id != ids[id(line)]:
                line.bad("number", "is the number of another invoice of the same issuer in the database")

    def fresh(self, line: Line, values: Values) -> Values:
        status = values["status"]
        paid = values.get("payment_state") or (PaymentState.DUE if status == InvoiceStatus.ISSUED.name
                                               else PaymentState.NOT_DUE).name
        due = values["total_minor"] if paid in OWING else 0
        return {"payment_state": paid, "due_minor": due, "line_count": 1, **values}

    def may_change(self, line: Line, record: Invoice, changed: Values) -> None:
        if record.status not in NUMBERED:
            if changed.keys() & {"subtotal_minor", "tax_minor"}:
                changed.update(line_count=1, tax_basis_points=None)
            return
        if changed.get("status") == InvoiceStatus.CANCELLED.name:
            line.bad("status", "is ISSUED in the database: cancel it in the portal, which makes its credit note")
        for column in FROZEN.keys() & changed.keys():
            line.bad(FROZEN[column], f"is {getattr(record, column)} in the database; an {record.status} invoice does not "
                     "change")
        if changed.get("status", record.status) not in NUMBERED:
            line.bad("status", f"is {record.status} in the database, and does not go back")

    async def beside(self, fresh: Sequence[Values], changes: Sequence[tuple[int, Values]]) -> None:
        """One line for all that an invoice charges: what it was for is not in the file."""
        again = [id for id, changed in changes if "line_count" in changed]
        sums = {id: changed.get("subtotal_minor") for id, changed in changes if id in again}
        await InvoiceLine.filter(invoice_id__in=again).delete()
        there = [(invoice.id, sums[invoice.id] if sums[invoice.id] is not None else invoice.subtotal_minor, invoice.currency)
                 for invoice in await Invoice.filter(id__in=again)]
        new = [(row["id"], row["subtotal_minor"], row["currency"]) for row in fresh]
        await pour(InvoiceLine, [{
            "id": id, "invoice_id": id, "position": 1, "kind": InvoiceLineKind.ONE_OFF.name, "description": "As billed",
            "quantity_milli": ONE, "unit_price_minor": subtotal, "amount_minor": subtotal, "currency": currency}
            for id, subtotal, currency in (*there, *new)])


class Services(Entity):
    """services.csv"""

    model = Service
    twice = "is the reference of a service of the customer", "reference"

    def values(self, line: Line) -> Values | None:
        company = self.world.company(line, customer=True)
        if company is None:
            return None
        self._check(line)
        key = name_key(line.get("name"))
        return {"tenant_id": company.id, "currency": company.currency, "name_key": key,
                **priced(line, company, {"monthly_charge": "monthly_charge_minor"}),
                **line.some("reference", "kind", "name", "product", "status", "cloud_connection", "billing_state",
                            "billing_entry_expected_by", "ordered_at", "provisioned_at", "expires_on")}

    def _check(self, line: Line) -> None:
        billing, charge = line.get("billing_state"), line.get("monthly_charge")
        if charge is None and billing in (BillingState.BILLED.name, BillingState.PENDING_ENTRY.name):
            line.bad("monthly_charge", f"is empty: a {billing} service costs something, if only 0")
        if charge is not None and charge < 0:
            line.bad("monthly_charge", "is less than nothing")
        cloud = line.get("cloud_connection")
        if cloud is not None and line.get("kind") != CLOUDS[cloud]:
            line.bad("cloud_connection", f"is for services of the kind {CLOUDS[cloud]}")
        by, since = line.get("billing_entry_expected_by"), line.get("provisioned_at")
        if billing != BillingState.PENDING_ENTRY.name:
            if by is not None:
                line.bad("billing_entry_expected_by", "is for PENDING_ENTRY services")
        elif since is None:
            line.bad("provisioned_at", "is empty: a PENDING_ENTRY service has been provisioned")
        elif by is None:
            line.values["billing_entry_expected_by"] = (since + dt.timedelta(days=ENTRY)).date()
        elif by > (since + dt.timedelta(days=ENTRY)).date():
            line.bad("billing_entry_expected_by", f"is more than {ENTRY} days after provisioned_at")

    def key(self, values: Values) -> Hashable:
        return values["tenant_id"], values["reference"]

    async def existing(self, wanted: Sequence[tuple[Line, Values]]) -> dict[Hashable, Any]:
        there = await Service.filter(tenant_id__in={values["tenant_id"] for _, values in wanted})
        return {(service.tenant_id, service.reference): service for service in there}

    def fresh(self, line: Line, values: Values) -> Values:
        self.world.tallied.add(values["tenant_id"])
        return {"id": id_of("service", f"{line.get('tenant')}/{values['reference']}"), **values}

    def may_change(self, line: Line, record: Service, changed: Values) -> None:
        self.world.tallied.add(record.tenant_id)
