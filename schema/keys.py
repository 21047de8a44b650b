"""API keys: how machines ask without a person's sign-in."""

from __future__ import annotations

import strawberry

from engine.bind import answered
from resolvers import keys
from schema.directives import Capability, shown, shows
from schema.mutations import changes
from schema.nodes import Node, Versioned
from schema.payloads import MutationPayload
from schema.scalars import DateTime
from schema.tenants import Tenant
from schema.users import User


@shows(keys.ApiKey)
class ApiKey(Node, Versioned):
    """What a machine sends as `Authorization: Bearer …`. It carries the capabilities that were chosen for it, on its tenant
    and all beneath, as long as its maker holds them there. Seen by those who hold API_KEY_MANAGE on its tenant."""

    name: str = shown("What it is for.")
    prefix: str = shown("Its first letters, to tell keys apart by; the rest was told once, to its maker.")
    capabilities: list[Capability] = shown("What it was made for, by name. It carries less where its maker holds less now.")
    tenant: Tenant | None = shown("Where it holds, and for all beneath.")
    created_by: User | None = shown("Its maker; null where the viewer may not see the person.")
    created_at: DateTime = shown("When it was made.")
    last_used_at: DateTime | None = shown("When it was last used, to the minute; null before the first time.")
    expires_at: DateTime | None = shown("When it ends by itself; null where it does not.")
    revoked_at: DateTime | None = shown("When it was revoked; null while it was not.")


@strawberry.input(description="A key to make.")
class CreateApiKeyInput:
    name: str = strawberry.field(description="What it is for, up to 100 characters.")
    tenant_id: strawberry.ID = strawberry.field(description="The tenant for which it holds, and for all beneath.")
    capabilities: list[Capability] = strawberry.field(
        description="What the machine may do, the less the better: at least one, none that the viewer does not hold on the "
        "tenant or beneath, and neither API_KEY_MANAGE nor TENANT_SWITCH.")
    expires_at: DateTime | None = strawberry.field(default=strawberry.UNSET, description="When it ends by itself, in the "
                                                   "future; never where it is not given.")


@strawberry.type(description="The key that was made.")
class CreateApiKeyPayload(MutationPayload):
    api_key: ApiKey | None = answered("The key; null where none was made.")
    secret: str | None = strawberry.field(description="What the machine sends as `Authorization: Bearer …`. Told this once; "
                                          "only its hash is stored.")


@strawberry.input(description="Which key to revoke.")
class RevokeApiKeyInput:
    api_key_id: strawberry.ID = strawberry.field(description="The key.")


@strawberry.type(description="The key that was revoked.")
class RevokeApiKeyPayload(MutationPayload):
    api_key: ApiKey | None = answered("The key; null where nothing was done.")


@strawberry.type
class KeyMutations:
    create_api_key = changes(
        keys.create_api_key, input=CreateApiKeyInput, payload=CreateApiKeyPayload,
        description="Makes a key for a machine and tells its secret, this once. The key never carries more than its maker "
        "holds: what they lose, it loses. Requires API_KEY_MANAGE on the tenant, in the viewer's own context: FORBIDDEN "
        "while acting in another tenant, and for each capability that the viewer lacks.")
    revoke_api_key = changes(
        keys.revoke_api_key, input=RevokeApiKeyInput, payload=RevokeApiKeyPayload,
        irreversible="make a new key instead.",
        description="Ends a key: requests with it answer UNAUTHENTICATED from then on. One that was revoked before stays so, "
        "with a warning ALREADY_DONE. Requires API_KEY_MANAGE on its tenant; else NOT_FOUND.")


__all__ = ["ApiKey", "KeyMutations"]
