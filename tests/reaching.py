"""Contacts and notifications as tests use them: the documents, and events as the product writes them."""

import datetime as dt
from typing import Any

from models import Event, Service, Tenant
from models.events import EventKind, announce
from models.transaction import unit_of_work
from tests.client import Person
from tests.servers import Server
from tests.stored import connected
from tests.ticking import tick

CONTACT = """id version type name email phone subscribedTo user { email } tenant { name }
  address { line1 line2 city stateOrProvince postalCode country }"""
ERRORS = "userErrors { code message path requiredCapability } warnings { code path } auditEntryId"
UPSERT = f"""mutation($input: UpsertContactInput!, $options: MutationOptions) {{
  upsertContact(input: $input, options: $options) {{ contact {{ {CONTACT} }} {ERRORS} }} }}"""
DELETE = f"""mutation($input: DeleteContactInput!, $options: MutationOptions) {{
  deleteContact(input: $input, options: $options) {{ deletedId {ERRORS} }} }}"""
PREFER = f"""mutation($input: SetNotificationPreferenceInput!, $options: MutationOptions) {{
  setNotificationPreference(input: $input, options: $options) {{
  customer {{ name notificationPreferences {{ event email inApp }} }}
  tenant {{ name notificationPreferences {{ event email inApp }} }} {ERRORS} }} }}"""
READ = f"""mutation($upTo: ID, $options: MutationOptions) {{ markNotificationsRead(input: {{upTo: $upTo}}, options: $options) {{
  viewer {{ unreadNotificationCount }} {ERRORS} }} }}"""
MINE = """query($first: Int) { viewer { unreadNotificationCount notifications(first: $first) { totalCount nodes {
  id kind title at readAt subjectId customer { name } } } } }"""
LETTERS = """query($name: String!) { customers(search: $name) { nodes { sentEmails(first: 100) { nodes {
  id kind to subject body status } } } } }"""


async def upsert(person: Person, tenant_id: str, contact: dict[str, Any], contact_id: str | None = None,
                 **options: Any) -> dict[str, Any]:
    given = {"tenantId": tenant_id, "contactId": contact_id, "contact": contact}
    answer = await person.ask(UPSERT, {"input": given, "options": options})
    assert answer.get("data"), answer
    return answer["data"]["upsertContact"]


async def delete(person: Person, contact_id: str, **options: Any) -> dict[str, Any]:
    answer = await person.ask(DELETE, {"input": {"contactId": contact_id}, "options": options})
    assert answer.get("data"), answer
    return answer["data"]["deleteContact"]


async def prefer(person: Person, event: str, customer_id: str | None = None, **wants: Any) -> dict[str, Any]:
    answer = await person.ask(PREFER, {"input": {"event": event, "customerId": customer_id, **wants}})
    assert answer.get("data"), answer
    return answer["data"]["setNotificationPreference"]


async def happened(server: Server, customer: str, kind: EventKind, about: str | None = None, **facts: str) -> str:
    """Writes an event of a customer, and does all that follows from it. Its reference."""
    now = dt.datetime.now(dt.UTC)
    async with connected(server.database_url):
        tenant = await Tenant.get(name=customer)
        if about is None and kind.name.startswith("SERVICE"):
            service = await Service.filter(tenant_id=tenant.id).first()
            about = f"svc_{service.id}" if service else None
        await unit_of_work(lambda: announce(kind, tenant.id, now, about=about, facts=facts))
        event = await Event.filter(tenant_id=tenant.id, kind=kind.name).order_by("-id").first()
        assert event
    await tick(server, dt.datetime.now(dt.UTC), "notify")
    return str(event.reference)


async def letters(person: Person, customer: str, containing: str) -> list[dict[str, Any]]:
    """The letters about a customer whose text holds something, as the person may see them."""
    answer = await person.ask(LETTERS, {"name": customer})
    found = answer["data"]["customers"]["nodes"][0]["sentEmails"]["nodes"]
    return [letter for letter in found if containing in letter["body"]]


async def mine(person: Person, containing: str = "") -> list[dict[str, Any]]:
    """What the person is notified of, the newest first, as far as its title holds something."""
    answer = await person.ask(MINE, {"first": 100})
    return [each for each in answer["data"]["viewer"]["notifications"]["nodes"] if containing in each["title"]]


async def unread(person: Person) -> int:
    return int((await person.ask(MINE, {"first": 1}))["data"]["viewer"]["unreadNotificationCount"])
