"""Imports users.csv and grants.csv."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Sequence
from typing import Any

from argon2 import extract_parameters
from argon2.exceptions import InvalidHashError

from models import AccessGrant, User
from models.access import GrantSource, Role, capabilities_of
from models.records import id_of, name_key, new_id
from models.users import hash_password, normal_email
from resolvers import texts
from resolvers.change import Problems
from resolvers.links import LINKABLE
from server.portfolio.entities import Entity, Values
from server.portfolio.reading import Line
from server.portfolio.world import Person, World

HASHED = "$argon2id$"
#: KiB and rounds that a hash from elsewhere may cost at each sign-in.
MEMORY, ROUNDS = 256 << 10, 20


class Users(Entity):
    """users.csv"""

    model = User
    twice = "is the address of somebody", "email"

    def __init__(self, world: World):
        super().__init__(world)
        self.hashes: dict[str, str] = {}

    def values(self, line: Line) -> Values | None:
        home = self.world.company(line)
        if home is None:
            return None
        email, first, last = line.get("email"), line.get("first_name"), line.get("last_name")
        self._check_password(line, email)
        key = name_key(f"{first} {last}")
        return {"tenant_id": home.id, "email_norm": normal_email(email), "name_key": key,
                **line.some("email", "first_name", "last_name", "phone", "job_function", "language", "active",
                            "email_verified", "invited_at", "last_active_at")}

    def _check_password(self, line: Line, email: str) -> None:
        password = line.get("password")
        if password is None:
            return
        if password.startswith(HASHED):
            if not _is_sound(password):
                line.bad("password", f"is no hash of argon2id, or asks for more than {MEMORY >> 10} MiB or {ROUNDS} rounds")
            return
        problems = Problems()
        texts.new_password(problems, "", password, email)
        for problem in problems.found:
            line.bad("password", f"will not do. {problem.message}")

    def key(self, values: Values) -> Hashable:
        return str(values["email_norm"])

    async def existing(self, wanted: Sequence[tuple[Line, Values]]) -> dict[Hashable, Any]:
        return {user.email_norm: user for user in await User.filter(email_norm__in=[v["email_norm"] for _, v in wanted])}

    def compared(self, record: User, values: Values) -> Values:
        """Whoever was active here since the file was written stays so."""
        active = values.get("last_active_at")
        if record.last_active_at and (active is None or active < record.last_active_at):
            return {name: value for name, value in values.items() if name != "last_active_at"}
        return values

    def fresh(self, line: Line, values: Values) -> Values:
        self._know(line, values, id_of("user", values["email_norm"]))
        return {"id": id_of("user", values["email_norm"]), "email_verified": True, **values,
                "created_at": values.get("invited_at") or self.world.now}

    def _know(self, line: Line, values: Values, id: int) -> None:
        home = self.world.companies[line.get("tenant")]
        assert home is not None
        self.world.people[values["email_norm"]] = Person(id, values["email_norm"], home.id, home.path)
        self.world.active.add(home.id)
        self.world.newcomers.add(id)

    def may_change(self, line: Line, record: User, changed: Values) -> None:
        if "tenant_id" in changed:
            line.bad("tenant", "is not where the person is at home in the database; an import moves nobody")
        if "active" in changed:
            self.world.access.add(record.id)
        if "last_active_at" in changed:
            self.world.active.add(record.tenant_id)

    async def before(self, fresh: Sequence[tuple[Line, Values]]) -> None:
        for line, row in fresh:
            if (password := line.get("password")) and not password.startswith(HASHED) and password not in self.hashes:
                self.hashes[password] = await asyncio.to_thread(hash_password, password)
            row["password_hash"] = self.hashes.get(password, password) if password else None


class Grants(Entity):
    """grants.csv"""

    model = AccessGrant
    twice = "gives the person a role there", "tenant"

    def __init__(self, world: World):
        super().__init__(world)
        self.admins: set[int] = set()
        self.linked: list[tuple[Line, int]] = []

    def values(self, line: Line) -> Values | None:
        person, place = self.world.person(line), self.world.company(line)
        if person is None or place is None:
            return None
        role = Role[line.get("role")]
        at_home = person.home_id == place.id
        source = line.get("source") or (GrantSource.HOME if at_home else GrantSource.LINKED).name
        if source == GrantSource.HOME.name:
            if not at_home:
                line.bad("source", "is for the tenant where the person is at home: leave it empty, or write LINKED")
            if not capabilities_of(role, place.kind):
                line.bad("role", f"is no role of people at a {place.kind.name}")
            elif role is Role.ADMIN:
                self.admins.add(person.id)
        else:
            if not place.path.startswith(person.home_path) or at_home or not place.is_customer:
                line.bad("tenant", "is no customer beneath the tenant where the person is at home")
            elif role not in LINKABLE:
                line.bad("role", f"is none that a link gives: {', '.join(role.name for role in LINKABLE)}")
            self.linked.append((line, person.id))
        return {"user_id": person.id, "tenant_id": place.id, "role": role.name, "source": source,
                **line.some("granted_at", "expires_at")}

    def key(self, values: Values) -> Hashable:
        return values["user_id"], values["tenant_id"], values["source"]

    async def existing(self, wanted: Sequence[tuple[Line, Values]]) -> dict[Hashable, Any]:
        people = {values["user_id"] for _, values in wanted}
        there = await AccessGrant.filter(user_id__in=people, revoked_at__isnull=True)
        self.admins |= {g.user_id for g in there if (g.source, g.role) == (GrantSource.HOME.name, Role.ADMIN.name)}
        return {(grant.user_id, grant.tenant_id, grant.source): grant for grant in there}

    def fresh(self, line: Line, values: Values) -> Values:
        if values["user_id"] not in self.world.newcomers:
            self.world.access.add(values["user_id"])
        return {"id": new_id(), "granted_at": self.world.now, **values}

    def may_change(self, line: Line, record: AccessGrant, changed: Values) -> None:
        self.world.access.add(record.user_id)

    def finish(self) -> None:
        for line, person in self.linked:
            if person in self.admins:
                line.bad("email", "is an ADMIN at home, who sees every customer already and is not linked")


def _is_sound(hashed: str) -> bool:
    try:
        costs = extract_parameters(hashed)
    except (InvalidHashError, ValueError):
        return False
    return costs.memory_cost <= MEMORY and costs.time_cost <= ROUNDS and costs.parallelism <= 16
