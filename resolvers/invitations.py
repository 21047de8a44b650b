"""What the fields of invitations mean."""

from __future__ import annotations

import models
from engine import TEXT, Bound, Case, Const, Expr, One, Page, Row, now
from engine.expr import Column
from models.access import Capability
from models.invitations import InvitationStatus
from models.sessions import hash_secret
from resolvers.customers import Customer
from resolvers.tenants import Tenant
from resolvers.users import User


class Invitation(Row, of=models.Invitation, tag="ivt", place="tenant_id", needs=Capability.USER_INVITE):
    def status(self) -> Expr:
        """What lapsed is expired, whether or not anybody has noted it yet."""
        stored = Column(self, "status", TEXT, False)
        lapsed = (stored == InvitationStatus.PENDING) & (self.expires_at <= now())
        return Case([(lapsed, Const(InvitationStatus.EXPIRED.name))], stored)

    def tenant(self) -> One:
        return Tenant.each(id=self.tenant_id).first()

    def invited_by(self) -> One:
        return User.each(id=self.invited_by_id).first()

    def customer(self) -> One:
        return Customer.each(id=self.customer_id).first()

    def user(self) -> One:
        return User.each(id=self.user_id).first()


class InvitationOffer(Row, of=models.Invitation, open=True):
    """Known to whoever has the secret of its letter, and to nobody else."""

    def company(self) -> Expr:
        return Tenant.each(id=self.tenant_id).open().value(lambda tenant: tenant.name)

    def inviter(self) -> Expr:
        return User.each(id=self.invited_by_id).open().value(lambda user: user.display_name())


def offered(token: Bound) -> One:
    """What a letter's link offers, as long as it may be accepted."""
    return InvitationOffer.each(token_hash=token.converted(hash_secret)).where(
        lambda offer: (offer.status == InvitationStatus.PENDING) & (offer.expires_at > now())).first()


@Customer.field
@Tenant.field
def invitations(account: Customer | Tenant) -> Page:
    """Who is invited into an account, and which customers beneath it are; newest first."""
    return Invitation.each(tenant_id=account.id).by("-invited_at").page()


def all_invitations(status: list[InvitationStatus] | None = None) -> Page:
    """Every invitation that the viewer may see, newest first."""
    found = Invitation.each().by_place()
    if status is not None:
        found = found.where(lambda invitation: invitation.status().one_of(status))
    return found.by("-invited_at").page()
