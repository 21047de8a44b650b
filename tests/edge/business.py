"""Mutations of what partners look after (services, contracts, invoices, exports and the list), each ready to be made once more."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

from models.reports import ReportRun
from server.portfolio.story import tenant_id
from tests.billing import Shop, shop
from tests.client import Person
from tests.edge.everything import ADMIN, Everything, Ready
from tests.stored import connected

ACME, PARTNER, GLOBAL = (f"cus_{tenant_id('acme')}", f"ten_{tenant_id('brightline')}", f"cus_{tenant_id('global')}")
PATIENCE = 20  # seconds until a job has been done


class Business:
    """What `Everything` does not know to prepare: each method makes one mutation possible, again and again."""

    def __init__(self, everything: Everything):
        self.all, self.person, self.stored = everything, everything.somebody(ADMIN), everything.stored
        self._counter: Shop | None = None

    def new(self, word: str) -> str:
        return f"{word} {next(self.all.number)}"

    def ready(self, name: str, by: Person | None = None, /, **input: Any) -> Ready:
        return Ready(by or self.person, name, input)

    async def made(self, name: str, path: str, /, **input: Any) -> str:
        """The id that a mutation answers with, beneath a field of its payload."""
        answer = await self.person.ask(f"mutation($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ "
                                       f"{path} {{ id }} userErrors {{ message }} }} }}", {"input": input})
        payload = answer["data"][name]
        assert payload["userErrors"] == [], payload
        found = payload[path]
        return str(found[0]["id"] if isinstance(found, list) else found["id"])

    async def counter(self) -> Shop:
        """A reseller of its own that sends invoices."""
        if self._counter is None:
            self._counter = await shop(self.all.server)
        return self._counter

    async def until(self, sql: str, *values: Any) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await self.stored.rows(sql, *values):  # noqa: ASYNC110 - nothing tells when
                await asyncio.sleep(0.02)

    # -- services

    async def add_services(self) -> Ready:
        return self.ready("addServices", customerId=ACME, products=[{"product": "Mail archive", "name": self.new("Letters")}])

    async def service_action(self) -> Ready:
        service = await self.made("addServices", "services", **(await self.add_services()).input)
        return self.ready("serviceAction", serviceId=service, action="DELETE")

    async def mark_notifications_read(self) -> Ready:
        [[before]] = await self.stored.rows("SELECT count(*) FROM notification")
        await (await self.add_services()).made()
        await self.until("SELECT 1 WHERE (SELECT count(*) FROM notification) > $1", before)
        return self.ready("markNotificationsRead")

    async def set_notification_preference(self) -> Ready:
        kept = await self.stored.rows("SELECT in_app FROM notification_preference WHERE event = 'UPDATED'")
        return self.ready("setNotificationPreference", event="UPDATED", customerId=ACME, inApp=not (kept and kept[0][0]))

    async def report_source_data(self) -> Ready:
        return self.ready("reportSourceData", tenantId=ACME.replace("cus", "ten"), feeds=[{"name": self.new("feed"), "status": "SUCCESS"}])

    # -- customers

    async def create_customer(self) -> Ready:
        admin = {"firstName": "Ann", "lastName": "Lee", "email": self.all.address(), "password": "a fine first secret"}
        return self.ready("createCustomer", companyName=self.new("Founded"), admin=admin)

    async def update_customer(self) -> Ready:
        return self.ready("updateCustomer", customerId=ACME, phone=f"+1 555 {next(self.all.number) + 1000}")

    async def set_customer_tags(self) -> Ready:
        return self.ready("setCustomerTags", customerId=ACME, add=[self.new("Tag")])

    async def upsert_contact(self) -> Ready:
        contact = {"type": "TECHNICAL", "name": self.new("Contact"), "email": self.all.address()}
        return self.ready("upsertContact", tenantId=PARTNER, contact=contact)

    async def delete_contact(self) -> Ready:
        contact = await self.made("upsertContact", "contact", **(await self.upsert_contact()).input)
        return self.ready("deleteContact", contactId=contact)

    async def task(self) -> tuple[str, str]:
        [[id, status]] = await self.stored.rows("SELECT id, status FROM onboarding_task WHERE tenant_id = $1 AND "
                                                "kind = 'COMPANY_PROFILE'", int(GLOBAL[4:]))
        return f"obt_{id}", str(status)

    async def start_onboarding_task(self) -> Ready:
        task, status = await self.task()
        if status == "IN_PROGRESS":
            await (await self.complete_onboarding_task()).made()
        return self.ready("startOnboardingTask", taskId=task)

    async def complete_onboarding_task(self) -> Ready:
        task, status = await self.task()
        if status != "IN_PROGRESS":
            await (await self.start_onboarding_task()).made()
        return self.ready("completeOnboardingTask", taskId=task, outcome="FAILED")

    # -- the list

    async def set_list_preferences(self) -> Ready:
        kept = await self.stored.rows("SELECT density FROM list_preferences WHERE density IS NOT NULL")
        return self.ready("setListPreferences", density="COMFORTABLE" if kept and kept[0][0] == "COMPACT" else "COMPACT")

    async def save_filter(self) -> Ready:
        return self.ready("saveFilter", name=self.new("Filter"), filter={"status": ["ACTIVE"]})

    async def delete_filter(self) -> Ready:
        return self.ready("deleteFilter", filterId=await self.made("saveFilter", "filter", **(await self.save_filter()).input))

    async def pinned(self) -> bool:
        answer = await self.person.ask(f'{{ customer(id: "{ACME}") {{ isPinned }} }}')
        return bool(answer["data"]["customer"]["isPinned"])

    async def pin_customer(self) -> Ready:
        if await self.pinned():
            await self.ready("unpinCustomer", customerId=ACME).made()
        return self.ready("pinCustomer", customerId=ACME)

    async def unpin_customer(self) -> Ready:
        if not await self.pinned():
            await self.ready("pinCustomer", customerId=ACME).made()
        return self.ready("unpinCustomer", customerId=ACME)

    # -- exports

    async def export_now(self) -> Ready:
        return self.ready("exportNow", kind="CUSTOMER_LIST", format="CSV")

    async def download_report(self) -> Ready:
        run = await self.made("exportNow", "run", **(await self.export_now()).input)
        await self.until("SELECT 1 FROM report_run WHERE id = $1 AND status = 'SUCCEEDED'", int(run[4:]))
        return self.ready("downloadReport", runId=run)

    async def cancel_report(self) -> Ready:
        """Of a report for which no worker will come."""
        ready = await self.download_report()
        async with connected(self.all.server.database_url):
            await ReportRun.filter(id=int(ready.input["runId"][4:])).update(status="QUEUED")
        return self.ready("cancelReport", **ready.input)

    # -- machines

    async def create_api_key(self) -> Ready:
        return self.ready("createApiKey", name=self.new("Key"), tenantId=PARTNER, capabilities=["CUSTOMER_VIEW"])

    async def revoke_api_key(self) -> Ready:
        return self.ready("revokeApiKey", apiKeyId=await self.made("createApiKey", "apiKey", **(await self.create_api_key()).input))

    # -- contracts and invoices

    async def create_contract(self) -> Ready:
        begins = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
        return self.ready("createContract", customerId=ACME, title=self.new("Connectivity"), startsOn=begins.isoformat(), currency="EUR")

    async def set_contract_status(self) -> Ready:
        contract = await self.made("createContract", "contract", **(await self.create_contract()).input)
        return self.ready("setContractStatus", contractId=contract, status="PENDING_ACCEPTANCE")

    async def advance_invoice(self) -> Ready:
        counter = await self.counter()
        invoice = await counter.invoice(10_00, status="ISSUABLE")
        return self.ready("advanceInvoice", counter.admin, invoiceId=invoice, to="ISSUED")

    async def cancel_invoice(self) -> Ready:
        return await self.issued("cancelInvoice", reason="Billed twice")

    async def record_payment(self) -> Ready:
        return await self.issued("recordPayment", amount="4.00")

    async def export_invoice(self) -> Ready:
        return await self.issued("exportInvoice", format="PDF")

    async def generate_invoices(self) -> Ready:
        counter = await self.counter()
        customer = await counter.customer(10_00)
        return self.ready("generateInvoices", counter.admin, billingMonth="2026-08", customerIds=[customer])

    async def issued(self, name: str, **input: Any) -> Ready:
        """A mutation of an invoice that has just been issued."""
        counter = await self.counter()
        return self.ready(name, counter.admin, invoiceId=(await counter.issued(10_00))["id"], **input)


BUSINESS: dict[str, Callable[[Business], Awaitable[Ready]]] = {
    "addServices": Business.add_services,
    "serviceAction": Business.service_action,
    "markNotificationsRead": Business.mark_notifications_read,
    "setNotificationPreference": Business.set_notification_preference,
    "reportSourceData": Business.report_source_data,
    "createCustomer": Business.create_customer,
    "updateCustomer": Business.update_customer,
    "setCustomerTags": Business.set_customer_tags,
    "upsertContact": Business.upsert_contact,
    "deleteContact": Business.delete_contact,
    "startOnboardingTask": Business.start_onboarding_task,
    "completeOnboardingTask": Business.complete_onboarding_task,
    "setListPreferences": Business.set_list_preferences,
    "saveFilter": Business.save_filter,
    "deleteFilter": Business.delete_filter,
    "pinCustomer": Business.pin_customer,
    "unpinCustomer": Business.unpin_customer,
    "exportNow": Business.export_now,
    "downloadReport": Business.download_report,
    "cancelReport": Business.cancel_report,
    "createApiKey": Business.create_api_key,
    "revokeApiKey": Business.revoke_api_key,
    "createContract": Business.create_contract,
    "setContractStatus": Business.set_contract_status,
    "advanceInvoice": Business.advance_invoice,
    "cancelInvoice": Business.cancel_invoice,
    "recordPayment": Business.record_payment,
    "exportInvoice": Business.export_invoice,
    "generateInvoices": Business.generate_invoices,
}
