"""Inviting customers and people, inviting them again, and taking an invitation back."""

from __future__ import annotations

from typing import Any

from engine import key_of
from models import letters
from models.access import NOT_AT_HOME, ROLES, Capability, GrantSource, Role
from models.customers import CustomerAccountType
from models.invitations import TO_LIVE, Invitation, InvitationPurpose, InvitationStatus
from models.sessions import hash_secret, is_shut, new_secret
from models.tenants import Tenant
from models.users import normal_email
from models.viewers import Grant, Place, Viewer
from resolvers import texts
from resolvers.change import (
    NO_TENANT,
    Change,
    ErrorCode,
    Occasion,
    Problems,
    Warned,
    WarningCode,
    check_creates,
    check_version,
    refuse,
    revise,
)
from resolvers.founding import is_known_taken, kind_beneath
from resolvers.letters import invite, too_many
from resolvers.offers import Offer

NO_INVITATION = "There is no such invitation, or none that you may know of."
NOT_YOURS = "Your role does not let you invite here."
TAKEN = "Somebody here has the address already."
PENDING, EXPIRED, REVOKED = (InvitationStatus[name].name for name in ("PENDING", "EXPIRED", "REVOKED"))
ASKING = Offer("inviteUser", "Asks somebody to join its people.", Capability.USER_INVITE)
#: What it takes to invite, and to invite again.
NEEDS = {InvitationPurpose.CUSTOMER: Capability.CUSTOMER_CREATE, InvitationPurpose.USER: ASKING.needs}


async def invite_customer(viewer: Viewer, occasion: Occasion, *, account_type: CustomerAccountType, email: str,
                          parent_id: str | None = None, organization_name: str | None = None,
                          domain: str | None = None) -> Change:
    """Writes to whoever shall set up a customer beneath a tenant and be its first administrator."""
    problems = Problems()
    check_creates(problems, occasion)
    parent = await _joined(viewer, problems, parent_id, Capability.CUSTOMER_CREATE, "parentId")
    kind = kind_beneath(parent) if parent else None
    if parent and kind is None:
        problems.add(ErrorCode.INVALID_STATE, "A sub-account holds no accounts: name the one above it.", "parentId")
    address = texts.email_address(problems, "email", email)
    name = texts.name(problems, "organizationName", organization_name, 200)
    known_by = texts.domain(problems, "domain", domain)
    if not name and not known_by:
        problems.add(ErrorCode.REQUIRED, "Give the company's name, or its domain.", "organizationName")
    if parent and address:
        await _check_free(viewer, occasion, problems, parent, address)
    problems.stop()
    assert parent and kind and address
    invitation = Invitation(
        tenant_id=parent.id, purpose=InvitationPurpose.CUSTOMER.name, account_type=account_type.name, email=address,
        organization_name=name or known_by, domain=known_by, role=Role.ADMIN.name)
    change = await _invited(viewer, occasion, invitation, parent, "inviteCustomer",
                            f"Invited {name or known_by} ({address}) as a {kind.name.lower()}")
    if known_by and not _of_domain(texts.mailable(address), known_by):
        change.warnings.append(Warned(WarningCode.EMAIL_DOMAIN_MISMATCH, f"The address is not of {known_by}.",
                                      ("input", "email")))
    return change


@ASKING
async def invite_user(viewer: Viewer, occasion: Occasion, *, tenant_id: str, email: str, first_name: str,
                      last_name: str, role: Role, language: str | None = None) -> Change:
    """Writes to somebody who shall join a tenant's people with a role."""
    problems = Problems()
    check_creates(problems, occasion)
    tenant = await _joined(viewer, problems, tenant_id, ASKING.needs, "tenantId")
    address = texts.email_address(problems, "email", email)
    first = texts.required_name(problems, "firstName", first_name, 100)
    last = texts.required_name(problems, "lastName", last_name, 100)
    spoken = texts.language(problems, "language", language)
    if tenant:
        _check_role(viewer, problems, role, tenant.place)
    if tenant and address:
        await _check_free(viewer, occasion, problems, tenant, address)
    problems.stop()
    assert tenant and address
    invitation = Invitation(
        tenant_id=tenant.id, purpose=InvitationPurpose.USER.name, account_type=CustomerAccountType.LOCAL_ACCOUNT.name,
        email=address, first_name=first, last_name=last, language=spoken, role=role.name)
    return await _invited(viewer, occasion, invitation, tenant, "inviteUser", f"Invited {address} as {role.name}")


