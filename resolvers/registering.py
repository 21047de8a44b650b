"""Customers that a partner sets up by itself, and what it changes about them."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, TypedDict
from urllib.parse import urlsplit

import models
from engine import key_of
from letters.welcome import welcome
from models.access import Capability, Role
from models.customers import tenant_of
from models.events import EventKind, announce
from models.onboarding import OnboardingTaskKind, begin_onboarding
from models.passwords import TO_LIVE_FIRST
from models.reach import rename
from models.records import name_key
from models.sessions import TRIES, is_shut
from models.transaction import hold, unit_of_work
from models.viewers import Viewer
from resolvers import texts
from resolvers.addresses import address_columns
from resolvers.change import (
    NO_CUSTOMER,
    NO_TENANT,
    Change,
    ErrorCode,
    Occasion,
    Problems,
    Refused,
    Warned,
    WarningCode,
    check_creates,
    check_version,
    refuse,
    revise,
)
from resolvers.denials import Denied, write_down
from resolvers.founding import enter_person, found_company, is_known_taken, kind_beneath
from resolvers.offers import Offer
from resolvers.resetting import write_link

TAKEN = "Somebody has the address already: take another one."
TRIED = f"You tried {TRIES} addresses that somebody has already: wait a quarter of an hour."
EDITING = Offer("edit", "Changes its details.", Capability.CUSTOMER_EDIT)
DESCRIPTION = 5000


class GivenAdmin(TypedDict):
    """The first administrator as they were typed."""

    first_name: str
    last_name: str
    email: str
    password: str


async def hash_first(viewer: Viewer, occasion: Occasion, *, admin: GivenAdmin, parent_id: str | None = None,
                     **_: object) -> str | None:
    """The hash of the administrator's first password; None where it will not do, or the viewer may set up nobody there.

    Runs before the transaction: hashing takes long, and few may have the server do it.
    """
    problems = Problems()
    await _parent(viewer, problems, parent_id)
    return None if problems.found else await texts.hash_if_fit(admin["password"], admin["email"])


async def create_customer(viewer: Viewer, occasion: Occasion, *, company_name: str, admin: GivenAdmin,
                          parent_id: str | None = None, website: str | None = None, phone: str | None = None,
                          country: str | None = None, address: dict[str, str | None] | None = None,
                          description: str | None = None, hashed: str | None) -> Change:
    """A customer with its first administrator, at once and whole; a letter brings them a link to a password (D-18)."""
    problems = Problems()
    check_creates(problems, occasion)
    parent = await _parent(viewer, problems, parent_id)
    if parent:
        parent = await models.Tenant.filter(id=parent.id).select_for_update(no_key=True).get()
        await _check_tries(viewer, occasion, problems)
    name = texts.required_name(problems, "companyName", company_name, 200)
    details = _details(problems, website=website, phone=phone, country=country, address=address, description=description)
    person = await _admin(viewer, problems, admin)
    problems.stop()
    assert parent and person
    if hashed is None:  # the viewer came to the right between hashing and here
        refuse(ErrorCode.INVALID_STATE, "What you may do has just changed: ask again.")
    tenant, customer = await found_company(parent, name, occasion.now, email=person["email"], **details)
    try:
        user = await enter_person(
            tenant, person["email"], Role.ADMIN, viewer.user_id, occasion.now, "admin.email", occasion.dry_run,
            first_name=person["first_name"], last_name=person["last_name"], password_hash=hashed, email_verified=False,
            must_change_password=True, invited_at=occasion.now)
    except Refused as refused:
        raise Refused(*refused.problems, afterwards=partial(_told, viewer, occasion)) from None
    await begin_onboarding(tenant.id, occasion.now, user, [OnboardingTaskKind.INVITE_ADMIN])
    await _greet(user, tenant, parent, occasion)
    await announce(EventKind.CREATED, tenant.id, occasion.now, about=f"cus_{tenant.id}",
                   actor=await models.User.get_or_none(id=viewer.user_id), facts={"customer": name})
    change = Change(tenant, "createCustomer", f"set up {name} with {user.email} as its administrator", f"cus_{tenant.id}",
                    {"customer": customer, "user": user}, after={"name": name, "admin": user.email}, on_behalf=True)
    change.warnings += _advice(website, description, person["email"])
    return change


@EDITING
async def update_customer(viewer: Viewer, occasion: Occasion, *, customer_id: str, company_name: str | None = None,
                          website: str | None = None, phone: str | None = None, country: str | None = None,
                          address: dict[str, str | None] | None = None, description: str | None = None) -> Change:
    """Changes a customer's details: those that are given, all or none."""
    problems = Problems()
    place = await _customer(viewer, problems, customer_id)
    own = place is not None and viewer.current is not None and viewer.current.tenant_id == place.id
    if own and description is not None:
        problems.add(ErrorCode.FORBIDDEN, "Only partners of the customer keep notes about it.", "description",
                     requires=EDITING.needs)
    given = {"website": website, "phone": phone, "country": country, "address": address, "description": description}
    values = _details(problems, **{field: value for field, value in given.items() if value is not None})
    if company_name is not None and (name := texts.required_name(problems, "companyName", company_name, 200)):
        values |= {"name": name, "name_key": name_key(name)}
    problems.stop()
    assert place is not None
    await hold("customer", [place.id])
    customer = await models.Customer.get(id=place.id)
    check_version(customer, occasion)
    changed = {column: value for column, value in values.items() if getattr(customer, column) != value}
    change = Change(place, "updateCustomer", f"changed the details of {values.get('name', customer.name)}", f"cus_{place.id}",
                    {"customer": customer}, before={column: getattr(customer, column) for column in changed}, after=changed,
                    on_behalf=not own)
    if not changed:
        change.warnings.append(Warned(WarningCode.ALREADY_DONE, "Everything was so already.", ("input",)))
        return change
    await revise(customer, occasion, **changed)
    if "name" in changed:
        await revise(place, occasion, name=changed["name"], name_key=changed["name_key"])
        await rename([place.id])
    await announce(EventKind.UPDATED, place.id, occasion.now, about=f"cus_{place.id}",
                   actor=await models.User.get_or_none(id=viewer.user_id), facts={"changed": sorted(changed)})
    return change


