"""Passwords: choosing another one, and links to one."""

from __future__ import annotations

import strawberry

from engine.bind import answered
from resolvers import passwords, resetting, texts
from schema.mutations import changes
from schema.payloads import MutationPayload
from schema.scalars import EmailAddress
from schema.sessions import TOKEN
from schema.users import User


@strawberry.input(description="The password that the viewer has, and the one that they want.")
class ChangePasswordInput:
    current: str = strawberry.field(description="The password that they sign in with now.")
    next: str = strawberry.field(description=f"The password that they will sign in with. {texts.POLICY}")


@strawberry.type(description="What changePassword answers.")
class ChangePasswordPayload(MutationPayload):
    user: User | None = answered("The person; null where nothing was done.")
    token: str | None = strawberry.field(description="The secret of the session from now on; the earlier one opens nothing any "
                                         f"more. {TOKEN}")


@strawberry.input(description="Who forgot their password.")
class RequestPasswordResetInput:
    email: EmailAddress = strawberry.field(description="The address that they sign in with.")


@strawberry.type(description="What requestPasswordReset answers, the same whoever has the address.")
class RequestPasswordResetPayload(MutationPayload):
    accepted: bool | None = strawberry.field(description="True: if somebody has the address, a letter goes there. Null in a "
                                             "rehearsal.")


@strawberry.input(description="The link, and the password that its reader wants.")
class ResetPasswordInput:
    token: str = strawberry.field(description='What follows "reset=" in the link of the letter.')
    password: str = strawberry.field(description=f"The password that they will sign in with. {texts.POLICY}")


@strawberry.type(description="What resetPassword answers.")
class ResetPasswordPayload(MutationPayload):
    email: EmailAddress | None = strawberry.field(description="The address to sign in with; null where nothing was done.")


@strawberry.input(description="Whose password to take back.")
class ResetUserPasswordInput:
    user_id: strawberry.ID = strawberry.field(description="The person.")


@strawberry.type(description="What resetUserPassword answers.")
class ResetUserPasswordPayload(MutationPayload):
    user: User | None = answered("The person; null where nothing was done.")


@strawberry.type
class PasswordMutations:
    change_password = changes(
        passwords.change_password, input=ChangePasswordInput, payload=ChangePasswordPayload,
        first={"proof": passwords.prove},
        description="Gives the viewer another password. Their other sessions end, with all that is open in them, and this one "
        "goes on with a new token; files that were made for them are to be asked for anew. A letter tells them. Everybody may "
        "in their own tenant: FORBIDDEN while they act in another. INVALID at `input.current` for a wrong password, and after 10 "
        "tries in 15 minutes, which count with those to sign in; WEAK_PASSWORD at `input.next`.")
    request_password_reset = changes(
        resetting.request_password_reset, input=RequestPasswordResetInput, payload=RequestPasswordResetPayload, open=True,
        first={"may_be_sent": resetting.count_asking},
        description="Sends a letter with a link to a new password, without anybody being signed in. The answer and the time that "
        "it takes are the same whether or not somebody has the address, and however many letters went there: three an hour at "
        "most, and none for an address that was asked for more than ten times in 15 minutes. The link works once, for an hour; a "
        "newer one takes its place. Until it is used the password stays as it is.")
    reset_password = changes(
        resetting.reset_password, input=ResetPasswordInput, payload=ResetPasswordPayload, open=True,
        first={"hashed": resetting.hash_new},
        description="Follows the link of such a letter, or of the one that welcomes a first administrator, without being signed "
        "in: gives its person the password that they choose, and ends all their sessions. Sign in with it then. A link that is "
        "unknown, used or too old, that gave way to a newer one, or whose person may not come in, is LINK_EXPIRED.")
    reset_user_password = changes(
        resetting.reset_user_password, input=ResetUserPasswordInput, payload=ResetUserPasswordPayload,
        description="Takes back a person's password and ends all their sessions; a letter brings them a link to a new one, which "
        "nobody else gets to see. Requires USER_MANAGE on the company they belong to. INVALID for the viewer's own: that is "
        "changePassword. INVALID_STATE for somebody who may not sign in, and after three such letters within the hour.")
