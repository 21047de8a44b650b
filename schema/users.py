"""People."""

from __future__ import annotations

from resolvers import users
from schema.directives import shown, shows
from schema.nodes import Node, Versioned
from schema.scalars import DateTime, EmailAddress, LanguageTag, PhoneNumber
from schema.tenants import Tenant


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
    home_tenant: Tenant | None = shown("The company they belong to; null where the viewer may not see it.")
    active: bool = shown("Whether they may sign in.")
    email_verified: bool = shown("Whether they have shown that the address is theirs.")
    must_change_password: bool = shown("Whether they must choose a new password at the next sign-in.")
    invited_at: DateTime | None = shown("When they were invited; null for those who were not.")
    last_active_at: DateTime | None = shown("When they last signed in or did something; null before the first time.")
