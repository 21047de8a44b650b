"""Requests to /graphql as the tests of HTTP make them."""

import orjson
import pytest

from tests.client import PASSWORD, SIGN_IN, Person
from tests.edge.wire import send
from tests.servers import Server

JSON, MODERN = "application/json", "application/graphql-response+json"
EVERY_KIND = pytest.mark.parametrize("accept", [JSON, MODERN])
HELLO = {"query": "{ __typename }"}
SOMEBODY = "regular@brightline.example"


async def post(server: Server, body: object, accept: str = MODERN, **headers: str):
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await send(server, raw, {"Content-Type": JSON, "Accept": accept, **named})


async def fresh_token(server: Server) -> str:
    answer = await Person(server).ask(SIGN_IN, {"input": {"email": SOMEBODY, "password": PASSWORD}})
    return answer["data"]["signIn"]["token"]
