"""What is written down of what people do, and who reads it."""

import pytest

from models import ActivityEvent, Tenant, User
from tests.client import Person
from tests.inviting import (
    BRIGHTLINE,
    accept,
    fresh,
    invite_customer,
    invite_user,
    joined,
    tenant_ids,
    token,
)
from tests.servers import Server
from tests.stored import connected


@pytest.mark.row("S1.45", "S1.46", "S1.47")
async def test_what_a_partner_does_in_a_customers_account_is_in_the_customers_log_alone(server: Server):
    harbor, ids, email = Person(server, "admin@harbor.example"), await tenant_ids(server), fresh()
    await invite_user(harbor, ids["Acme Corporation"], email)
    log = "activityLog(first: 50) { nodes { action actorEmail onBehalf summary tenant { name } actorHomeTenant { name } } }"
    answer = await harbor.ask(f'{{ customers(search: "acme") {{ nodes {{ {log} }} }} viewer {{ homeTenant {{ {log} }} }} }}')
    [acme] = answer["data"]["customers"]["nodes"]
    [line] = [e for e in acme["activityLog"]["nodes"] if email in e["summary"]]
    assert line == {"action": "inviteUser", "actorEmail": "admin@harbor.example", "onBehalf": True,
                    "summary": f"Invited {email} as READ_ONLY", "tenant": {"name": "Acme Corporation"},
                    "actorHomeTenant": {"name": "Harbor Distribution"}}
    assert email not in str(answer["data"]["viewer"]["homeTenant"]["activityLog"])
    own = await Person(server, "admin@acmecorp.example").ask(
        f'{{ customers {{ nodes {{ {log.replace("actorEmail", "actorEmail actor { email }")} }} }} }}')
    [line] = [e for e in own["data"]["customers"]["nodes"][0]["activityLog"]["nodes"] if email in e["summary"]]
    assert (line["actorEmail"], line["actor"], line["actorHomeTenant"]) == ("admin@harbor.example", None, None)


@pytest.mark.row("S1.46")
async def test_what_people_do_in_their_own_account_is_not_on_behalf(server: Server):
    email = fresh()
    await invite_customer(Person(server, BRIGHTLINE), email)
    await accept(server, await token(server, email))
    async with connected(server.database_url):
        invited = await ActivityEvent.get(action="inviteCustomer", summary__contains=email)
        accepted = await ActivityEvent.get(action="acceptInvitation", actor_email=email)
        assert (invited.actor_email, invited.on_behalf) == (BRIGHTLINE, False)
        assert accepted.on_behalf is False
        assert (await Tenant.get(id=accepted.tenant_id)).parent_id == invited.tenant_id


async def test_the_log_is_narrowed_by_actor_and_time(server: Server):
    ids, acme = await tenant_ids(server), Person(server, "admin@acmecorp.example")
    email = fresh()
    await invite_user(Person(server, BRIGHTLINE), ids["Acme Corporation"], fresh())
    await invite_user(acme, ids["Acme Corporation"], email)
    me = (await acme.ask("{ viewer { user { id } } }"))["data"]["viewer"]["user"]["id"]
    query = """query($actor: ID, $since: DateTime, $until: DateTime) { customers { nodes {
      activityLog(first: 50, actor: $actor, since: $since, until: $until) { nodes { actorEmail summary } } } } }"""

    async def lines(**by: str) -> list[dict[str, str]]:
        return (await acme.ask(query, by))["data"]["customers"]["nodes"][0]["activityLog"]["nodes"]
    mine = await lines(actor=me)
    assert {line["actorEmail"] for line in mine} == {"admin@acmecorp.example"}
    assert email in mine[0]["summary"]
    assert len(await lines()) > len(mine)
    assert await lines(since="2999-01-01T00:00:00Z") == await lines(until="2000-01-01T00:00:00Z") == []
    assert await lines(since="2000-01-01T00:00:00Z", until="2999-01-01T00:00:00Z") == await lines()


@pytest.mark.row("S1.46")
async def test_the_line_stays_after_the_person_is_gone(server: Server):
    admin, ids = Person(server, BRIGHTLINE), await tenant_ids(server)
    person = await joined(server, admin, ids["Acme Corporation"], "FULL_ACCESS")
    await invite_user(person, ids["Acme Corporation"], fresh())
    async with connected(server.database_url) as database:
        user = await User.get(email=person.email)
        for table in ("session_token", "login_session", "access_grant"):
            column = "login_session_id in (select id from login_session where user_id" if table == "session_token" else "user_id"
            await database.execute_query(f"delete from {table} where {column} = {user.id}{')' if '(' in column else ''}")
        await user.delete()
    answer = await admin.ask(
        '{ customers(search: "acme") { nodes { activityLog(first: 50) { nodes { actorEmail actor { id } } } } } }')
    [customer] = answer["data"]["customers"]["nodes"]
    assert {"actorEmail": person.email, "actor": None} in customer["activityLog"]["nodes"]


@pytest.mark.parametrize("email", ["regular@brightline.example", "readonly@brightline.example",
                                   "support@brightline.example", "sales@harbor.example"])
@pytest.mark.row("S1.45")
async def test_the_log_and_the_letters_take_rights_that_few_have(server: Server, email: str):
    answer = await Person(server, email).ask(
        '{ customers(search: "acme") { nodes { activityLog { totalCount } sentEmails { totalCount } '
        'invitations { totalCount } } } }')
    assert answer["data"]["customers"]["nodes"] == [{"activityLog": None, "sentEmails": None, "invitations": None}]
    reason = "SUPPORT_ROLE" if email.startswith("support") else "ROLE"
    assert answer["extensions"]["withheld"] == [
        {"path": f"customers.nodes.{field}", "capability": capability, "reason": reason}
        for field, capability in (("activityLog", "AUDIT_VIEW"), ("sentEmails", "EMAIL_SEND"), ("invitations", "USER_INVITE"))]


async def test_a_letter_is_readable_without_its_secret(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    await invite_customer(admin, email, organizationName="Readable Ltd")
    secret = await token(server, email)
    here = "{ viewer { homeTenant { sentEmails(first: 50) { nodes { to subject body status sentAt } } } } }"
    there = '{ customers(search: "readable") { nodes { sentEmails { nodes { to body } } } } }'
    letters = (await admin.ask(here))["data"]["viewer"]["homeTenant"]["sentEmails"]["nodes"]
    [letter] = [letter for letter in letters if letter["to"] == [email]]
    assert letter["subject"] == "Brightline Partners invites Readable Ltd"
    assert (letter["status"], "{link}" in letter["body"], secret in str(letter)) == ("SENT", True, False)
    await accept(server, secret)
    assert email not in str(await admin.ask(here))
    [customer] = (await admin.ask(there))["data"]["customers"]["nodes"]
    assert [found["to"] for found in customer["sentEmails"]["nodes"]] == [[email]]


async def test_a_malformed_address_is_told_with_every_other_problem(server: Server) -> None:
    answer = await Person(server, "admin@brightline.example").ask("""mutation { inviteUser(input: {tenantId: "ten_x",
      email: "no address", firstName: "", lastName: "Stone", role: REGULAR}) { invitation { id } userErrors { code path } } }""")
    problems = {tuple(e["path"]): e["code"] for e in answer["data"]["inviteUser"]["userErrors"]}
    assert problems.keys() >= {("input", "email"), ("input", "tenantId"), ("input", "firstName")}
    assert problems["input", "email"] == "INVALID"
