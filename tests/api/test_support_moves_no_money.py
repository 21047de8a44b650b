"""Whatever Support may do, no sum of money in the whole database moves (I25): every mutation of the schema is tried.

Inputs are made up out of the schema itself, so a mutation that is added later is tried as well. TENANTRY_EXAMPLES=500
tries that many; without it, the same few every time.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models
from models.service_actions import STEPS, ServiceAction
from tests.api.test_switch_tenant import switch
from tests.client import Person, sign_in
from tests.inventing import MUTATIONS, Ids, inputs, send, things_of
from tests.servers import Server
from tests.shop import Place, Shop, open_shop
from tests.stored import connected

ROUNDS = int(os.environ.get("TENANTRY_EXAMPLES", "6"))
#: Fields of money in the whole database, by table.
MONEY = {model: [name for name in model._meta.fields_map if name.endswith("_minor")]
         for model in (getattr(models, name) for name in models.__all__)}


@pytest.fixture(scope="module")
async def shop(server: Server) -> Shop:
    return await open_shop(server)


async def totals(server: Server) -> dict[str, int]:
    """Every sum of money that there is."""
    sums = [f'(select coalesce(sum({column}), 0) from {model._meta.db_table}) as "{model.__name__}.{column}"'
            for model, columns in MONEY.items() for column in columns]
    async with connected(server.database_url) as database:
        [row] = await database.execute_query_dict(f"select {', '.join(sums)}")
        return {name: int(total) for name, total in row.items()}


async def furnished(shop: Shop) -> tuple[Place, dict[str, list[str]]]:
    """A customer with services in every state and money of every kind."""
    place = await shop.customer()
    added = await shop.add(place, *["Access port 1G"] * 6, "Hosted connection 500M")
    assert added["userErrors"] == []
    async with connected(shop.server.database_url):
        services = await models.Service.filter(tenant_id=place.key, status="RUNNING").order_by("id")
        for service, status in zip(services[1:], ("AVAILABLE", "STOPPED", "FAILED", "EXPIRED", "DELETED"), strict=True):
            await models.Service.filter(id=service.id).update(status=status, billing_state="BILLED")
        await models.services.tally([place.key])
        tenant = await models.Tenant.get(id=place.key)
        await models.Contract.create(tenant_id=place.key, number=f"C-{place.key}", title="Framework", status="ACTIVE",
                                     starts_on="2026-01-01", currency="EUR", value_minor=120_00, auto_renew=True)
        await models.Invoice.create(tenant_id=place.key, issuer_id=tenant.parent_id, billing_month="2026-10", status="READY",
                                    payment_state="NOT_DUE", currency="EUR", subtotal_minor=100_00, tax_minor=21_00,
                                    total_minor=121_00, due_minor=0)
    return place, await things_of(place, shop.server)


async def support_of(shop: Shop, place: Place, inside: bool) -> Person:
    """Somebody who holds the customer as Support, outside of it or in it: signed in anew where something sent has ended that."""
    key = f"{place.id} {inside}"
    if not await _is_there(Person(shop.server, token=shop.server.tokens.get(key))):
        person = Person(shop.server, token=await sign_in(shop.server, shop.people["support"]))
        entered = await switch(person, f"ten_{place.key}") if inside else {"token": await person.token()}
        shop.server.tokens[key] = entered["token"]
    return Person(shop.server, token=shop.server.tokens[key])


async def _is_there(person: Person) -> bool:
    return bool(((await person.ask("{ viewer { currentTenant { id } } }")).get("data") or {}).get("viewer"))


@pytest.fixture(scope="module")
async def pine(shop: Shop) -> tuple[Place, Ids]:
    return await furnished(shop)


@pytest.mark.row("S1.33")
@pytest.mark.parametrize("name", sorted(MUTATIONS))
@settings(max_examples=ROUNDS, derandomize="TENANTRY_EXAMPLES" not in os.environ, deadline=None, database=None,
          suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_no_mutation_moves_any_sum_of_money_when_support_sends_it(
        shop: Shop, pine: tuple[Place, Ids], name: str, data: st.DataObject) -> None:
    shown = data.draw(inputs(MUTATIONS[name].args["input"].type, pine[1]))
    support = await support_of(shop, pine[0], inside=data.draw(st.booleans()))
    before = await totals(shop.server)
    answer = await send(support, name, shown)
    assert await totals(shop.server) == before
    assert not answer.startswith("INTERNAL")


@pytest.mark.row("S1.32", "S1.33")
async def test_of_all_actions_on_services_in_every_state_none_of_supports_moves_a_sum(shop: Shop) -> None:
    place, ids = await furnished(shop)
    before, done = await totals(shop.server), Counter[str]()
    support = await support_of(shop, place, False)
    for action in ServiceAction:
        answers = await asyncio.gather(*(send(support, "serviceAction", {"serviceId": id, "action": action.name}) for id in ids["svc"]))
        done[action.name] = answers.count("done")
        assert set(answers) == {"FORBIDDEN"} or not STEPS[action].financial
    assert await totals(shop.server) == before
    assert {name for name, count in done.items() if count} == {"DIAGNOSE", "RESTART"}


async def test_whoever_may_manage_services_does_move_sums(shop: Shop) -> None:
    """Else the tests above would look at what never moves."""
    place, _ = await furnished(shop)
    before = await totals(shop.server)
    await send(shop.person("regular"), "addServices", {"customerId": place.id, "products": [{"product": "Mail archive"}]})
    moved = {name for name, total in (await totals(shop.server)).items() if total != before[name]}
    assert moved == {"Customer.mrr_pending_minor", "Service.monthly_charge_minor"}


def test_every_field_of_money_is_looked_at() -> None:
    columns = {f"{model.__name__}.{column}" for model, named in MONEY.items() for column in named}
    assert columns >= {"Customer.mrr_minor", "Customer.mrr_pending_minor", "Contract.value_minor", "Invoice.total_minor",
                       "Service.monthly_charge_minor"}
    amounts = {f"{model.__name__}.{name}" for model in MONEY for name in model._meta.fields_map
               if any(word in name for word in ("amount", "price", "total", "charge", "balance"))}
    assert amounts <= columns, "call a column of money …_minor"
