"""People."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from engine.relay import Connection
from resolvers import users
from schema.directives import shown, shows
from schema.nodes import Node, Versioned
from schema.scalars import DateTime, EmailAddress, LanguageTag, PhoneNumber
from schema.tenants import Role, Tenant

if TYPE_CHECKING:
    from schema.grants import AccessGrant


@shows(users.User)
class User(Node, Versioned):
    """A person who can sign in, or could once invited."""

    first_name: str = shown("Given name.")
    last_name: str = shown("Family name.")
    display_name: str = shown("First and last name.")
    email: EmailAddress = shown("The address they sign in with.")
    phone: PhoneNumber | None = shown("Where to call them; null where none is recorded.")
    job_function: str | None = shown("What they do there; null where none is recorded.")
    language: LanguageTag | None = shown("The language they chose; null while they follow the company's.")
    time_zone: str | None = shown("The time zone in which they read moments, by its IANA name; null while they follow their "
                                  "device.")
    home_tenant: Tenant | None = shown("The company they belong to; null where the viewer may not see it.")
    active: bool = shown("Whether they may sign in.")
    email_verified: bool = shown("Whether they have shown that the address is theirs.")
    must_change_password: bool = shown("Whether their password is of somebody else's choosing: until they have changed it by "
                                      "`changePassword`, they are signed in and hold nothing.")
    invited_at: DateTime | None = shown("When they were invited; null for those who were not.")
    last_active_at: DateTime | None = shown("When they last signed in or did something; null before the first time.")

    @shown("What they are on a tenant, by the strongest of their grants that the viewer may see; null where they hold none "
           "and where the viewer may not see the tenant.")
    def role_on(self, tenant: strawberry.ID) -> Role | None: ...

    @shown("Their roles, strongest first, as far as the viewer may see them.", paged=20)
    def grants(self) -> Connection[Annotated["AccessGrant", strawberry.lazy("schema.grants")]]: ...
