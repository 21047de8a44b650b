"""Python's gql: it reads the schema, checks documents against it, asks, listens, and composes queries out of objects."""

from __future__ import annotations

import pytest
from gql import Client, GraphQLRequest, gql
from gql.dsl import DSLQuery, DSLSchema, dsl_gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport
from gql.transport.exceptions import TransportQueryError
from graphql import GraphQLError

from tests.client import Person
from tests.servers import Server

ROSA = "regular@brightline.example"
REVENUE = ("query($search: String) { customers(search: $search) { nodes { name mrr { amount } } } }")


async def test_gql_reads_the_schema_asks_and_is_told_what_is_wrong(sqlite_server: Server, subtests: pytest.Subtests) -> None:
    token = await Person(sqlite_server, ROSA).token()
    transport = AIOHTTPTransport(sqlite_server.graphql, headers={"Authorization": f"Bearer {token}"})
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        with subtests.test("what is withheld is null, and the answer says why"):
            answer = await session.execute(GraphQLRequest(REVENUE, variable_values={"search": "Global"}), get_execution_result=True)
            assert answer.data == {"customers": {"nodes": [{"name": "Global Enterprises", "mrr": None}]}}
            assert answer.extensions["withheld"][0]["capability"] == "FINANCIALS_VIEW"
        with subtests.test("a document that does not fit the schema is never sent"), pytest.raises(GraphQLError, match="revenu"):
            await session.execute(gql("{ customers { nodes { revenu } } }"))
        with subtests.test("an error comes with its code"):
            with pytest.raises(TransportQueryError) as refused:
                await session.execute(gql('{ customers(after: "nowhere") { totalCount nodes { id } } }'))
            assert refused.value.errors[0]["extensions"]["code"] == "INVALID_CURSOR"
        with subtests.test("a query is composed out of the schema's types"):
            types = DSLSchema(session.client.schema)
            query = dsl_gql(DSLQuery(types.Query.customers(search="Acme").select(
                types.CustomerConnection.totalCount, types.CustomerConnection.nodes.select(types.Customer.viewerRole))))
            assert await session.execute(query) == {"customers": {"totalCount": 1, "nodes": [{"viewerRole": "REGULAR"}]}}


async def test_gql_listens_over_a_websocket(sqlite_server: Server) -> None:
    admin = Person(sqlite_server, "admin@brightline.example")
    found = await admin.ask('{ customers(search: "Global Enterprises") { nodes { id } } }')
    watch = gql("subscription($id: ID!) { onboardingProgress(customerId: $id) { progress } }")
    watch.variable_values = {"id": found["data"]["customers"]["nodes"][0]["id"]}
    transport = AIOHTTPWebsocketsTransport(sqlite_server.graphql.replace("http", "ws", 1),
                                           init_payload={"token": await admin.token()})
    async with Client(transport=transport) as session:
        async for told in session.subscribe(watch):
            assert 0 <= told["onboardingProgress"]["progress"] <= 1
            break
        else:
            pytest.fail("Nothing was told.")
