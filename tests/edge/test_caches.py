"""One server, one document, everybody in turn: what is kept for one never answers another."""

import asyncio
import datetime as dt
import random

import pytest

from engine.run import Engine
from models.viewers import Viewer
from resolvers.policy import AccessPolicy
from schema import build_schema
from server.database import connect, disconnect
from server.portfolio.story import sign_ins
from server.sessions import Sessions
from tests.client import Person
from tests.servers import Server
from tests.stored import read

PEOPLE = [person.email for person in sign_ins()]
DOCUMENTS = ["""{ viewer { capabilities currentTenant { name } } customers { totalCount nodes {
    name viewerRole mrr { amount formatted } primaryAdmin { displayName email }
    contracts { totalCount nodes { number status value { amount } } } invoices { totalCount nodes { number total { amount } } }
    contractSummary { total byStatus { status count } } summary { ports virtualCircuits } } } }""",
    """{ customers(sort: {key: MRR, direction: DESC}) { nodes { name mrr { amount } } }
    tenantTree { name children { totalCount nodes { name kind customer { status mrr { amount } } } } } }"""]
TIMES = 4


async def anew(url: str, people: dict[str, Viewer], text: str) -> dict[str, bytes]:
    """What an engine that was never asked anything answers each of them."""
    answers = {}
    async with read(url, size=1) as database:
        for email, viewer in people.items():
            engine = Engine(build_schema()._schema, database, AccessPolicy())
            answers[email] = await engine.answer(engine.documents.get(text, None), {}, viewer, dt.datetime.now(dt.UTC))
    return answers


async def viewers(server: Server) -> dict[str, Viewer]:
    await connect(server.database_url, role=None)
    try:
        async with read(server.database_url, size=1) as database:
            sessions, now = Sessions(database), dt.datetime.now(dt.UTC)
            return {email: await sessions.viewer_of(await Person(server, email).token(), now) for email in PEOPLE}
    finally:
        await disconnect()


@pytest.mark.case(20, 21)
@pytest.mark.parametrize("text", DOCUMENTS, ids=["customers", "tree"])
async def test_everybody_in_any_order_is_answered_as_by_a_server_that_knows_nobody_else(story: Server, text: str) -> None:
    expected = await anew(story.database_url, await viewers(story), text)
    assert len(set(expected.values())) > 4, "people see different things"
    turns = PEOPLE * TIMES
    random.Random(len(text)).shuffle(turns)
    for at in range(0, len(turns), 5):
        asking = turns[at:at + 5]
        answers = await asyncio.gather(*(Person(story, email).raw(text) for email in asking))
        for email, (status, _, body) in zip(asking, answers, strict=True):
            assert (status, body) == (200, expected[email]), email
