"""Invitations and addresses in the wrong hands."""

from __future__ import annotations

import datetime as dt

import pytest

from models import Invitation, OutboundEmail, User
from resolvers.letters import MOST_EACH
from tests.client import Person
from tests.inviting import DOCUMENTS, accept, fresh, invite_customer, invite_user, tenant_ids, token
from tests.inviting import PASSWORD as CHOSEN
from tests.servers import Server
from tests.shop import open_shop
from tests.stored import connected

BRIGHTLINE = "admin@brightline.example"


@pytest.mark.case(69)
async def test_whoever_accepts_for_somebody_else_gains_nothing_themselves(server: Server) -> None:
    admin, rosa, email = Person(server, BRIGHTLINE), Person(server, "regular@brightline.example"), fresh("meant")
    mine = "{ viewer { user { email grants { nodes { id } } } homeTenant { name } capabilities } }"
    before = await rosa.ask(mine)
    assert not (await invite_user(admin, (await tenant_ids(server))["Acme Corporation"], email, "ADMIN"))["userErrors"]
    answer = await rosa.ask(DOCUMENTS["acceptInvitation"], {"input": {
        "token": await token(server, email), "password": CHOSEN, "firstName": "Ann", "lastName": "Lee"}})
    assert answer["data"]["acceptInvitation"]["user"] in (None, {"email": email})
    assert await rosa.ask(mine) == before
    again = await accept(server, await token(server, email))
    assert [error["code"] for error in again["userErrors"]] == ["LINK_EXPIRED"]


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.case(73, 75)
async def test_an_address_is_one_however_it_is_spelled_and_none_that_could_write_a_header(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    for taken in ("ADMIN@brightline.example", " admin@Brightline.Example ", "admin@ｂrightline.example"):
        payload = await invite_customer(admin, taken)
        assert [error["code"] for error in payload["userErrors"]] == ["EMAIL_TAKEN"], taken
    for wrong in ("admin@brightline.example.", "admın@brightline.example", "a\r\nBcc: b@x.example@x.example", "a@x.example\nBcc: b@x.example",
                  "a\u2028@x.example", '"Ann" <a@x.example>', "a@x.example, b@x.example", "=?utf-8?q?a?=@", "a" * 300 + "@x.example",
                  "a@" + "x" * 300 + ".example", "a@x", "a@[127.0.0.1]", "a b@x.example", "<a@x.example>", "a\x00@x.example"):
        answer = await admin.ask(DOCUMENTS["inviteCustomer"], {"input": {
            "accountType": "LOCAL_ACCOUNT", "email": wrong, "organizationName": "X"}})
        codes = [error["extensions"]["code"] for error in answer.get("errors", ())] or \
            [error["code"] for error in answer["data"]["inviteCustomer"]["userErrors"]]
        assert codes in (["INVALID"], ["VARIABLES_INVALID"], ["BAD_REQUEST"]), wrong


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.case(74)
async def test_nobody_gets_more_letters_of_one_person_by_way_of_many_tenants(server: Server) -> None:
    shop = await open_shop(server)
    admin, other, email = shop.person("admin"), Person(server, BRIGHTLINE), fresh("flooded")
    places = [(await shop.customer()).id.replace("cus_", "ten_") for _ in range(6)]
    answers = [await invite_user(admin, place, email) for place in places]
    assert [[error["code"] for error in answer["userErrors"]] for answer in answers] == [[]] * 5 + [["INVALID_STATE"]]
    assert not (await invite_customer(other, email))["userErrors"], "what one person sent is not told to another"
    async with connected(server.database_url):
        me = await User.get(email=admin.email)
        [first, *_] = await Invitation.filter(invited_by_id=me.id)
        now = dt.datetime.now(dt.UTC)
        await OutboundEmail.bulk_create([OutboundEmail(
            tenant_id=first.tenant_id, about_id=first.id, kind="user_invited", recipient=f"{n}@newco.example", subject="", body="",
            status="SENT", written_at=now, next_try_at=now) for n in range(MOST_EACH - 5)])
    enough = await invite_user(admin, places[0], fresh("last"))
    assert [(error["code"], str(MOST_EACH) in error["message"]) for error in enough["userErrors"]] == [("LIMIT_EXCEEDED", True)]
