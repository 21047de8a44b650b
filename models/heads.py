"""The ends of the audit trail's chains, signed, to be kept where nobody who can change the database can change them.

A chain shows what was altered or removed inside of it. That its end was cut off, together with the head that tells of it, shows
only by an earlier head: one line of JSON for each tenant, which `read` takes back.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable

from models.audit import AuditHead, canonical
from models.signing import is_signed, sign

PURPOSE = "audit head"


class NotOurs(Exception):
    """A line that is no head, or one that was not signed by us."""


async def heads(now: dt.datetime) -> AsyncIterator[str]:
    """A line for each chain, as it ends now."""
    async for head in AuditHead.all().order_by("tenant_id"):
        told = {"tenant": f"ten_{head.tenant_id}", "seq": head.seq, "hash": head.hash, "at": now.isoformat()}
        yield canonical({**told, "signature": sign(PURPOSE, canonical(told).encode())})


def read(lines: Iterable[str]) -> dict[int, dict[int, str]]:
    """The hashes by tenant and `seq`, from any number of files one after the other. Raises NotOurs, naming the line."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            signature = told.pop("signature")
            tenant_id, seq, hash = int(told["tenant"].removeprefix("ten_")), int(told["seq"]), str(told["hash"])
        except (ValueError, KeyError, AttributeError, TypeError):
            raise NotOurs(f"Line {number} is no head of an audit trail.") from None
        if not is_signed(PURPOSE, canonical(told).encode(), signature):
            raise NotOurs(f"Line {number} was not signed with any of the secrets in use: it was altered, or one of "
                          "TENANTRY_OLDER_SECRETS is missing.")
        found[tenant_id][seq] = hash
    return found
