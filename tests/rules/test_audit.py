"""The audit trail is one chain for each tenant, and whatever was done to it afterwards shows."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from models import AuditEntry, AuditHead
from models.audit import append, canonical, chains, verify
from models.heads import NotOurs, heads, read
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


@pytest.mark.case(159)
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


@pytest.mark.case(158)
@pytest.mark.parametrize("column", ["operation", "actor_id", "acting_session_id", "resource", "before", "after", "reason",
                                    "idempotency_key", "request_id", "at", "hash", "prev_hash"])
async def test_an_altered_entry_is_named(trail: None, column: str):
    await written(5)
    await AuditEntry.filter(tenant_id=HERE, seq=3).update(**{column: 7 if column.endswith("_id") else "f" * 20})
    assert await verify(HERE) == 3


@pytest.mark.case(158)
async def test_an_entry_taken_out_is_named(trail: None):
    await written(5)
    await AuditEntry.filter(tenant_id=HERE, seq=2).delete()
    assert await verify(HERE) == 2


@pytest.mark.case(158)
async def test_an_end_cut_off_is_named_as_long_as_the_head_tells_of_it(trail: None):
    await written(5)
    await AuditEntry.filter(tenant_id=HERE, seq__gte=4).delete()
    assert await verify(HERE) == 4
    await AuditHead.filter(tenant_id=HERE).delete()
    assert await verify(HERE) == 4


@pytest.mark.case(158)
async def test_a_head_that_was_kept_shows_an_end_cut_off_and_a_trail_written_anew_by_somebody_who_has_the_key(trail: None):
    await written(5)
    kept = read([line async for line in heads(dt.datetime.now(dt.UTC))])[HERE]
    await AuditEntry.filter(tenant_id=HERE, seq__gte=3).delete()
    left = await AuditEntry.get(tenant_id=HERE, seq=2)
    await AuditHead.filter(tenant_id=HERE).update(seq=2, hash=left.hash)
    assert (await verify(HERE), await verify(HERE, kept)) == (None, 3)
    await written(4)
    assert (await verify(HERE), await verify(HERE, kept)) == (None, 5)
    assert await chains() == [HERE]


async def test_a_trail_that_grows_while_it_is_verified_is_sound(trail: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.audit.BATCH", 2)
    await written(3)
    found = await asyncio.gather(written(8), *(verify(HERE) for _ in range(6)))
    assert found[1:] == [None] * 6


async def test_a_kept_head_that_was_altered_is_refused_by_its_line(trail: None):
    await written(1)
    [line] = [line async for line in heads(dt.datetime.now(dt.UTC))]
    for wrong in (line.replace('"seq":1', '"seq":2'), "{}", "no JSON"):
        with pytest.raises(NotOurs, match="Line 2"):
            read([line, wrong])


@pytest.mark.case(158)
async def test_two_entries_that_changed_places_are_named(trail: None):
    await written(4)
    for seq, new in ((2, 9), (3, 2), (9, 3)):
        await AuditEntry.filter(tenant_id=HERE, seq=seq).update(seq=new)
    assert await verify(HERE) == 2


@pytest.mark.case(158)
async def test_an_entry_moved_to_another_tenant_is_named_in_both(trail: None):
    await written(2)
    await written(1, THERE)
    await AuditEntry.filter(tenant_id=HERE, seq=2).update(tenant_id=THERE)
    assert (await verify(HERE), await verify(THERE)) == (2, 2)


@pytest.mark.case(158)
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