async def resend_invitation(viewer: Viewer, occasion: Occasion, *, invitation_id: str) -> Change:
    """Sends a new link, which lives anew, and kills the old one. Whoever resends vouches for it from then on."""
    invitation, tenant = await _of_viewer(viewer, invitation_id)
    problems = Problems()
    needed = NEEDS[InvitationPurpose[invitation.purpose]]
    if not viewer.may(needed, tenant.path):
        problems.add(ErrorCode.FORBIDDEN, NOT_YOURS, "invitationId", requires=needed)
    elif invitation.purpose == InvitationPurpose.USER.name:
        _check_role(viewer, problems, Role[invitation.role], tenant.place, "invitationId")
    problems.stop()
    check_version(invitation, occasion)
    if invitation.status not in (PENDING, EXPIRED):
        refuse(ErrorCode.INVALID_STATE, f"The invitation is {invitation.status}: invite anew.", "invitationId")
    rivals = Invitation.filter(tenant_id=tenant.id, email_norm=invitation.email_norm,
                                      status=PENDING).exclude(id=invitation.id)
    if await rivals.filter(expires_at__gt=occasion.now).exists():
        refuse(ErrorCode.INVALID_STATE, "A later invitation of the address is open: resend that one.", "invitationId")
    if enough := await too_many(tenant.id, viewer.user_id, invitation.email, occasion.now):
        refuse(enough.code, enough.message, "invitationId")
    await rivals.update(status=EXPIRED)
    secret, before = new_secret(), {"sentCount": invitation.sent_count}
    await revise(invitation, occasion, status=PENDING, token_hash=hash_secret(secret),
                 expires_at=occasion.now + TO_LIVE, sent_count=invitation.sent_count + 1, invited_by_id=viewer.user_id)
    await letters.withdraw(invitation.id)
    await invite(invitation, tenant, secret, occasion)
    return _change(viewer, tenant, invitation, "resendInvitation", f"Invited {invitation.email} again", before,
                   {"sentCount": invitation.sent_count})


async def revoke_invitation(viewer: Viewer, occasion: Occasion, *, invitation_id: str) -> Change:
    """Takes an open invitation back: its link no longer works."""
    invitation, tenant = await _of_viewer(viewer, invitation_id)
    needed = NEEDS[InvitationPurpose[invitation.purpose]]
    if not viewer.may(needed, tenant.path):
        refuse(ErrorCode.FORBIDDEN, "Your role does not let you take it back.", "invitationId", requires=needed)
    check_version(invitation, occasion)
    change = _change(viewer, tenant, invitation, "revokeInvitation", f"Took back the invitation of {invitation.email}")
    if invitation.status == REVOKED:
        change.warnings.append(Warned(WarningCode.ALREADY_DONE, "It was taken back before.", ("input", "invitationId")))
        return change
    if invitation.status != PENDING or invitation.expires_at <= occasion.now:
        status = invitation.status if invitation.status in ("ACCEPTED", "DECLINED") else EXPIRED
        refuse(ErrorCode.INVALID_STATE, f"The invitation is {status} and can no longer be taken back.", "invitationId")
    change.before, change.after = {"status": invitation.status}, {"status": REVOKED}
    await revise(invitation, occasion, status=REVOKED)
    await letters.withdraw(invitation.id)
    return change


def missing_to_grant(viewer: Viewer, role: Role, place: Place) -> Capability | None:
    """What a role would give at a tenant that the viewer does not hold there: nobody grants more than that (I23)."""
    if role is Role.ADMIN and not viewer.may(Capability.USER_GRANT_ADMIN, place.path):
        return Capability.USER_GRANT_ADMIN
    for given in Grant(role, place.tenant_id, place.path, place.kind, GrantSource.HOME).holdings():
        for capability in sorted(given.capabilities - NOT_AT_HOME, key=lambda c: c.name):
            if not any(capability in h.capabilities and h.contains(given) for h in viewer.holdings):
                return capability
    return None


