"""Passwords: choosing another one."""

from __future__ import annotations

import strawberry

from engine.bind import answered
from resolvers import passwords
from schema.mutations import changes
from schema.payloads import MutationPayload
from schema.sessions import TOKEN
from schema.users import User

FITS = "At least 12 characters, at least four of them different, and no part of the e-mail address."


@strawberry.input(description="The password that the viewer has, and the one that they want.")
class ChangePasswordInput:
    current: str = strawberry.field(description="The password that they sign in with now.")
    next: str = strawberry.field(description=f"The password that they will sign in with. {FITS}")


@strawberry.type(description="What changePassword answers.")
class ChangePasswordPayload(MutationPayload):
    user: User | None = answered("The person; null where nothing was done.")
    token: str | None = strawberry.field(description="The secret of the session from now on; the earlier one opens nothing any "
                                         f"more. {TOKEN}")


@strawberry.type
class PasswordMutations:
    change_password = changes(
        passwords.change_password, input=ChangePasswordInput, payload=ChangePasswordPayload,
        first={"proof": passwords.prove},
        description="Gives the viewer another password. Their other sessions end, with all that is open in them, and this one "
        "goes on with a new token; files that were made for them are to be asked for anew. A letter tells them. Everybody may "
        "in their own tenant: FORBIDDEN while they act in another. INVALID at `input.current` for a wrong password, and after 10 "
        "tries in 15 minutes, which count with those to sign in; WEAK_PASSWORD at `input.next`.")
