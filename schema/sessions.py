"""Signing in and out, entering a tenant and coming back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

import models.sessions
from engine.bind import answered
from resolvers import sessions
from schema.directives import Capability, shown, shows
from schema.enums import described
from schema.mutations import changes
from schema.nodes import Node
from schema.payloads import MutationPayload
from schema.scalars import DateTime, EmailAddress
from schema.tenants import Role, Tenant
from schema.users import User

if TYPE_CHECKING:
    from schema.viewers import Viewer

ActingStatus = described(models.sessions.ActingStatus)


@shows(sessions.ActingSession)
class ActingSession(Node):
    """A person acting in a tenant beneath their own. Known to that person only."""

    actor: User | None = shown("Who acts.")
    target: Tenant | None = shown("Where; null where they may no longer see it.")
    effective_role: Role = shown("What they are there.")
    capabilities: list[Capability] = shown("What they may do on the tenant itself, by name: what its own "
                                           "administrator may, as far as their grant reaches.")
    status: ActingStatus = shown("Where it stands.")
    reason: str | None = shown("Why, as they said; null where they did not.")
    started_at: DateTime = shown("When they entered.")
    ends_at: DateTime = shown("When it ends at the latest: with the sign-in.")
    ended_at: DateTime | None = shown("When it ended; null while it is open.")


@shows(sessions.LoginSession)
class LoginSession(Node):
    """One sign-in. Known to its own person only. It ends after 30 idle minutes and 10 hours in all."""

    user: User | None = shown("Who signed in.")
    started_at: DateTime = shown("When.")
    last_seen_at: DateTime = shown("When it was last used, to the minute.")
    acting: ActingSession | None = shown("The stay in another tenant that is open in it; null where there is none.")
    user_agent: str | None = shown("What the program called itself; null where it did not.")
    is_current: bool = shown("Whether the request itself came in it.")


WhoAsks = Annotated["Viewer", strawberry.lazy("schema.viewers")]
TOKEN = "Send it as `Authorization: Bearer …`; a browser has it in its cookie already. Told this once."


@strawberry.input(description="Who signs in.")
class SignInInput:
    email: EmailAddress = strawberry.field(description="The address.")
    password: str = strawberry.field(description="The password.")


@strawberry.type(description="The session that was opened.")
class SignInPayload(MutationPayload):
    token: str | None = strawberry.field(description=f"The session's secret. {TOKEN}")
    viewer: WhoAsks | None = answered("Whoever is signed in now; null where nobody is.")


@strawberry.input(description="What to end.")
class SignOutInput:
    all: bool | None = strawberry.field(default=strawberry.UNSET, description="Every sign-in of the person, on all "
                                        "their devices; else only the one that the request came in.")


@strawberry.type(description="The end of a session.")
class SignOutPayload(MutationPayload):
    done: bool | None = strawberry.field(description="True once it has ended; null where nothing was "
                                                                   "done.")


@strawberry.input(description="Where to go.")
class SwitchTenantInput:
    tenant_id: strawberry.ID = strawberry.field(description="The tenant to enter, beneath the viewer's own or linked.")
    reason: str | None = strawberry.field(default=strawberry.UNSET, description="Why, for the acting session; up to "
                                          "500 characters. `options.reason` where not given.")


@strawberry.type(description="The tenant entered.")
class SwitchTenantPayload(MutationPayload):
    session: ActingSession | None = answered("The acting session; null where nothing was done.")
    token: str | None = strawberry.field(description=f"Acts in the tenant entered. {TOKEN}")
    viewer: WhoAsks | None = answered("The viewer as they are there; null where nothing was done.")


@strawberry.input(description="How to come back.")
class SwitchBackInput:
    stay: bool | None = strawberry.field(default=strawberry.UNSET, description="Leaves the acting session open, so "
                                         "that its own token goes on working beside the new one; else it ends.")


@strawberry.type(description="The person's own context.")
class SwitchBackPayload(MutationPayload):
    viewer: WhoAsks | None = answered("The viewer at home; null where nothing was done.")
    token: str | None = strawberry.field(description=f"Acts at home; null where the viewer was there. "
                                                                   f"{TOKEN}")


@strawberry.type
class SessionMutations:
    sign_in = changes(
        sessions.sign_in, input=SignInInput, payload=SignInPayload, open=True, first={"recognised": sessions.recognise},
        description="Opens a session and returns its token, which is told once and works until 30 idle minutes or 10 "
        "hours have passed. For any reason why somebody may not come in the answer is the same, INVALID at `input`: "
        "an unknown address, a wrong password, an account that is not open, or 10 tries with one address in 15 "
        "minutes.")
    sign_out = changes(
        sessions.sign_out, input=SignOutInput, payload=SignOutPayload,
        description="Ends the session with all its tokens, and any acting session in it.")
    switch_tenant = changes(
        sessions.switch_tenant, input=SwitchTenantInput, payload=SwitchTenantPayload,
        description="Enters a tenant beneath the viewer's own, or a customer they are linked to: with the new token "
        "everything is seen and done as its own administrator would, as far as the viewer's grant reaches. Entering "
        "another tenant in the same sign-in ends that: the earlier token then answers CONTEXT_SUPERSEDED. Once the "
        "acting session has ended otherwise (`switchBack`, the grant lost), its token answers UNAUTHENTICATED; the "
        "person's own token goes on working. Requires TENANT_SWITCH on the tenant; tenants above or beside answer "
        "NOT_FOUND like those that do not exist.")
    switch_back = changes(
        sessions.switch_back, input=SwitchBackInput, payload=SwitchBackPayload,
        description="Comes back to the viewer's own tenant with a new token and ends the acting session.")


__all__ = ["ActingSession", "ActingStatus", "LoginSession", "SessionMutations"]
