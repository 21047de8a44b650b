"""What the engine's README shows of one query is what the server makes of it. Where it is not, paste what a test prints."""

import re
from collections.abc import AsyncIterator
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.measure import Measurement
from engine.run import Engine
from models.reach import LinkList
from models.viewers import Viewer
from resolvers.policy import AccessPolicy
from schema import build_schema
from server.portfolio.story import tenant_id
from tests.client import Person
from tests.house import House, house
from tests.servers import Server

FOLDER = Path(__file__).parents[2] / "engine"
README = (FOLDER / "README.md").read_text()
ROSA = "regular@brightline.example"


def shown(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


QUERY, = shown("graphql")
STATEMENT, NEXT_PAGE, SQLITE = shown("sql")
ANSWER, DECIDED = shown("json")


async def explained(server: Server, query: str, variables: dict[str, Any]) -> Any:
    request = {"query": query, "variables": variables, "extensions": {"explain": True}}
    _, _, body = await Person(server, ROSA).post(orjson.dumps(request))
    return orjson.loads(body)


def lines_of(answer: Any) -> list[str]:
    """The statement, the line feeds and tabs of marks made visible."""
    return [line.replace("\n", "\\n").replace("\t", "\\t") for line in answer["extensions"]["explain"]["sql"]]


def parts_of(excerpt: str) -> list[str]:
    """What stands between the lines that say … of what is left out."""
    lines = excerpt.splitlines()
    return ["\n".join(part) for left_out, part in groupby(lines, lambda line: line == "…") if not left_out]


@pytest.fixture(scope="module")
async def rosas(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[House, Viewer]]:
    async with house(f"sqlite://{tmp_path_factory.mktemp('house') / 'story.sqlite'}") as at_home:
        yield at_home, await at_home.viewer(await at_home.sign_in(ROSA))


async def test_the_answer_is_what_rosa_gets(story: Server) -> None:
    answer = await Person(story, ROSA).ask(QUERY, {"first": 5})
    assert answer == orjson.loads(ANSWER)


async def test_the_statement_is_what_postgresql_is_asked(postgres_story: Server) -> None:
    statement = "\n".join(lines_of(await explained(postgres_story, QUERY, {"first": 5})))
    beginning, *others, end = parts_of(STATEMENT)
    assert statement.startswith(beginning + "\n")
    assert statement.endswith("\n" + end), statement
    assert others == []


async def test_the_next_page_begins_as_shown(postgres_story: Server) -> None:
    query = QUERY.replace("$first: Int", "$first: Int, $after: String").replace("first: $first", "first: $first, after: $after")
    one = await Person(postgres_story, ROSA).ask("{ customers(first: 1) { pageInfo { endCursor } } }")
    answer = await explained(postgres_story, query, {"first": 5, "after": one["data"]["customers"]["pageInfo"]["endCursor"]})
    assert NEXT_PAGE.strip() in [line.strip() for line in lines_of(answer)]
    assert [node["name"] for node in answer["data"]["customers"]["nodes"]] == ["Global Enterprises"]


async def test_sqlite_takes_the_places_apart_as_shown(sqlite_story: Server) -> None:
    statement = "\n".join(line.strip() for line in lines_of(await explained(sqlite_story, QUERY, {"first": 5})))
    assert SQLITE.strip() in statement


async def test_what_decides_on_the_mrr_is_told_as_shown(story: Server) -> None:
    assert orjson.loads(DECIDED) in (await explained(story, QUERY, {"first": 5}))["extensions"]["explain"]["fields"]


async def test_everything_that_an_explanation_tells_is_described(sqlite_story: Server) -> None:
    told = (await explained(sqlite_story, QUERY, {"first": 5}))["extensions"]["explain"]
    _, _, section = README.partition("| told | holds |")
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", section.partition("##")[0], re.MULTILINE)
    assert [name for names, _ in rows for name in re.findall(r"`(\w+)`", names)] == list(told)
    assert told["milliseconds"].keys() <= set(re.findall(r"`(\w+)`", dict(rows)["`milliseconds`"]))


async def test_the_text_that_the_database_gives_is_as_shown(rosas: tuple[House, Viewer]) -> None:
    at_home, viewer = rosas
    engine = Engine(build_schema()._schema, at_home.database.database, AccessPolicy())
    document = engine.documents.get(QUERY, None)
    plan = engine.plan(document, {"first": 5}, viewer)
    text = await at_home.database.value(plan.sql, engine.arguments(plan, {"first": 5}, viewer, at_home.now))
    assert text.decode().replace("\n", "\\n") == shown("text")[0].strip()
    measured = Measurement(document.ast).values()
    assert ", ".join(f"{name} {measured[name]}" for name in ("depth", "fields", "aliases", "roots")) in " ".join(README.split())


async def test_groups_nodes_and_masks_are_those_of_rosa(rosas: tuple[House, Viewer]) -> None:
    _, viewer = rosas
    names = {-tenant_id("brightline"): "home"}
    names |= {-links.id: f"{links.role} links" for links in await LinkList.filter(user_id=viewer.user_id)}
    rows = re.findall(r"^\| (\d+) \| (.*?) \| (.*?) \|$", README, re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(len(viewer.places)))
    for (_, held, nodes), places in zip(rows, viewer.places, strict=True):
        assert {names[node] for node in places.nodes} == set(nodes.split(", "))
        group = {name for name, number in viewer.standing.held if viewer.places[number] is places}
        told = set(re.findall(r"`(\S+?)`", held))
        assert told <= group
        assert ("and others" in held) == (told != group)
    masks = {names[node]: mask for node, mask in zip(viewer.places[2].nodes, viewer.places[2].masks, strict=True)}
    assert all(f"has {mask}" in README for mask in masks.values())
    assert masks == {"SUPPORT links": 28, "REGULAR links": 15}


def test_every_module_is_on_the_map_and_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert [path for path in links if not (FOLDER / path).exists()] == []
    assert {path.name for path in FOLDER.glob("*.py")} - {"__init__.py"} <= set(links)
