"""Accepting an invitation: the customer with its first administrator, or the person, in one piece."""

from __future__ import annotations

from typing import NoReturn

from tortoise.queryset import QuerySet

from models.access import Role
from models.customers import Customer
from models.events import EventKind, announce
from models.invitations import Invitation, InvitationPurpose, InvitationStatus
from models.letters import OutboundEmail
from models.onboarding import OnboardingTaskKind, begin_onboarding, fulfil_task
from models.sessions import hash_secret, is_shut, viewer_of
from models.tenants import Tenant
from models.users import User
from models.viewers import Viewer
from resolvers import texts
from resolvers.change import Change, ErrorCode, Occasion, Problems, check_creates, refuse
from resolvers.founding import HAS_ACCOUNT, enter_person, found_company, kind_beneath
from resolvers.inviting import NEEDS, missing_to_grant

EXPIRED = "The link is unknown, used, taken back or too old: ask whoever invited you for a new one."


async def hash_chosen(_: Viewer, occasion: Occasion, *, token: str, password: str | None = None, **__: object) -> str | None:
    """The chosen password's hash; None where the invitation would be refused in any case.

    Runs before the transaction of `accept_invitation`: hashing takes long.
    """
    invitation = await _open(token, occasion).first()
    tenant = await Tenant.get_or_none(id=invitation.tenant_id) if invitation else None
    if invitation is None or tenant is None or not await _stands(invitation, tenant, occasion):
        return None
    if await User.filter(email_norm=invitation.email_norm).exists():
        return None
    return await texts.hash_if_fit(password, invitation.email)


async def accept_invitation(viewer: Viewer, occasion: Occasion, *, token: str, password: str | None = None,
                            first_name: str | None = None, last_name: str | None = None,
                            organization_name: str | None = None, hashed: str | None) -> Change:
    """Creates what the invitation offers, for whoever holds its token. Of two at the same time one succeeds."""
    invitation = await _open(token, occasion).select_for_update(no_key=True).first()
    tenant = await Tenant.get_or_none(id=invitation.tenant_id) if invitation else None
    if invitation is None or tenant is None or not await _stands(invitation, tenant, occasion):
        _expired()
    problems = Problems()
    check_creates(problems, occasion)
    first = texts.required_name(problems, "firstName", first_name or invitation.first_name, 100)
    last = texts.required_name(problems, "lastName", last_name or invitation.last_name, 100)
    company = texts.name(problems, "organizationName", organization_name, 200) or invitation.organization_name or ""
    texts.new_password(problems, "password", password, invitation.email)
    if await User.filter(email_norm=invitation.email_norm).exists():
        problems.add(ErrorCode.EMAIL_TAKEN, HAS_ACCOUNT, "token")
    problems.stop()
    if hashed is None:  # it was sent again between hashing and here
        _expired()
    customer = None
    if invitation.purpose == InvitationPurpose.CUSTOMER.name:
        tenant, customer = await found_company(tenant, company, occasion.now, domain=invitation.domain, email=invitation.email,
                                               account_type=invitation.account_type)
    user = await enter_person(tenant, invitation.email, Role[invitation.role], invitation.invited_by_id, occasion.now, "token",
                              first_name=first, last_name=last, language=invitation.language, password_hash=hashed,
                              email_verified=True, invited_at=invitation.invited_at)
    await _onboard(tenant, customer, user, invitation, occasion)
    await _use_up(invitation, customer, user, occasion)
    await _tell(tenant, customer, user, occasion)
    if customer:
        await OutboundEmail.filter(about_id=invitation.id).update(tenant_id=tenant.id)
    return Change(tenant=tenant, action="acceptInvitation", resource=f"ivt_{invitation.id}", actor=user,
                  summary=f"{user.email} accepted the invitation",
                  after={"user": f"usr_{user.id}", "role": invitation.role},
                  records={"invitation": invitation, "customer": customer, "user": user})


def _open(token: str, occasion: Occasion) -> QuerySet[Invitation]:
    return Invitation.filter(token_hash=hash_secret(token), status=InvitationStatus.PENDING.name,
                             expires_at__gt=occasion.now)


async def _stands(invitation: Invitation, tenant: Tenant, occasion: Occasion) -> bool:
    """Whether whoever invited might do so today, too."""
    inviter = await User.get_or_none(id=invitation.invited_by_id)
    viewer = await viewer_of(inviter, 0, None, occasion.now) if inviter else None
    purpose = InvitationPurpose[invitation.purpose]
    if viewer is None or not viewer.may(NEEDS[purpose], tenant.path) or await is_shut(tenant):
        return False
    if purpose is InvitationPurpose.CUSTOMER:
        return kind_beneath(tenant) is not None
    return missing_to_grant(viewer, Role[invitation.role], tenant.place) is None


async def _onboard(tenant: Tenant, customer: Customer | None, user: User, invitation: Invitation,
                   occasion: Occasion) -> None:
    """A new customer gets its tasks: that it has an administrator, and that letters to it are read, is shown by now."""
    if customer is not None:
        shown = [OnboardingTaskKind.VERIFY_EMAIL, OnboardingTaskKind.INVITE_ADMIN]
        await begin_onboarding(tenant.id, occasion.now, user, shown)
    elif invitation.role == Role.ADMIN.name:
        await fulfil_task(tenant.id, OnboardingTaskKind.INVITE_ADMIN, occasion.now, user)


async def _use_up(invitation: Invitation, customer: Customer | None, user: User, occasion: Occasion) -> None:
    """The link works once: of two who follow it at the same time, the second finds it used."""
    mine = Invitation.filter(id=invitation.id, status=InvitationStatus.PENDING.name, version=invitation.version)
    used = await mine.update(
        status=InvitationStatus.ACCEPTED.name, accepted_at=occasion.now, version=invitation.version + 1,
        updated_at=occasion.now, customer_id=customer.id if customer else None, user_id=user.id)
    if not used:
        _expired()


async def _tell(tenant: Tenant, customer: Customer | None, user: User, occasion: Occasion) -> None:
    """A company came into being, or a customer's person got access. A partner's own people are nobody's news."""
    if customer is not None:
        await announce(EventKind.CREATED, tenant.id, occasion.now, about=f"cus_{customer.id}", actor=user,
                       facts={"name": customer.name})
    elif await Customer.exists(id=tenant.id):
        await announce(EventKind.ACCESS_CHANGED, tenant.id, occasion.now, about=f"usr_{user.id}", actor=user,
                       facts={"name": user.email})


def _expired() -> NoReturn:
    refuse(ErrorCode.LINK_EXPIRED, EXPIRED, "token")
