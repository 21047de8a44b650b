"""What a person keeps of the customer list: columns, density, saved filters and pinned customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

import models
from engine import JSON, Const, Expr, Many, Row, Rows, key_of, viewers
from engine.expr import Column
from models.access import Capability
from models.customers import tenant_of
from models.lists import COLUMNS, DENSITY, FILTER_BYTES, FILTERS, PINS, CustomerColumn, Density, names
from models.records import name_key
from models.viewers import Viewer as Asker
from resolvers.change import NO_CUSTOMER, Change, ErrorCode, Occasion, Problems, Warned, WarningCode, check_creates, refuse
from resolvers.customers import HERE, LISTED, Customer
from resolvers.finding import MOST as CRITERIA
from resolvers.finding import size_of
from resolvers.offers import Offer
from resolvers.viewers import Viewer

NO_FILTER = "There is no such filter, or none that you may know of."
NAME = 100


class Kept(Row, of=models.ListPreferences, open=True):
    """The table; read by `ListPreferences` for the viewer alone."""


class PinKept(Row, of=models.Pin, open=True):
    """The table; read for the viewer alone."""


class SavedFilter(Row, of=models.SavedFilter, tag="flt", place="tenant_id"):
    """Goes where its person goes: whoever acts elsewhere has their filters with them."""

    def visible(self) -> Expr:
        return self.user_id == viewers("user")

    def tenant_key(self) -> Expr:
        return HERE

    def filter(self) -> Expr:
        return Column(self, "criteria", JSON, False)


class ListPreferences(Row):
    """Of no table of its own: what is not stored is what everybody begins with."""

    def shown_columns(self) -> Expr:
        return self._kept(lambda kept: Column(kept, "columns", JSON, False)).or_else(Const(names(COLUMNS), JSON))

    def density(self) -> Expr:
        return self._kept(lambda kept: kept.density).or_else(DENSITY)

    def hide_inactive(self) -> Expr:
        return self._kept(lambda kept: kept.hide_inactive).or_else(False)

    def saved_filters(self) -> Many:
        return SavedFilter.each(user_id=viewers("user")).open().by("name_key").all(limit=FILTERS)

    def _kept(self, of: Callable[[Kept], Expr]) -> Expr:
        return Kept.each(user_id=viewers("user")).value(of)


@Viewer.field
def preferences(viewer: Viewer) -> ListPreferences:
    return ListPreferences()


@Viewer.field
def pinned_customers(viewer: Viewer) -> Many:
    return (Customer.each().where(lambda customer: customer.status.one_of(LISTED))
            .where(lambda customer: customer.id.among(_pins(), lambda pin: pin.customer_id)).by("name_key").all(limit=PINS))


@Customer.field
def is_pinned(customer: Customer) -> Expr:
    return _pins(customer_id=customer.id).exists()


def _pins(**equals: Expr) -> Rows[PinKept]:
    return PinKept.each(user_id=viewers("user"), **equals)


# -- how the list looks

async def set_list_preferences(viewer: Asker, occasion: Occasion, *, columns: list[CustomerColumn] | None = None,
                               density: Density | None = None, hide_inactive: bool | None = None) -> Change:
    """Changes what is given of a person's own view of the list, and leaves the rest."""
    problems = Problems()
    check_creates(problems, occasion)
    if columns is not None and not columns:
        problems.add(ErrorCode.INVALID, "A list needs a column: name at least one.", "columns")
    elif columns is not None and len(set(columns)) < len(columns):
        problems.add(ErrorCode.INVALID, "Each column stands in a list once.", "columns")
    problems.stop()
    user = await _oneself(viewer)
    kept = await models.ListPreferences.of(user.id)
    before = _told(kept)
    if columns is not None:
        kept.columns = names(columns)
    kept.density = density.name if density else kept.density
    kept.hide_inactive = kept.hide_inactive if hide_inactive is None else hide_inactive
    await kept.save()
    return await _change(viewer, "setListPreferences", "chose how the customer list looks", f"usr_{user.id}",
                         before=before, after=_told(kept))


def _told(kept: models.ListPreferences) -> dict[str, Any]:
    return {"columns": orjson.loads(kept.columns), "density": kept.density, "hideInactive": kept.hide_inactive}


# -- filters under a name