async def _parent(viewer: Viewer, problems: Problems, parent_id: str | None) -> models.Tenant | None:
    """The tenant beneath which the viewer may set up a customer."""
    id = viewer.current.tenant_id if parent_id is None and viewer.current else key_of("ten", parent_id)
    parent = await models.Tenant.get_or_none(id=id) if id else None
    if parent is None or not viewer.knows(parent.path):
        problems.add(ErrorCode.NOT_FOUND, NO_TENANT, "parentId")
        return None
    if not viewer.may(Capability.CUSTOMER_CREATE, parent.path):
        problems.add(ErrorCode.FORBIDDEN, "Your role does not let you set up customers here.",
                     *(["parentId"] if parent_id else []), requires=Capability.CUSTOMER_CREATE)
        return None
    if await is_shut(parent):
        problems.add(ErrorCode.INVALID_STATE, "The tenant is closed: reactivate it first.", "parentId")
    if kind_beneath(parent) is None:
        problems.add(ErrorCode.INVALID_STATE, "A sub-account holds no accounts: name the one above it.", "parentId")
    return parent


async def _check_tries(viewer: Viewer, occasion: Occasion, problems: Problems) -> None:
    """Whoever was told of many addresses that somebody elsewhere has them is told no more for a while, whatever the address."""
    if await models.SignInAttempt.made(_teller(viewer), occasion.now) >= TRIES:
        problems.add(ErrorCode.LIMIT_EXCEEDED, TRIED, "admin", "email")


async def _told(viewer: Viewer, occasion: Occasion) -> None:
    """The viewer learned that somebody whom they may not know has an address: counted, and written into the audit trail."""
    await unit_of_work(lambda: models.SignInAttempt.count(_teller(viewer), occasion.now))
    await write_down(Denied(viewer, "NOT_VISIBLE", "Mutation.createCustomer.admin.email", occasion.now, occasion.request_id))


