"""Contracts drawn up, offered, accepted and ended.

Who may do what: the partners above draw up, offer, withdraw and terminate, by CONTRACT_MANAGE. The customer's word is given
in the customer's own account, by an ADMIN there: PENDING_ACCEPTANCE waits for it, and no capability of the matrix stands for
it, since CONTRACT_MANAGE is nobody's at a customer and FULL_ACCESS is not its administrator (D-20). A partner's
administrator who was given the word on paper switches into the account and accepts there on its behalf (D-6), which the
customer reads in its activity log. Whoever offers therefore never accepts from where they offered.
"""

from __future__ import annotations

import datetime as dt
import re

import models
from engine import key_of
from models.access import Capability, Role
from models.catalogue import LARGEST_AMOUNT
from models.contracts import BY_DATE, NEXT, ContractStatus, begun
from models.customers import CustomerStatus
from models.onboarding import OnboardingTaskKind, fulfil_task
from models.tenants import Tenant, today
from models.transaction import hold
from models.viewers import Viewer
from resolvers import texts
from resolvers.change import NO_CUSTOMER, Change, ErrorCode, Occasion, Problems, check_creates, check_version, refuse, revise
from resolvers.contracts import ACCEPTED, ENDED, OFFERED
from resolvers.money import DIGITS, minor_units
from resolvers.offers import Offer

NO_CONTRACT = "There is no such contract, or none that you may know of."
TITLE, URL = 200, 500
NUMBER = re.compile(r"C-([0-9]{4,9})")
LINK = re.compile(r"https://[^\s/?#@]+(/[!-~]*)?")
#: With whom no contract is made, and none goes on by itself.
LEFT = tuple(s.name for s in (CustomerStatus.PENDING_DELETION, CustomerStatus.DELETED, CustomerStatus.DISCONNECTED))


DRAWING_UP = Offer("createContract", "Draws up a contract with it.", Capability.CONTRACT_MANAGE)


@DRAWING_UP
async def create_contract(viewer: Viewer, occasion: Occasion, *, customer_id: str, title: str, starts_on: dt.date,
                          currency: str, ends_on: dt.date | None = None, value: str | None = None,
                          auto_renew: bool | None = None, document_url: str | None = None) -> Change:
    """Draws up a contract as a DRAFT (B.8). `value` in units of the currency, for the whole term."""
    problems = Problems()
    check_creates(problems, occasion)
    place, customer = await _customer(viewer, customer_id, problems)
    title = texts.required_name(problems, "title", title, TITLE)
    if ends_on is not None and ends_on < starts_on:
        problems.add(ErrorCode.INVALID, "It ends before it starts.", "endsOn")
    if auto_renew and ends_on is None:
        problems.add(ErrorCode.INVALID, "What has no end is not renewed: give endsOn, or leave autoRenew out.", "autoRenew")
    if customer is not None and currency != customer.currency:
        problems.add(ErrorCode.CURRENCY_MISMATCH, f"The customer is billed in {customer.currency}.", "currency")
    worth = _worth(problems, value, currency)
    if document_url is not None and not (LINK.fullmatch(document_url) and len(document_url) <= URL):
        problems.add(ErrorCode.INVALID, f"Give an address that begins with https://, of up to {URL} characters.", "documentUrl")
    problems.stop()
    assert place and customer
    contract = await models.Contract.create(
        tenant_id=place.id, number=await next_number(place.id), title=title, status=ContractStatus.DRAFT.name,
        starts_on=starts_on, ends_on=ends_on, renewal_on=renewal(ends_on, bool(auto_renew)), auto_renew=bool(auto_renew),
        value_minor=worth, currency=customer.currency, document_url=document_url, updated_at=occasion.now)
    return _change(viewer, place, contract, "createContract", "drew up", None)


async def set_contract_status(viewer: Viewer, occasion: Occasion, *, contract_id: str, status: ContractStatus) -> Change:
    """Takes a contract one step on (B.8). Accepting makes it SCHEDULED, or ACTIVE at once where its start date has come."""
    contract, place = await _contract(viewer, contract_id)
    _check_party(viewer, place, contract, status)
    check_version(contract, occasion)
    _check_step(contract, status)
    if status is ENDED:
        return await _step(viewer, occasion, place, contract, "terminated", status, terminated_at=occasion.now, renewal_on=None)
    day = await today_for(place.id, occasion.now)
    if contract.ends_on is not None and contract.ends_on < day:
        refuse(ErrorCode.INVALID_STATE, "Its last day is over: draw up another one.", "status")
    if status is OFFERED:
        return await _step(viewer, occasion, place, contract, "offered", status)
    change = await _step(viewer, occasion, place, contract, "accepted", begun(contract.starts_on, day),
                         accepted_at=occasion.now)
    await fulfil_task(place.id, OnboardingTaskKind.ACCEPT_CONTRACT, occasion.now,
                      await models.User.get_or_none(id=viewer.user_id))
    return change


