"""What the fields of letters mean, and how letters to people come into the outbox."""

from __future__ import annotations

import datetime as dt

from tortoise.expressions import Subquery

import models
from engine import Computed, Page, Row, computed
from letters.invitations import customer_invited, user_invited
from letters.letter import Letter
from models.access import Capability
from models.invitations import InvitationPurpose
from models.letters import LetterStatus
from resolvers.change import ErrorCode, Occasion, Problem
from resolvers.customers import Customer
from resolvers.tenants import Tenant
from resolvers.texts import mailable

A_DAY = dt.timedelta(days=1)
#: Letters of a day to one address, and by one person.
MOST, MOST_EACH = 5, 1000


class OutboundEmail(Row, of=models.OutboundEmail, tag="eml", place="tenant_id", needs=Capability.EMAIL_SEND):
    def to(self) -> Computed:
        return computed(_only, self.recipient)


def _only(recipient: str) -> list[str]:
    return [recipient]


@Customer.field
@Tenant.field
def sent_emails(account: Customer | Tenant) -> Page:
    return OutboundEmail.each(tenant_id=account.id).by("-written_at").page()


async def invite(invitation: models.Invitation, tenant: models.Tenant, secret: str, occasion: Occasion) -> None:
    """Puts the letter of an invitation into the outbox, with a link that holds the secret."""
    inviter = await models.User.get(id=invitation.invited_by_id)
    if invitation.purpose == InvitationPurpose.CUSTOMER.name:
        letter = customer_invited(organization=invitation.organization_name or "", partner=tenant.name,
                                  inviter=inviter.display_name, expires_at=invitation.expires_at)
    else:
        letter = user_invited(name=invitation.first_name or "", company=tenant.name, inviter=inviter.display_name,
                              expires_at=invitation.expires_at)
    await models.OutboundEmail(
        tenant_id=tenant.id, about_id=invitation.id, kind=letter.kind, recipient=mailable(invitation.email),
        subject=letter.subject, body=letter.body, link=f"{occasion.base_url}/accept-invitation#invitation={secret}",
        status=LetterStatus.QUEUED.name, written_at=occasion.now, next_try_at=occasion.now).post()


async def write_to(user: models.User, letter: Letter, link: str, now: dt.datetime, about_id: int | None = None) -> None:
    """Puts a letter to a person into the outbox."""
    await models.OutboundEmail(
        tenant_id=user.tenant_id, about_id=about_id or user.id, kind=letter.kind, recipient=mailable(user.email),
        subject=letter.subject, body=letter.body, link=link, status=LetterStatus.QUEUED.name, written_at=now,
        next_try_at=now).post()


async def too_many(tenant_id: int, inviter_id: int | None, email: str, now: dt.datetime) -> Problem | None:
    """Why nobody is invited any more for one day: the address has had enough letters from a tenant, or from one person for
    whichever tenants; or that person has sent enough of them."""
    of_a_day = models.OutboundEmail.filter(written_at__gt=now - A_DAY)
    theirs = models.Invitation.filter(invited_by_id=inviter_id, updated_at__gt=now - A_DAY)
    by_them = of_a_day.filter(about_id__in=Subquery(theirs.values("id")))
    if max(await of_a_day.filter(tenant_id=tenant_id, recipient=mailable(email)).count(),
           await by_them.filter(recipient=mailable(email)).count()) >= MOST:
        return Problem(ErrorCode.INVALID_STATE, "Five letters went there within a day: try again tomorrow.", ())
    if await by_them.count() >= MOST_EACH:
        return Problem(ErrorCode.LIMIT_EXCEEDED, f"You sent {MOST_EACH} invitations within a day: try again tomorrow.", ())
    return None
