"""Secrets: where they come from, how they are changed, and that neither they nor what is hidden stand in a log."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from models.signing import is_signed, sign, use_keys
from server.log import _Faults
from server.settings import Settings, read_settings
from tests.client import PASSWORD, Person
from tests.logged import leaks
from tests.servers import Server

OLD, NEW = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"


def test_a_secret_may_come_from_a_file_and_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tenantry_secret").write_text(f"{NEW}\n")
    (tmp_path / "tenantry_database_url").write_text(f"postgres://tenantry:{OLD}@127.0.0.1/tenantry")
    monkeypatch.setenv("TENANTRY_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("TENANTRY_SMTP_URL", f"smtp://mail:{OLD}@127.0.0.1")
    settings = read_settings()
    assert settings.keys == [NEW.encode()]
    assert settings.database_url.startswith("postgres://")
    assert not [secret for secret in (OLD, NEW) if secret in f"{settings!r} {settings}"]


def test_a_new_secret_signs_while_the_old_one_still_vouches_for_what_it_signed() -> None:
    use_keys(*Settings(secret=OLD).keys)
    before = sign("audit", b"entry")
    use_keys(*Settings(secret=NEW, older_secrets=OLD).keys)
    assert is_signed("audit", b"entry", before)
    assert sign("audit", b"entry") != before
    use_keys(*Settings(secret=NEW).keys)
    assert not is_signed("audit", b"entry", before)
    use_keys(*Settings().keys)


@pytest.mark.parametrize("held", [
    {"event": "Letter to ann@acme.example was not taken"}, {"key": "tky_4Jv8Ab"}, {"told": ["9f" * 21 + "x"]}, {"event": PASSWORD},
    {"event": "postgres://tenantry:hidden@db/tenantry"}, {"after": {"mrr": "1,250.00"}}, {"event": "is 980.50 now"}, {"event": "€ 12"}])
def test_a_line_that_holds_what_no_log_may_is_found(held: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b'Sign in as ann@acme.example\n{"event":"request","ms":12.25}\n' + orjson.dumps(held) + b"\n")
    assert len(leaks(tmp_path / "log")) == 1


@pytest.mark.case(30)
async def test_what_is_asked_and_answered_stays_out_of_the_log(server: Server) -> None:
    """Every other server of a run is looked at likewise as it stops."""
    admin = Person(server, "admin@brightline.example")
    await admin.ask('query Q($s: String) { customers(search: $s) { nodes { name mrr { amount formatted } } } }', {"s": "Acme"})
    await admin.ask('mutation { signIn(input: {email: "ann@acme.example", password: "wrong 1,250.00"}) { token } }')
    async with server.http.get(f"{server.url}/files/{await admin.token()}?access_token={await admin.token()}") as response:
        assert response.status == 401
    lines = [line for line in server.log.read_bytes().splitlines() if line.startswith(b"{")]
    assert [line for line in lines if b'"path":"/files/{secret}"' in line]
    assert leaks(server.log) == []


def test_in_production_no_failure_is_quoted() -> None:
    try:
        raise ValueError("the balance is 980.50") from KeyError("ann@acme.example")
    except ValueError as error:
        event = {"event": "Failed\nValueError: 980.50", "exc_info": error}
    written = orjson.dumps(_Faults(quotes=False)(None, "error", event)).decode()
    assert "builtins.ValueError" in written
    assert "builtins.KeyError" in written
    assert "980.50" not in written
    assert "ann@" not in written