def _teller(viewer: Viewer) -> str:
    return f"addresses of user {viewer.user_id}"


async def _customer(viewer: Viewer, problems: Problems, customer_id: str) -> models.Tenant | None:
    place = await tenant_of(key_of("cus", customer_id))
    own = place is not None and viewer.current is not None and viewer.current.tenant_id == place.id
    if place is None or not (own or viewer.may(Capability.CUSTOMER_VIEW, place.path)):
        problems.add(ErrorCode.NOT_FOUND, NO_CUSTOMER, "customerId")
        return None
    needed = Capability.COMPANY_PROFILE_EDIT if own else EDITING.needs
    if not viewer.may(needed, place.path):
        problems.add(ErrorCode.FORBIDDEN, "Your role does not let you change its details.", "customerId", requires=needed)
        return None
    return place


async def _admin(viewer: Viewer, problems: Problems, admin: GivenAdmin) -> dict[str, str] | None:
    """The administrator as they are stored. What is wrong with each field is told together."""
    found = Problems()
    first = texts.required_name(found, "firstName", admin["first_name"], 100)
    last = texts.required_name(found, "lastName", admin["last_name"], 100)
    email = texts.email_address(found, "email", admin["email"])
    texts.new_password(found, "password", admin["password"], admin["email"])
    if email and await is_known_taken(viewer, email):
        found.add(ErrorCode.EMAIL_TAKEN, TAKEN, "email")
    for problem in found.found:
        problems.add(problem.code, problem.message, "admin", *problem.path[1:], requires=problem.requires)
    return {"first_name": first, "last_name": last, "email": email} if email else None


def _details(problems: Problems, **given: Any) -> dict[str, Any]:
    """Columns for the details that are given. An empty text empties."""
    columns: dict[str, Any] = {}
    if "address" in given and given["address"] is not None:
        columns |= address_columns(problems, ("address",), given["address"])
    for field in ("phone", "country"):
        if given.get(field) is not None:
            columns[field] = given[field]
    if given.get("website") is not None:
        columns["website"] = _website(problems, given["website"])
    if given.get("description") is not None:
        text = given["description"].strip()
        if len(text) > DESCRIPTION:
            problems.add(ErrorCode.INVALID, f"At most {DESCRIPTION} characters fit.", "description")
        columns["description"] = text or None
    return columns


def _website(problems: Problems, text: str) -> str | None:
    found = text.strip()
    parts = urlsplit(found)
    if found and (parts.scheme not in ("http", "https") or not parts.hostname or len(found) > 300
                  or re.search(r"[@\s]", parts.netloc)):
        problems.add(ErrorCode.INVALID, "Give a web address such as https://acmecorp.example, 300 characters at most.", "website")
    return found or None


def _advice(website: str | None, description: str | None, email: str) -> list[Warned]:
    """What a careful partner would still do."""
    found = []
    if not website:
        found.append(Warned(WarningCode.WEBSITE_MISSING, "Without a web site the company is hard to verify.",
                            ("input", "website")))
    elif not texts.mailable(email).rpartition("@")[2].endswith((urlsplit(website).hostname or "").removeprefix("www.")):
        found.append(Warned(WarningCode.EMAIL_DOMAIN_MISMATCH, "The administrator's address is not of the company's domain.",
                            ("input", "admin", "email")))
    if not description:
        found.append(Warned(WarningCode.DESCRIPTION_EMPTY, "Nothing says what the customer does or what was agreed.",
                            ("input", "description")))
    return found


async def _greet(user: models.User, tenant: models.Tenant, parent: models.Tenant, occasion: Occasion) -> None:
    letter = welcome(name=user.first_name, company=tenant.name, partner=parent.name, login=user.email,
                     expires_at=occasion.now + TO_LIVE_FIRST)
    await write_link(user, letter, occasion, TO_LIVE_FIRST)
