"""A reference between tenants' rows is kept within one tenant by a key, or it is said why not."""

import pytest
from tortoise import fields

from models import belonging
from models.contracts import Contract
from models.records import refers_to


@pytest.mark.case(38)
def test_every_reference_is_kept_within_one_tenant_or_it_is_said_why_not() -> None:
    found = {reference.name: reference for reference in belonging.references()}
    assert set(belonging.ACROSS) - set(found) == set()
    assert [name for name, reason in belonging.ACROSS.items() if len(reason) < 20] == []
    unsaid = [name for name, reference in found.items() if not reference.shared and name not in belonging.ACROSS]
    assert unsaid == [], "Say in models/belonging.py why a row may refer to another tenant than its own"


def test_a_new_reference_asks_for_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then `assert_catalogue` names the key that the migration forgot."""
    signer: fields.ForeignKeyRelation[Contract] = refers_to("User", null=True)
    monkeypatch.setitem(Contract._meta.fields_map, "signer", signer)
    monkeypatch.setattr(Contract._meta, "fk_fields", Contract._meta.fk_fields | {"signer"})
    [made] = [reference for reference in belonging.references() if reference.name == "contract.signer"]
    assert made.key.postgres == "foreign key (tenant_id, signer_id) references app_user (tenant_id, id) on delete restrict"
