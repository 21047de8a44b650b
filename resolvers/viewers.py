"""What a viewer is told of themselves: where they are, what they may do, and how to get what they may not."""

from __future__ import annotations

from engine import (
    BY_TAG,
    JSON,
    TEXT,
    Bound,
    Case,
    Const,
    Desc,
    Expr,
    Many,
    One,
    Page,
    Row,
    Rows,
    Several,
    held,
    viewers,
)
from engine.builders import literal_null
from engine.expr import lift
from models.access import STRONGEST_FIRST, Capability, WithheldReason
from resolvers.customers import Customer
from resolvers.grants import AccessGrant
from resolvers.offers import OFFERS, Offer
from resolvers.policy import why_not
from resolvers.query import Query
from resolvers.sessions import ActingSession, LoginSession
from resolvers.tenants import Tenant
from resolvers.users import User

#: Tenants that somebody is reminded of.
RECENT = 8


class Viewer(Row):
    """Of no table: everything comes from the session."""

    def user(self) -> One:
        return User.each(id=viewers("user")).open().first()

    def home_tenant(self) -> One:
        return Tenant.each(id=viewers("home")).open().first()

    def current_tenant(self) -> One:
        return Tenant.each(id=viewers("tenant")).open().first()

    def effective_role(self) -> Expr:
        return viewers("role", TEXT)

    def capabilities(self) -> Expr:
        return viewers("capabilities", JSON, nullable=False)

    def acting_session(self) -> One:
        return ActingSession.each(id=viewers("acting")).open().first()

    def recent_places(self) -> Many:
        def entered(tenant: Tenant) -> Desc:
            stays = ActingSession.each(actor_id=viewers("user"), target_id=tenant.id).open()
            return Desc(stays.by("-started_at").value(lambda stay: stay.started_at))
        stays = ActingSession.each(actor_id=viewers("user")).open()
        return (Tenant.each().where(lambda tenant: tenant.id.among(stays, lambda stay: stay.target_id)).by(entered)
                .all(limit=RECENT))

    def sessions(self) -> Page:
        return LoginSession.each(user_id=viewers("user")).open().where(LoginSession.in_use).by("-started_at").page()

    def permission(self, of: Bound, capability: Capability) -> PermissionDecision:
        """What is hidden and what is not there are told alike, for the door stands before every question."""
        kind = BY_TAG.get(of.tag, Tenant)

        def found() -> Rows[Row]:
            return kind.each(id=kind.key_in(of))
        return PermissionDecision.bundle(
            capability=lift(capability), known=found().exists(), at=found().value(lambda row: row.tenant_key()),
            allowed=found().where(lambda row: held(row, capability)).exists(),
            as_support=found().where(lambda row: held(row, "role:SUPPORT")).exists(),
            unscoped=found().where(lambda row: held(row, f"unscoped:{capability.name}")).exists())


class PermissionDecision(Row):
    """Whether the viewer may do something to an object, and how they might come to."""

    def reason(self) -> Expr:
        return Case([(self.allowed, literal_null(TEXT)), (~self.known, lift(WithheldReason.NOT_LINKED)),
                     (self.unscoped, lift(WithheldReason.API_KEY_SCOPE)),
                     (self.as_support, lift(WithheldReason.SUPPORT_ROLE))], lift(WithheldReason.ROLE))

    def grant(self) -> One:
        return (AccessGrant.each(user_id=viewers("user")).open()
                .where(lambda grant: grant.is_live() & grant.covers(self.at)).by(AccessGrant.strength).first())

    def explanation(self) -> Expr:
        return Case([(self.allowed, Const("You may.")), (~self.known, Const(WithheldReason.NOT_LINKED.value)),
                     (self.unscoped, Const(WithheldReason.API_KEY_SCOPE.value)),
                     (self.as_support, Const(WithheldReason.SUPPORT_ROLE.value))], Const(WithheldReason.ROLE.value))

    def how_to_get(self) -> Expr:
        here = Tenant.each(id=viewers("tenant")).open().value(lambda tenant: tenant.name).or_else("your company")
        ask = Const("Ask an administrator of ") + here
        return Case([(self.allowed, literal_null(TEXT)), (~self.known, ask + " to link you."),
                     (self.unscoped, Const("Take an API key that was made with ") + self.capability + ".")],
                    ask + " for a role that includes " + self.capability + ".")


@Query.field
def viewer(query: Query) -> Viewer:
    return Viewer.bundle(present=~viewers("tenant").is_null())


# -- what a row of the customer list offers

class CustomerAction(Row):
    """One offer as it stands for the viewer."""

    @classmethod
    def on(cls, customer: Customer, offer: Offer, mutation: str) -> CustomerAction:
        needed = held(customer, offer.needs)
        in_use = customer.is_in_use() if offer.while_active else Const(True)
        return cls.bundle(action=Const(offer.name), mutation=Const(mutation), description=Const(offer.does),
                          allowed=needed & in_use if offer.while_active else needed,
                          reason=why_not(customer, needed, (in_use, WithheldReason.CUSTOMER_STATUS)),
                          irreversible=Const(offer.irreversible), requires_confirmation=Const(offer.confirmed))


@Customer.field
def viewer_role(customer: Customer) -> Expr:
    return Case([(held(customer, f"role:{role.name}"), lift(role)) for role in STRONGEST_FIRST], literal_null(TEXT))


@Customer.field
def viewer_actions(customer: Customer) -> Several:
    return Several([CustomerAction.on(customer, offer, mutation) for offer, mutation in OFFERS.items()])
