"""What somebody may not see changes under every list, total, filter, order and search: not a byte of their answers does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
import pytest

import models
from engine.rows import BY_TAG
from tests.api.test_support_moves_no_money import furnished
from tests.api.test_switch_tenant import switch
from tests.attacks.belongings import belongings, unlinked
from tests.attacks.listing import documents
from tests.attacks.test_every_mutation import NAMING, tried
from tests.client import Person, sign_in
from tests.servers import Server
from tests.shop import Place, Shop, open_shop
from tests.stored import connected

#: Headers that are never the same twice: an answer tells what is left to be spent, which has more or fewer digits.
RESTLESS = ("Date", "X-Request-ID", "Content-Length")


async def asked(person: Person, found: list[str]) -> list[Any]:
    answers = []
    for document in found:
        status, headers, body = await person.raw(document)
        assert status == 200, (body, document)
        answers.append((status, sorted((k, v) for k, v in headers.items() if k not in RESTLESS), body))
    return answers


def differing_at(was: Any, now: Any) -> tuple[bytes, bytes]:
    place = next((n for n, (a, b) in enumerate(zip(was[2], now[2], strict=False)) if a != b), 0)
    return was[2][max(place - 80, 0):place + 40], now[2][max(place - 80, 0):place + 40]


async def change_what_is_hidden(shop: Shop, place: Place) -> None:
    """Every figure and every record of a customer that Support does not see, and a customer more of which it knows nothing."""
    await unlinked(shop, (await shop.customer()).key)
    async with connected(shop.server.database_url):
        now, tenant = dt.datetime.now(dt.UTC), await models.Tenant.get(id=place.key)
        await models.Customer.filter(id=place.key).update(
            mrr_minor=0, mrr_pending_minor=None, ports=77, virtual_circuits=78, cloud_connections=79,
            last_activity_at=now - dt.timedelta(days=90), last_order_at=now - dt.timedelta(days=90))
        await models.Customer.filter(id=tenant.parent_id).update(mrr_minor=123_456)
        await models.Service.filter(tenant_id=place.key).update(monthly_charge_minor=31_415)
        await models.Contract.filter(tenant_id=place.key).update(value_minor=27_182, status="TERMINATED")
        await models.Contract.create(tenant_id=place.key, number="C-9999", title="Another", status="ACTIVE", currency="EUR",
                                     starts_on="2026-01-01", value_minor=1_00, auto_renew=False)
        for month in ("2026-08", "2026-09"):
            await models.Invoice.create(
                tenant_id=place.key, issuer_id=tenant.parent_id, billing_month=month, status="READY", payment_state="NOT_DUE",
                currency="EUR", subtotal_minor=5_00, tax_minor=0, total_minor=5_00, due_minor=0)
        await models.Invoice.filter(tenant_id=place.key, billing_month="2026-10").update(
            subtotal_minor=6_00, tax_minor=0, total_minor=6_00)
        await models.ActivityEvent.create(tenant_id=place.key, actor_email="a@up.example", on_behalf=True, action="addServices",
                                          summary="ordered for 1250.00", at=now)
        await models.Invitation.filter(tenant_id=place.key).update(sent_count=4)
        await models.ApiKey.filter(tenant_id=place.key).update(scope="FINANCIALS_VIEW")
        await models.OutboundEmail.create(tenant_id=place.key, kind="customer_changed", recipient="a@up.example", subject="1250.00",
                                          body="1250.00", status="SENT", written_at=now, next_try_at=now)


async def seats(shop: Shop, place: Place) -> list[Person]:
    """Support at home, and inside the customer."""
    inside = Person(shop.server, token=await sign_in(shop.server, shop.people["support"]))
    entered = await switch(inside, f"ten_{place.key}")
    return [shop.person("support"), Person(shop.server, token=entered["token"])]


async def rehearsed(person: Person, things: dict[str, str]) -> list[dict[str, Any]]:
    """What every mutation would answer that names something of a customer; of new tokens and secrets only that there is one."""
    attempts = [(name, things[tag]) for name, (_, tag, _) in NAMING.items() if tag in things]
    return [{field: bool(value) if field in ("token", "secret") else value for field, value in answer.items()}
            for answer in await tried(person, attempts, dryRun=True)]


@pytest.mark.case(6, 8, 10, 11, 13, 14, 21, 25, 27, 28)
async def test_not_a_byte_changes_when_only_what_is_hidden_does(server: Server) -> None:
    shop = await open_shop(server)
    pine, _ = await furnished(shop)
    await shop.customer()  # a second one, so that there is an order
    things = await belongings(server, pine.key)
    found = list(documents({row.__name__: things[tag] for tag, row in BY_TAG.items() if tag in things}))
    people, admin = await seats(shop, pine), shop.person("admin")
    before, shown = [await asked(person, found) for person in people], await asked(admin, found)
    would = [await rehearsed(person, things) for person in people]
    await change_what_is_hidden(shop, pine)
    for person, answers in zip(people, before, strict=True):
        for document, was, now in zip(found, answers, await asked(person, found), strict=True):
            assert was == now, (differing_at(was, now), document)
    assert [await rehearsed(person, things) for person in people] == would
    differing = sum(was != now for was, now in zip(shown, await asked(admin, found), strict=True))
    assert differing > 10 and sum(len(orjson.loads(body)["data"]) for _, _, body in shown) > 20
