"""What the fields of letters mean, and the letters that invitations send."""

from __future__ import annotations

import datetime as dt

import models
from engine import Computed, Page, Row, computed
from letters.invitations import customer_invited, user_invited
from models.access import Capability
from models.invitations import InvitationPurpose
from models.letters import LetterStatus
from resolvers.change import Occasion
from resolvers.customers import Customer
from resolvers.tenants import Tenant
from resolvers.texts import mailable

A_DAY = dt.timedelta(days=1)
MOST = 5


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


async def too_many(tenant_id: int, email: str, now: dt.datetime) -> bool:
    """Whether an address has had enough letters from a tenant for one day."""
    return await models.OutboundEmail.filter(tenant_id=tenant_id, recipient=mailable(email),
                                             written_at__gt=now - A_DAY).count() >= MOST