async def save_filter(viewer: Asker, occasion: Occasion, *, name: str, filter: dict[str, Any]) -> Change:
    """Keeps a filter under a name, in place of the one that had it."""
    problems = Problems()
    check_creates(problems, occasion)
    title = " ".join(name.split())
    written = orjson.dumps(filter)
    if not title or len(title) > NAME:
        problems.add(ErrorCode.INVALID, f"A name has 1 to {NAME} characters.", "name")
    if size_of(filter) > CRITERIA:
        problems.add(ErrorCode.INVALID, f"A filter may have {CRITERIA} criteria.", "filter")
    elif len(written) > FILTER_BYTES:
        problems.add(ErrorCode.INVALID, f"A filter has at most {FILTER_BYTES} bytes.", "filter")
    problems.stop()
    user = await _oneself(viewer)
    mine = models.SavedFilter.filter(user_id=user.id)
    saved = await mine.get_or_none(name_key=name_key(title))
    if saved is None and await mine.count() >= FILTERS:
        refuse(ErrorCode.LIMIT_EXCEEDED, f"You have {FILTERS} filters: delete one first.", "name")
    saved = saved or models.SavedFilter(user_id=user.id, tenant_id=user.tenant_id, name_key=name_key(title))
    saved.update_from_dict({"name": title, "criteria": written.decode(), "saved_at": occasion.now})
    await saved.save()
    return await _change(viewer, "saveFilter", "saved a filter of the customer list", f"flt_{saved.id}",
                         records={"filter": saved}, after={"name": title})


async def delete_filter(viewer: Asker, occasion: Occasion, *, filter_id: str) -> Change:
    """Forgets one of the person's filters."""
    problems = Problems()
    check_creates(problems, occasion)
    problems.stop()
    user = await _oneself(viewer)
    saved = await models.SavedFilter.get_or_none(id=key_of("flt", filter_id), user_id=user.id)
    if saved is None:
        refuse(ErrorCode.NOT_FOUND, NO_FILTER, "filterId")
    await saved.delete()
    return await _change(viewer, "deleteFilter", "deleted a filter of the customer list", f"flt_{saved.id}",
                         before={"name": saved.name})


# -- customers at hand

PINNING = Offer("pin", "Keeps it at hand.", Capability.CUSTOMER_VIEW)
UNPINNING = Offer("unpin", "Keeps it at hand no longer.", Capability.CUSTOMER_VIEW)


@PINNING
async def pin_customer(viewer: Asker, occasion: Occasion, *, customer_id: str) -> Change:
    """Keeps a customer at hand, for this person alone (D-26)."""
    problems = Problems()
    check_creates(problems, occasion)
    customer = await _known(viewer, customer_id, problems)
    problems.stop()
    assert customer
    user = await _oneself(viewer)
    change = await _change(viewer, "pinCustomer", "pinned a customer", f"cus_{customer.id}", records={"customer": customer})
    if await models.Pin.exists(user_id=user.id, customer_id=customer.id):
        change.warnings.append(Warned(WarningCode.ALREADY_DONE, "You have pinned it already.", ("input", "customerId")))
        return change
    if await _pinned(viewer) >= PINS:
        refuse(ErrorCode.LIMIT_EXCEEDED, f"You have pinned {PINS} customers: unpin one first.", "customerId")
    await models.Pin.create(user_id=user.id, customer_id=customer.id, pinned_at=occasion.now)
    return change


@UNPINNING
async def unpin_customer(viewer: Asker, occasion: Occasion, *, customer_id: str) -> Change:
    """No longer keeps a customer at hand."""
    problems = Problems()
    check_creates(problems, occasion)
    customer = await _known(viewer, customer_id, problems)
    problems.stop()
    assert customer
    user = await _oneself(viewer)
    change = await _change(viewer, "unpinCustomer", "unpinned a customer", f"cus_{customer.id}",
                           records={"customer": customer})
    if not await models.Pin.filter(user_id=user.id, customer_id=customer.id).delete():
        change.warnings.append(Warned(WarningCode.ALREADY_DONE, "You had not pinned it.", ("input", "customerId")))
    return change


async def _known(viewer: Asker, customer_id: str, problems: Problems) -> models.Customer | None:
    place = await tenant_of(key_of("cus", customer_id))
    if place is None or not viewer.may(PINNING.needs, place.path):
        problems.add(ErrorCode.NOT_FOUND, NO_CUSTOMER, "customerId")
        return None
    return await models.Customer.get(id=place.id)


async def _pinned(viewer: Asker) -> int:
    """How many pins the person can see from here, and so could take away."""
    pins = await models.Pin.filter(user_id=viewer.user_id)
    places = await models.Tenant.filter(id__in=[pin.customer_id for pin in pins])
    return sum(viewer.may(Capability.CUSTOMER_VIEW, place.path) for place in places)


async def _oneself(viewer: Asker) -> models.User:
    """The person, locked: what they keep changes one at a time."""
    return await models.User.filter(id=viewer.user_id).select_for_update(no_key=True).get()


async def _change(viewer: Asker, action: str, summary: str, resource: str, **told: Any) -> Change:
    """Noted where the person is at home, wherever they act: it is theirs, and nothing changes for anybody else."""
    assert viewer.home
    return Change(tenant=await models.Tenant.get(id=viewer.home.tenant_id), action=action, summary=summary,
                  resource=resource, activity=False, **told)
