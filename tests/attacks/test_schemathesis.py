"""schemathesis asks what it makes of the schema, as people of the story: each answer is one that schema.graphql and docs/errors.md allow.

TENANTRY_EXAMPLES=2000 tries that many other operations on each database; without it, the same few every time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from graphql import is_input_object_type
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.graphql import nodes

from tests.api.test_examples import TEXTS
from tests.attacks.conforming import SCHEMA, conforms, telling
from tests.attacks.test_paths import known
from tests.client import PASSWORD, SIGN_IN
from tests.conftest import Serve
from tests.engine.test_differential import EXAMPLES, anyhow
from tests.scheduling import DATABASES
from tests.servers import ROOT, Server

PEOPLE = ["admin@brightline.example", "support@brightline.example", "regular@brightline.example", "admin@harbor.example",
          "admin@acmecorp.example", "admin@meridian.example", None]
#: Enough to spend for as long as it takes.
GENEROUS = {"TENANTRY_COST_LIMIT": "1000000000000", "TENANTRY_COST_RESTORE_RATE": "1000000000"}
SCALARS = {
    "BillingMonth": ["2026-10", "2026-11", "2026-13"], "CountryCode": ["DE", "US", "ZZ", "de"], "JSON": ["", "{}"],
    "Decimal": ["1250.00", "0", "-1", "1e400", "NaN", "ten"], "LanguageTag": ["de", "pt-BR", "xx-", "de_DE"],
    "EmailAddress": ["ann@somewhere.example", "ANN@SOMEWHERE.EXAMPLE", "ann", "a@b\r\nBcc: c@d.example"],
    "PhoneNumber": ["+1-555-0789", "0"], "URL": ["https://somewhere.example/", "javascript:alert(1)"],
}
for name, texts in SCALARS.items():
    schemathesis.graphql.scalar(name, (st.sampled_from(texts) | st.text(max_size=9)).map(nodes.String))
#: Fields of inputs that name an object of the type by which they are called, or of one whose name ends so.
NAMING = {name for type_ in SCHEMA.type_map.values() if is_input_object_type(type_) for name in type_.fields if name.endswith("Id")}
TROUBLE = re.compile(rb'"level":"(error|critical)"|^Traceback', re.M)
#: Of each operation.
FEW = 2
#: After these, somebody has to sign in again, or cannot.
LAST = ("Mutation.signOut", "Mutation.changePassword", "Mutation.resetUserPassword")
OVER = ("UNAUTHENTICATED", "CONTEXT_SUPERSEDED")


def asking(ids: dict[str, str]) -> Any:
    """The schema for schemathesis: mostly it names what there is, by an id of the type that is meant, and pages that may be."""
    fitting = {name: [id for type_, id in ids.items() if type_.endswith(name[0].upper() + name[1:-2])] for name in NAMING}
    words = {"texts": [*ids.values(), *re.findall(r"[a-z]{3}_\d{19}", "".join(TEXTS)), "", "Acme", "%", "ten_1"],
             "sizes": [0, 1, 2, 20, 100, 101, 2**31 - 1], **{name: found for name, found in fitting.items() if found}}
    return schemathesis.graphql.from_path(ROOT / "schema.graphql", config=SchemathesisConfig.from_dict({
        "dictionaries": {name: {"values": values} for name, values in words.items()},
        "generation": {"dictionaries": {"string": {"dictionary": "texts", "probability": 0.7},
                                        "integer": {"dictionary": "sizes", "probability": 0.8}}},
        "parameters": {f"Mutation.*.input.{name}": {"dictionary": name, "probability": 0.9} for name in words.keys() & NAMING},
    }))


@pytest.fixture(scope="module", params=DATABASES)
async def asked(request: pytest.FixtureRequest, serve: Serve, create_postgres: Callable[[str], Awaitable[str]],
                tmp_path_factory: pytest.TempPathFactory) -> tuple[Server, Any]:
    path: Path = tmp_path_factory.mktemp("asked") / "tenantry.sqlite"
    server = await serve(f"sqlite://{path}" if request.param == "sqlite" else await create_postgres("asked"), **GENEROUS)
    return server, asking(await known(server))


@dataclass
class Somebody:
    """A person who signs in again when a mutation has ended the session."""

    url: str
    email: str | None
    session: requests.Session = field(repr=False)
    token: str = field(default="", repr=False)

    @property
    def headers(self) -> dict[str, str]:
        if self.email and not self.token:
            given = {"query": SIGN_IN, "variables": {"input": {"email": self.email, "password": PASSWORD}}}
            answer = self.session.post(self.url, json=given).json()
            self.token = answer["data"]["signIn"]["token"] or "none"  # whose password somebody took back is a stranger
        return {"Accept": "application/graphql-response+json"} | ({"Authorization": f"Bearer {self.token}"} if self.email else {})

    def ask(self, case: schemathesis.Case) -> str:
        """The code of the answer, which is one of those that the client was promised."""
        case.body = telling(case.body)
        codes = []

        def promised(_: Any, response: Any, __: Any) -> None:
            codes.append(conforms(case.body, response.status_code, response.content))
        case.call_and_validate(self.url, self.session, self.headers, checks=[promised])
        if codes[-1] in OVER:
            self.token = ""
        return codes[-1]


@pytest.mark.case(22, 37, 92, 104)
def test_whatever_is_asked_is_answered_as_the_schema_and_the_list_of_errors_say(asked: tuple[Server, Any]) -> None:
    server, schema = asked
    codes: Counter[str] = Counter()
    operations = sorted((found.ok() for found in schema.get_all_operations()), key=lambda operation: operation.label in LAST)
    with requests.Session() as session:
        people = [Somebody(server.graphql, email, session) for email in PEOPLE]
        somebody = st.integers(0, 10**6).map(lambda n: people[n % len(people)])  # sampled_from would mostly pick the same one
        for operation in operations:
            @settings(anyhow, max_examples=-(-EXAMPLES // len(operations)) or FEW)
            @given(operation.as_strategy(), somebody)
            def ask(case: schemathesis.Case, somebody: Somebody) -> None:
                codes[somebody.ask(case)] += 1
            ask()
    assert codes["OK"] > codes.total() / 4, codes
    assert not TROUBLE.search(server.log.read_bytes()), server.trouble()
