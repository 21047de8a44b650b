"""What every mutation accepts and answers beside its own."""

from __future__ import annotations

from typing import Any, ClassVar

import strawberry

from resolvers import change as changing
from schema.directives import Capability
from schema.enums import described

described(changing.ErrorCode)
described(changing.WarningCode)


@strawberry.input(description="Accepted by every mutation.")
class MutationOptions:
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET, description="Any text of up to 200 characters that is new for each change, best a "
        "random UUID: a request that comes again with its key within 24 hours is answered again, not done again; after that the "
        "key may be as good as new. Dry runs ignore it.")
    dry_run: bool | None = strawberry.field(
        default=False, description="Whether to answer as if the change were made, and make none.")
    if_version: int | None = strawberry.field(
        default=strawberry.UNSET, description="The `version` of the object to be changed as you saw it. If it has "
        "changed since, the answer is VERSION_CONFLICT and nothing is done.")
    reason: str | None = strawberry.field(
        default=strawberry.UNSET, description="Why, for the audit trail: up to 500 characters.")


@strawberry.type(description="A rule that the input breaks. All that are broken are told at once; nothing is done.")
class UserError:
    open_because: ClassVar[str] = "tells of the viewer's own input; use cases keep hidden facts out of it"
    code: changing.ErrorCode = strawberry.field(description="What is wrong, for programs.")
    message: str = strawberry.field(description="What is wrong and what would be right, for people.")
    path: list[str] = strawberry.field(description='From the mutation\'s arguments to the value: ["input", "email"].')
    required_capability: Capability | None = strawberry.field(
        description="With FORBIDDEN: what the viewer lacks; null otherwise.")


@strawberry.type(description="Something to know about a change that was made all the same.")
class UserWarning:
    open_because: ClassVar[str] = "tells of the viewer's own input"
    code: changing.WarningCode = strawberry.field(description="What it is, for programs.")
    message: str = strawberry.field(description="What it is, for people.")
    path: list[str] = strawberry.field(description="From the mutation's arguments to the value.")


@strawberry.interface(description="What every mutation answers, beside the objects that it changed.")
class MutationPayload:
    open_because: ClassVar[str] = "holds what the viewer has just done; its objects are read back through the engine"
    answers: strawberry.Private[dict[str, Any]]
    user_errors: list[UserError] = strawberry.field(description="Why nothing was done; empty where it was.")
    warnings: list[UserWarning] = strawberry.field(description="What to know about what was done.")
    dry_run: bool = strawberry.field(description="Whether this was a rehearsal that changed nothing.")
    audit_entry_id: strawberry.ID | None = strawberry.field(
        description="The entry in the audit trail; null where nothing was done.")
