"""The peer on Ariadne: a resolver for each relation, aiodataloader against N + 1, asyncpg. PostgreSQL only."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import AsyncIterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import asyncpg
import orjson
from aiohttp import web
from ariadne import ObjectType, QueryType, graphql, make_executable_schema
from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate

from benchmarks.peers.ariadne_reads import Object, Places, Reads, created_at, mrr, summary
from benchmarks.peers.serving import CONNECTIONS, DATABASE_URL, serve, viewer_of

POOL: web.AppKey[asyncpg.Pool] = web.AppKey("pool", asyncpg.Pool)
query, customer, tenant = QueryType(), ObjectType("Customer"), ObjectType("Tenant")


@query.field("customer")
async def _one(_: Any, info: Any, id: str) -> Object | None:
    return await info.context.customer(id)  # type: ignore[no-any-return]


@query.field("customers")
async def _page(_: Any, info: Any, first: int, search: str | None = None) -> Object:
    return await info.context.customers(first, search)  # type: ignore[no-any-return]


@query.field("tenantTree")
async def _tree(_: Any, info: Any) -> Object | None:
    return await info.context.tenant_tree()  # type: ignore[no-any-return]


def _resolver(read: str) -> Any:
    """Resolves a field of a customer, with its arguments, by a batch of Reads."""
    def resolve(parent: Object, info: Any, **given: Any) -> Any:
        return info.context.load(getattr(info.context, read), parent, *given.values())
    return resolve


for name, read in {
        "primaryAdmin": "primary_admins", "users": "users", "contracts": "contracts", "contractSummary": "contract_summaries",
        "invoices": "invoices", "invoiceSummary": "invoice_summaries", "services": "services",
        "subAccounts": "sub_accounts"}.items():
    customer.set_field(name, _resolver(read))


@tenant.field("children")
def _children(parent: Object, info: Any, first: int, kind: str | None = None) -> Any:
    return info.context.load(info.context.children, parent, kind, first)


@tenant.field("customer")
def _customer(parent: Object, info: Any) -> Any:
    return info.context.load(info.context.customers_of, parent)


for name, resolve in (("createdAt", created_at), ("mrr", mrr), ("summary", summary)):
    customer.set_field(name, lambda parent, _, resolve=resolve: resolve(parent))

SCHEMA = make_executable_schema(Path(__file__).with_name("schema.graphql").read_text(), query, customer, tenant)
_places: dict[int | None, Places] = {}


@lru_cache(maxsize=1000)
def _parsed(text: str) -> DocumentNode:
    return parse(text)


@lru_cache(maxsize=1000)
def _errors_in(text: str) -> tuple[GraphQLError, ...]:
    return tuple(validate(SCHEMA, _parsed(text)))


def _validated(schema: GraphQLSchema, document_ast: DocumentNode, rules: Any = None, max_errors: int | None = None,
               type_info: Any = None) -> list[GraphQLError]:
    assert document_ast.loc
    return list(_errors_in(document_ast.loc.source.body))


async def answer(request: web.Request) -> web.Response:
    now, asked = dt.datetime.now(dt.UTC), orjson.loads(await request.read())
    viewer = await viewer_of(request, now)
    if viewer.session_id not in _places:
        _places[viewer.session_id] = Places(viewer)
    _, result = await graphql(SCHEMA, asked, context_value=Reads(request.app[POOL], _places[viewer.session_id], now),
                              query_parser=lambda _, data: _parsed(data["query"]), query_validator=_validated)
    return web.Response(body=orjson.dumps(result), content_type="application/json")


async def _pool(app: web.Application) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ[DATABASE_URL], min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        app[POOL] = pool
        yield


def routes(app: web.Application) -> None:
    app.cleanup_ctx.append(_pool)
    app.router.add_post("/graphql", answer)


if __name__ == "__main__":
    serve(routes)
