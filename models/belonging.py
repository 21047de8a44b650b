"""Which references stay within one tenant, so that PostgreSQL takes none to a row of another's (decision 33)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tortoise.models import Model

import models
from models.catalogue import Constraint, Index

#: Columns that say whose a row is: where both ends have one, they say the same.
WHOSE = ("tenant_id", "issuer_id")

#: References without such a key: what is true of their two ends instead.
ACROSS = {
    "access_grant.user": "a link is held by somebody of another tenant: that is what it is for",
    "acting_session.login_session": "of the same person, by the key acting_session_same_person, and so of their tenant",
    "acting_session.target": "people act in tenants beneath their own",
    "api_key.created_by": "who is linked to a tenant from above makes keys for it",
    "credit_note.issuer": "a partner bills its customer; it is the invoice's issuer, by the key to the invoice",
    "customer.issuer": "the partner who bills stands above",
    "invoice.issuer": "the partner who bills stands above",
    "notification.told": "a partner is told of its customers",
    "notification_preference.told": "a partner says what it wants to be told of its customers",
    "onboarding_task.started_by": "a partner's people work on their customer's onboarding",
    "payment.issuer": "a partner is paid by its customer; it is the invoice's issuer, by the key to the invoice",
    "report_run.acting_session": "the session is kept where its person is at home, the report where they acted",
    "report_run.customer": "a partner asks for reports about its customers",
    "report_run.requested_by": "people ask for reports where they are linked or act",
    "tenant.parent": "a tenant stands beneath another one",
}


@dataclass(frozen=True)
class Reference:
    """A reference from one tenant's row to a row that is some tenant's as well."""

    table: str
    field: str
    target: str
    #: Columns by which the two ends belong to the same.
    shared: tuple[str, ...]
    on_delete: str

    @property
    def name(self) -> str:
        return f"{self.table}.{self.field}"

    @property
    def key(self) -> Constraint:
        """It takes the place of the key by id alone, so that a row is looked up as often as before."""
        whose = ", ".join(self.shared)
        text = (f"foreign key ({whose}, {self.field}_id) references {self.target} ({whose}, id) "
                f"on delete {self.on_delete.lower()}")
        return Constraint(self.table, f"{self.table}_{self.field}_within", text, None)

    @property
    def index(self) -> Index:
        return Index(self.target, f"{self.target}_{'_'.join(each.removesuffix('_id') for each in self.shared)}",
                     f"{', '.join(self.shared)}, id", unique=True, sqlite=False)


def references() -> Iterator[Reference]:
    """All there are, but for a row's own tenant."""
    named = {name: getattr(models, name) for name in models.__all__}
    for model in named.values():
        for field in sorted(model._meta.fk_fields):
            declared = model._meta.fields_map[field]
            target = named[declared.model_name.partition(".")[2]]
            if field != "tenant" and _belongs(model) and _belongs(target):
                shared = tuple(column for column in WHOSE if _has(model, column) and _has(target, column))
                yield Reference(model._meta.db_table, field, target._meta.db_table, shared, declared.on_delete.value)


def _belongs(model: type[Model]) -> bool:
    return model is models.Tenant or _has(model, "tenant_id")


def _has(model: type[Model], column: str) -> bool:
    return column in model._meta.fields_map or column.removesuffix("_id") in model._meta.fk_fields


WITHIN = tuple(reference for reference in references() if reference.name not in ACROSS)
KEYS = tuple(reference.key for reference in WITHIN)
INDEXES = tuple({reference.index: None for reference in WITHIN})
