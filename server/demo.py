"""The demo story as GraphiQL's page is told of it: whom one may sign in as there, and by which password."""

from __future__ import annotations

import html

import orjson

from server.portfolio.story import PASSWORD, people_here


async def told_of_demo() -> str:
    """JSON to stand in an attribute; empty where nobody of the story is."""
    people = [{"email": person.email, "role": person.role.name, "tenant": person.tenant} for person in await people_here()]
    return html.escape(orjson.dumps({"password": PASSWORD, "people": people}).decode()) if people else ""


async def no_demo() -> str:
    return ""