async def next_number(tenant_id: int) -> str:
    """C-0001, C-0002 …: each customer's contracts count for themselves, without gaps, in the unit of work under way."""
    await hold("customer", [tenant_id])
    there = await models.Contract.filter(tenant_id=tenant_id, number__startswith="C-").values_list("number", flat=True)
    given = [int(found[1]) for number in there if (found := NUMBER.fullmatch(str(number)))]
    return f"C-{max(given, default=0) + 1:04}"


async def today_for(customer_id: int, now: dt.datetime) -> dt.date:
    """The day that it is for whoever bills the customer."""
    customer = await models.Customer.get(id=customer_id)
    return today(await Tenant.get(id=customer.issuer_id), now)


def _worth(problems: Problems, value: str | None, currency: str) -> int | None:
    """In minor units; None where no value is agreed."""
    worth = minor_units(value, currency) if value is not None else None
    if value is not None and (worth is None or not 0 <= worth <= LARGEST_AMOUNT):
        problems.add(ErrorCode.INVALID, f"Give an amount, not less than nothing, with up to {DIGITS.get(currency, 2)} decimals.",
                     "value")
    return worth


def renewal(ends_on: dt.date | None, auto_renew: bool) -> dt.date | None:
    """The first day of the contract that will follow by itself."""
    return ends_on + dt.timedelta(days=1) if ends_on and auto_renew else None


async def _customer(viewer: Viewer, customer_id: str, problems: Problems) -> tuple[Tenant | None, models.Customer | None]:
    """A customer with whom the viewer's company may make contracts, with its tenant."""
    place = await Tenant.get_or_none(id=key_of("cus", customer_id))
    customer = await models.Customer.get_or_none(id=place.id) if place else None
    if place is None or customer is None or not viewer.may(Capability.CUSTOMER_VIEW, place.path):
        problems.add(ErrorCode.NOT_FOUND, NO_CUSTOMER, "customerId")
    elif not viewer.may(DRAWING_UP.needs, place.path):
        problems.add(ErrorCode.FORBIDDEN, "Your role does not let you draw up contracts here.", "customerId",
                     requires=DRAWING_UP.needs)
    elif customer.status in LEFT:
        problems.add(ErrorCode.INVALID_STATE, f"The customer is {customer.status}.", "customerId")
    else:
        return place, customer
    return None, None


async def _contract(viewer: Viewer, contract_id: str) -> tuple[models.Contract, Tenant]:
    """A contract that the viewer sees, locked, with its customer's tenant."""
    id = key_of("con", contract_id)
    contract = await models.Contract.filter(id=id).select_for_update(no_key=True).first()
    place = await Tenant.get(id=contract.tenant_id) if contract else None
    if contract is None or place is None or not viewer.may(Capability.CONTRACT_VIEW, place.path):
        refuse(ErrorCode.NOT_FOUND, NO_CONTRACT, "contractId")
    return contract, place


def _check_party(viewer: Viewer, place: Tenant, contract: models.Contract, to: ContractStatus) -> None:
    """Whether the viewer may take that step on that side of the contract."""
    provides = viewer.may(Capability.CUSTOMER_VIEW, place.path) and viewer.may(Capability.CONTRACT_MANAGE, place.path)
    inside = viewer.current is not None and viewer.current.tenant_id == place.id
    has_word = inside and viewer.role_on(place.path) is Role.ADMIN
    if has_word and (to is ACCEPTED or (to is ENDED and contract.status == OFFERED.name)):
        return
    if to is ACCEPTED and (provides or inside):
        refuse(ErrorCode.FORBIDDEN, "An administrator of the customer accepts, in its own account: switch into it if you "
               "were given its word.", "status")
    if not provides:
        refuse(ErrorCode.FORBIDDEN, "Your role does not let you change contracts here.", "status",
               requires=Capability.CONTRACT_MANAGE)


def _check_step(contract: models.Contract, to: ContractStatus) -> None:
    now = ContractStatus[contract.status]
    if to in NEXT[now] - BY_DATE:
        return
    steps = [step.name for step in ContractStatus if step in NEXT[now] - BY_DATE]
    by_date = " It goes on by its dates." if NEXT[now] & BY_DATE else ""
    refuse(ErrorCode.INVALID_STATE, f"The contract is {now.name}: " + (
        f"from there it is made {' or '.join(steps)}.{by_date}" if steps else "it does not change any more."), "status")


async def _step(viewer: Viewer, occasion: Occasion, place: Tenant, contract: models.Contract, verb: str,
                to: ContractStatus, **values: object) -> Change:
    before = contract.status
    await revise(contract, occasion, status=to.name, **values)
    return _change(viewer, place, contract, "setContractStatus", verb, before)


def _change(viewer: Viewer, place: Tenant, contract: models.Contract, action: str, verb: str, before: str | None) -> Change:
    """Written down with the customer, without what the contract is worth."""
    return Change(tenant=place, action=action, summary=f"{verb} contract {contract.number}", resource=f"con_{contract.id}",
                  records={"contract": contract}, before={"status": before} if before else None,
                  after={"number": contract.number, "status": contract.status},
                  on_behalf=viewer.home is None or viewer.home.tenant_id != place.id)
