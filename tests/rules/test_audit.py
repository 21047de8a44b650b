"""The audit trail is one chain for each tenant, and whatever was done to it afterwards shows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from models import AuditEntry, AuditHead
from models.audit import append, canonical, verify
from models.signing import is_signed, sign, use_keys
from models.transaction import unit_of_work
from tests.stored import connected, stored

KEY, OTHER = b"a key of thirty-two bytes or more", b"another of thirty-two bytes or more"
HERE, THERE = 4_611_686_018_427_387_905, 4_611_686_018_427_387_906


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
async def audit_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        url = f"sqlite://{tmp_path_factory.mktemp('audit')}/audit.sqlite"
    else:
        create: Callable[[str], Awaitable[str]] = request.getfixturevalue("create_postgres")
        url = await create("audit")
    async with stored(url):
        return url


@pytest.fixture
async def trail(audit_url: str) -> AsyncIterator[None]:
    """An empty trail, signed with KEY."""
    use_keys(KEY)
    async with connected(audit_url):
        await AuditEntry.all().delete()
        await AuditHead.all().delete()
        yield


def entry(number: int, tenant_id: int = HERE) -> AuditEntry:
    return AuditEntry(tenant_id=tenant_id, operation=f"operation{number}", after=canonical({"name": "Straße"}),
                      request_id="r", at="2026-11-22T09:00:00+00:00")


async def written(count: int, tenant_id: int = HERE) -> None:
    for number in range(count):
        await unit_of_work(lambda number=number: append(entry(number, tenant_id)))


async def test_many_at_once_are_chained_one_after_another(trail: None):
    await asyncio.gather(*(unit_of_work(lambda n=n: append(entry(n, HERE if n % 4 else THERE))) for n in range(40)))
    assert await AuditEntry.filter(tenant_id=HERE).order_by("seq").values_list("seq", flat=True) == list(range(1, 31))
    assert (await verify(HERE), await verify(THERE)) == (None, None)
    assert (await AuditHead.get(tenant_id=THERE)).seq == 10


async def test_a_change_that_fails_takes_its_entry_with_it(trail: None):
    async def fails() -> None:
        await append(entry(0))
        raise LookupError
    with pytest.raises(LookupError):
        await unit_of_work(fails)
    await written(1)
    assert await AuditEntry.all().values_list("seq", flat=True) == [1]
    assert await verify(HERE) is None


async def test_a_tenant_where_nothing_happened_has_a_sound_trail(trail: None):
    assert await verify(HERE) is None


@pytest.mark.parametrize("column", ["operation", "actor_id", "acting_session_id", "resource", "before", "after", "reason",
                                    "idempotency_key", "request_id", "at", "hash", "prev_hash"])
async def test_an_altered_entry_is_named(trail: None, column: str):
    await written(5)
    await AuditEntry.filter(tenant_id=HERE, seq=3).update(**{column: 7 if column.endswith("_id") else "f" * 20})
    assert await verify(HERE) == 3


async def test_an_entry_taken_out_is_named(trail: None):
    await written(5)
    await AuditEntry.filter(tenant_id=HERE, seq=2).delete()
    assert await verify(HERE) == 2


async def test_an_end_cut_off_is_named_as_long_as_the_head_tells_of_it(trail: None):
    await written(5)
    await AuditEntry.filter(tenant_id=HERE, seq__gte=4).delete()
    assert await verify(HERE) == 4
    await AuditHead.filter(tenant_id=HERE).delete()
    assert await verify(HERE) == 4


async def test_two_entries_that_changed_places_are_named(trail: None):
    await written(4)
    for seq, new in ((2, 9), (3, 2), (9, 3)):
        await AuditEntry.filter(tenant_id=HERE, seq=seq).update(seq=new)
    assert await verify(HERE) == 2


async def test_an_entry_moved_to_another_tenant_is_named_in_both(trail: None):
    await written(2)
    await written(1, THERE)
    await AuditEntry.filter(tenant_id=HERE, seq=2).update(tenant_id=THERE)
    assert (await verify(HERE), await verify(THERE)) == (2, 2)


async def test_an_entry_signed_with_another_key_is_named(trail: None):
    await written(2)
    use_keys(OTHER)
    await written(1)
    use_keys(KEY)
    assert await verify(HERE) == 3


async def test_a_trail_goes_on_under_a_new_key_while_the_old_one_is_kept(trail: None):
    await written(2)
    use_keys(OTHER, KEY)
    await written(2)
    assert await verify(HERE) is None
    use_keys(OTHER)
    assert await verify(HERE) == 1


def test_a_short_key_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match="openssl rand"):
        use_keys(KEY, b"short")


def test_a_signature_is_worth_nothing_for_another_purpose():
    use_keys(KEY)
    signature = sign("audit", b"data")
    assert is_signed("audit", b"data", signature)
    assert not is_signed("idempotency", b"data", signature)
    assert not is_signed("audit", b"other", signature)


def test_equal_values_have_one_text():
    assert canonical({"b": [1, None], "a": "ß"}) == canonical({"a": "ß", "b": [1, None]}) == '{"a":"ß","b":[1,null]}'
