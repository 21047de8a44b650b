"""What people change of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from engine.bind import answered
from resolvers import profile
from schema.mutations import changes
from schema.payloads import MutationPayload
from schema.scalars import LanguageTag, PhoneNumber

if TYPE_CHECKING:
    from schema.viewers import Viewer


@strawberry.input(description="What shall be different about the viewer's own person. What is not given stays as it is.")
class UpdateProfileInput:
    first_name: str | None = strawberry.field(default=strawberry.UNSET, description="Given name, 100 characters at most.")
    last_name: str | None = strawberry.field(default=strawberry.UNSET, description="Family name, 100 characters at most.")
    phone: PhoneNumber | None = strawberry.field(default=strawberry.UNSET, description="Where to call them.")
    language: LanguageTag | None = strawberry.field(default=strawberry.UNSET, description="The language they would rather read.")
    time_zone: str | None = strawberry.field(
        default=strawberry.UNSET, description="The time zone in which they read moments, by its IANA name, such as "
        "Europe/Vienna; empty to follow their device again.")


@strawberry.type(description="The person as they are now.")
class UpdateProfilePayload(MutationPayload):
    viewer: Annotated["Viewer", strawberry.lazy("schema.viewers")] | None = answered("Whoever is signed in, with their `user`.")


@strawberry.type
class ProfileMutations:
    update_profile = changes(
        profile.update_profile, input=UpdateProfileInput, payload=UpdateProfilePayload,
        description="Changes the viewer's own name, phone, language and time zone, wherever they act. Everybody may.")