async def _joined(viewer: Viewer, problems: Problems, tenant_id: str | None, needed: Capability,
                  field: str) -> Tenant | None:
    """The tenant to invite into, locked, so that one address is invited there once at a time."""
    where = viewer.current.tenant_id if tenant_id is None and viewer.current else key_of("ten", tenant_id)
    tenant = await Tenant.get_or_none(id=where) if where else None
    if tenant is None or not viewer.knows(tenant.path):
        problems.add(ErrorCode.NOT_FOUND, NO_TENANT, field)
        return None
    if not viewer.may(needed, tenant.path):
        problems.add(ErrorCode.FORBIDDEN, NOT_YOURS, *([field] if tenant_id else []),
                     requires=needed)
        return None
    if await is_shut(tenant):
        problems.add(ErrorCode.INVALID_STATE, "The tenant is closed: reactivate it first.", field)
    return await Tenant.filter(id=tenant.id).select_for_update(no_key=True).get()


def _check_role(viewer: Viewer, problems: Problems, role: Role, place: Place, field: str = "role") -> None:
    if (role, place.kind) not in ROLES:
        known = ", ".join(r.name for r in Role if (r, place.kind) in ROLES)
        problems.add(ErrorCode.INVALID, f"A {place.kind.name.lower()} has no {role.name}; choose {known}.", field)
    elif missing := missing_to_grant(viewer, role, place):
        problems.add(ErrorCode.FORBIDDEN, "Nobody may grant more than they hold.", field, requires=missing)


async def _check_free(viewer: Viewer, occasion: Occasion, problems: Problems, tenant: Tenant, email: str) -> None:
    """Whether the address may be invited, as far as the viewer may know. Whoever may not list the people of a tenant
    does not learn that somebody there has the address: the invited is told so at acceptance."""
    if await is_known_taken(viewer, email):
        problems.add(ErrorCode.EMAIL_TAKEN, TAKEN, "email")
    pending = await Invitation.filter(tenant_id=tenant.id, email_norm=normal_email(email), expires_at__gt=occasion.now,
                                             status=PENDING).first()
    if pending:
        problems.add(ErrorCode.INVALID_STATE, f"The address is invited already: resend ivt_{pending.id}.", "email")
    elif enough := await too_many(tenant.id, viewer.user_id, email, occasion.now):
        problems.add(enough.code, enough.message, "email")


async def _invited(viewer: Viewer, occasion: Occasion, invitation: Invitation, tenant: Tenant,
                   action: str, summary: str) -> Change:
    """Saves a new invitation in place of any that lapsed, with its letter."""
    secret, email_norm = new_secret(), normal_email(invitation.email)
    await Invitation.filter(tenant_id=tenant.id, email_norm=email_norm, status=PENDING).update(
        status=EXPIRED)
    invitation.update_from_dict({
        "email_norm": email_norm, "invited_by_id": viewer.user_id, "invited_at": occasion.now,
        "status": PENDING, "token_hash": hash_secret(secret), "expires_at": occasion.now + TO_LIVE})
    await invitation.save(force_create=True)
    await invite(invitation, tenant, secret, occasion)
    return _change(viewer, tenant, invitation, action, summary, None,
                   {"email": invitation.email, "role": invitation.role,
                    "organizationName": invitation.organization_name})


async def _of_viewer(viewer: Viewer, invitation_id: str) -> tuple[Invitation, Tenant]:
    """An invitation that the viewer may see, and the tenant it invites into, locked."""
    found = await Invitation.get_or_none(id=key_of("ivt", invitation_id))
    tenant = await Tenant.get_or_none(id=found.tenant_id) if found else None
    if found is None or tenant is None or not viewer.may(Capability.USER_INVITE, tenant.path):
        refuse(ErrorCode.NOT_FOUND, NO_INVITATION, "invitationId")
    await Tenant.filter(id=tenant.id).select_for_update(no_key=True).get()
    return await Invitation.get(id=found.id), tenant


def _change(viewer: Viewer, tenant: Tenant, invitation: Invitation, action: str, summary: str,
            before: dict[str, Any] | None = None, after: dict[str, Any] | None = None) -> Change:
    return Change(tenant=tenant, action=action, summary=summary, resource=f"ivt_{invitation.id}",
                  records={"invitation": invitation}, before=before, after=after,
                  on_behalf=viewer.home is None or viewer.home.tenant_id != tenant.id)


def _of_domain(email: str, domain: str) -> bool:
    host = email.rpartition("@")[2].lower()
    return host == domain or host.endswith(f".{domain}")
