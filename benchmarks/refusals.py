"""Measures whether the time that a refusal to sign in takes tells why, and prints how long each kind takes.

    python -m benchmarks.refusals [--tries N] [--database KIND]
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import random
import sys
import tempfile
from math import sqrt
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from aiohttp import ClientSession, ClientTimeout

from benchmarks.databases import DATABASES, database
from benchmarks.servers import Failed, Server, running
from models import Customer, SignInAttempt, Tenant, User
from models.access import TenantKind
from models.customers import CustomerStatus
from models.records import name_key
from models.sessions import TRIES, hash_secret
from models.transaction import unit_of_work
from models.users import hash_password
from models.wall import EVERYWHERE
from server.database import connect, disconnect

CUSTOMERS, WARM = 20, 5
RIGHT, WRONG = "a fine right secret", "a fine wrong secret"
#: Kind -> the password that is tried. Of a locked or closed account it is the right one.
KINDS = {"unknown": RIGHT, "wrong": WRONG, "without a password": RIGHT, "locked": RIGHT, "closed": RIGHT, "company closed": RIGHT}
SIGN_IN = "mutation($input: SignInInput!) { signIn(input: $input) { token userErrors { code message } } }"
#: So many standard errors may a median lie away from that of the other kinds: beyond it is once in two thousand by chance.
NOISE = 3.5
HEAD = ("refused", "tries", "p25 ms", "median ms", "p75 ms", "beside the others of its round", "noise ±")


def address(kind: str, n: int) -> str:
    """One of its own for each try, as long as any other."""
    return f"{kind.replace(' ', ''):x<20}{n:06}@up.example"


async def people(database_url: str, tries: int) -> None:
    """Somebody for each try, where the kind has somebody."""
    await connect(database_url)
    try:
        hashed = await asyncio.to_thread(hash_password, RIGHT)
        await unit_of_work(lambda: _people(tries, hashed), within=EVERYWHERE, limit=60)
    finally:
        await disconnect()


async def _people(tries: int, hashed: str) -> None:
    open_, closed = await Tenant.filter(kind=TenantKind.CUSTOMER.name, sub_account=False).order_by("id").limit(2)
    for tenant, status in ((open_, CustomerStatus.ACTIVE), (closed, CustomerStatus.INACTIVE)):
        await Customer.filter(id=tenant.id).update(status=status.name)
    for kind in KINDS.keys() - {"unknown"}:
        home = closed if kind == "company closed" else open_
        emails = [address(kind, n) for n in range(tries)]
        await User.bulk_create([
            User(tenant_id=home.id, email=email, email_norm=email, first_name="Ann", last_name="Lee", name_key=name_key(email),
                 password_hash=None if kind == "without a password" else hashed, active=kind != "closed", email_verified=True)
            for email in emails])
        if kind == "locked":
            since = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)
            await SignInAttempt.bulk_create([SignInAttempt(address=hash_secret(e), tries=TRIES, since=since) for e in emails])


async def measure(server: Server, tries: int) -> dict[str, list[float]]:
    """Seconds of each try, by kind: one after the other, in another order each round. The first rounds count for nothing."""
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    chance, told = random.Random(1), set[str]()
    async with ClientSession(timeout=ClientTimeout(total=60)) as http:
        for n in range(-WARM, tries):
            for kind in chance.sample(list(KINDS), len(KINDS)):
                email = address(kind, n) if n >= 0 else f"warm{n}{kind.replace(' ', '')}@up.example"
                body = json.dumps({"query": SIGN_IN, "variables": {"input": {"email": email, "password": KINDS[kind]}}})
                began = perf_counter()
                async with http.post(f"http://127.0.0.1:{server.port}/graphql", data=body,
                                     headers={"Content-Type": "application/json"}) as response:
                    answer = await response.json(content_type=None)
                if n >= 0:
                    found[kind].append(perf_counter() - began)
                told.add(json.dumps(answer.get("data") or answer))
    if len(told) != 1 or '"token": null' not in next(iter(told)):
        raise Failed(f"The refusals are not told alike: {sorted(told)[:5]}")
    return found


def away(found: dict[str, list[float]], kind: str) -> list[float]:
    """By how much each try of a kind took longer than the middle one of its round: what else the machine does touches a round's
    tries alike."""
    return [of_round[kind] - median(of_round.values())
            for of_round in (dict(zip(found, times, strict=True)) for times in zip(*found.values(), strict=True))]


def table(found: dict[str, list[float]]) -> tuple[str, bool]:
    """The figures, and whether a kind can be told by its median."""
    lines, apart = ["| " + " | ".join(HEAD) + " |", "|---|" + "---:|" * (len(HEAD) - 1)], False
    for kind, seconds in found.items():
        differing = away(found, kind)
        low, _, high = quantiles(differing, n=4)
        noise = NOISE * 0.93 * (high - low) / sqrt(len(differing))
        apart |= abs(median(differing)) > noise
        lines.append("| " + " | ".join([kind, str(len(seconds)), *(f"{each * 1000:.2f}" for each in quantiles(seconds, n=4)),
                                        f"{median(differing) * 1000:+.2f}", f"{noise * 1000:.2f}"]) + " |")
    return "\n".join(lines), apart


async def run(given: argparse.Namespace) -> bool:
    with tempfile.TemporaryDirectory(prefix="tenantry-refusals-") as name:
        folder = Path(name)
        async with database(given.database, CUSTOMERS, folder) as (urls, _):
            await people(urls["tenantry"], given.tries)
            async with running("tenantry", urls["tenantry"], folder) as server:
                told, apart = table(await measure(server, given.tries))
    print(told)
    return apart


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.refusals", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tries", type=int, default=200, help="of each kind")
    parser.add_argument("--database", choices=DATABASES, default="postgres")
    try:
        if asyncio.run(run(parser.parse_args())):
            sys.exit("The time of a refusal tells why: a median lies further from the others' than noise explains.")
    except Failed as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
