"""The server's secret keys: what was written under one of them can be told from what somebody else made up."""

from __future__ import annotations

import hashlib
import hmac

SHORTEST_KEY = 32
_keys: list[bytes] = []


def use_keys(current: bytes, *older: bytes) -> None:
    """Called once at start-up. New things are signed with `current`; things signed with an older key still count.

    Raises ValueError for a key of fewer than 32 bytes.
    """
    if any(len(key) < SHORTEST_KEY for key in (current, *older)):
        raise ValueError(f"A signing key must have at least {SHORTEST_KEY} bytes; make one with: openssl rand -hex 32")
    _keys[:] = [current, *older]


def sign(purpose: str, data: bytes) -> str:
    """64 hexadecimal digits. What is signed for one purpose is worth nothing for another."""
    if not _keys:
        raise RuntimeError("There is no signing key: call models.signing.use_keys at start-up.")
    return _signed(_keys[0], purpose, data)


def is_signed(purpose: str, data: bytes, signature: str) -> bool:
    """Whether `sign` made the signature, under any of the keys in use."""
    return any(hmac.compare_digest(_signed(key, purpose, data), signature) for key in _keys)


def _signed(key: bytes, purpose: str, data: bytes) -> str:
    return hmac.new(key, purpose.encode() + b"\0" + data, hashlib.sha256).hexdigest()
