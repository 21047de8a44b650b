"""The rules of access as data: what each role allows, and what each part of this schema requires."""

from __future__ import annotations

from enum import Enum
from typing import Any, ClassVar

import strawberry

from engine.arguments import camel
from models.access import ROLES
from models.access import Capability as Held
from schema.directives import Capability, stated
from schema.enums import described
from schema.tenants import Role, TenantKind

PUBLIC = "is the same for everybody and holds nobody's data"


class DenyMode(Enum):
    """What a viewer without the capability gets."""

    NULL = "The field is null, and `extensions.withheld` says so."
    OMIT = "Objects of the type are not there: not in lists, not in counts, and null by id."


described(DenyMode)


@strawberry.type(description="What a role allows on tenants of one kind.")
class RoleCapabilities:
    open_because: ClassVar[str] = PUBLIC
    role: Role = strawberry.field(description="The role.")
    kind: TenantKind = strawberry.field(description="The kind of tenant. ADMIN, SALES and FULL_ACCESS hold for all "
                                        "that is beneath it, too.")
    capabilities: list[Capability] = strawberry.field(description="What it allows, by name.")


@strawberry.type(description="What a type or a field of this schema requires.")
class SchemaPermission:
    open_because: ClassVar[str] = PUBLIC
    schema_coordinate: str = strawberry.field(description='A type, as in "Invoice", or a field, as in "Customer.mrr".')
    capability: Capability = strawberry.field(description="What it takes, on the object's tenant.")
    on_deny: DenyMode = strawberry.field(description="What a viewer without it gets.")
    financial: bool = strawberry.field(description="Whether it is money, or a figure from which money can be inferred.")
    roles_allowed: list[Role] = strawberry.field(description="The roles that include it on some kind of tenant.")


@strawberry.type
class AccessQuery:
    @stated("What each role allows, on each kind of tenant where it exists.", because=PUBLIC)
    def role_matrix(self, kind: TenantKind | None = None) -> list[RoleCapabilities]:
        return [RoleCapabilities(role=role, kind=where, capabilities=sorted(held, key=lambda c: c.name))  # type: ignore[attr-defined]
                for (role, where), held in ROLES.items() if kind in (None, where)]

    @stated("Every type and field of this schema that takes a capability, read from the schema itself.", because=PUBLIC)
    def schema_permissions(self, info: strawberry.Info, financial_only: bool | None = None) -> list[SchemaPermission]:
        found = [permission for type_ in info.schema.schema_converter.type_map.values()
                 for permission in _required_by(type_.definition)]
        return sorted((p for p in found if p.financial or not financial_only), key=lambda p: p.schema_coordinate)


def _required_by(definition: Any) -> list[SchemaPermission]:
    found = []
    needs = getattr(getattr(getattr(definition, "origin", None), "__row__", None), "needs", None)
    if needs is not None:
        found.append(_permission(definition.name, needs, DenyMode.OMIT, False))
    for field in getattr(definition, "fields", ()):
        metadata = field.metadata or {}
        if metadata.get("requires"):
            name = field.graphql_name or camel(field.python_name)
            found.append(_permission(f"{definition.name}.{name}", metadata["requires"], DenyMode.NULL,
                                     bool(metadata.get("financial"))))
    return found


def _permission(coordinate: str, capability: str, on_deny: DenyMode, financial: bool) -> SchemaPermission:
    held = Held[capability]
    roles = [role for role in Role if any(held in ROLES[role, kind] for kind in TenantKind if (role, kind) in ROLES)]
    return SchemaPermission(schema_coordinate=coordinate, capability=held, on_deny=on_deny, financial=financial,
                            roles_allowed=roles)
