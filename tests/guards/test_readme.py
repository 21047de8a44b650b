"""The README's queries, pasted as they stand, give the answers that it shows."""

import asyncio
import re
import subprocess
from pathlib import Path

import orjson
import pytest

from server.portfolio.story import tenant_id
from tests.api.feeding import branch
from tests.api.test_examples import TEXTS, email_of
from tests.client import Person
from tests.forked import command
from tests.servers import Server

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
SHOWN = re.findall(r"`(\S+@\S+\.example)`[^`]*:\n\n```graphql\n(.*?)```\n\n```json\n(.*?)```", README, re.DOTALL)


def test_the_readme_shows_several_queries() -> None:
    assert len(SHOWN) >= 4


@pytest.mark.parametrize(("email", "query"), [(email, query) for email, query, _ in SHOWN], ids=range(len(SHOWN)))
def test_a_query_of_the_readme_is_one_of_the_examples(email: str, query: str) -> None:
    assert any(email_of(text) == email and text.partition("\n\n")[2] == query for text in TEXTS)


@pytest.mark.parametrize(("email", "query", "answer"), SHOWN, ids=[str(n) for n in range(len(SHOWN))])
async def test_a_query_of_the_readme_gives_the_answer_it_shows(story: Server, email: str, query: str, answer: str) -> None:
    found = orjson.dumps(await Person(story, email).ask(query)).decode().replace("\N{NO-BREAK SPACE}", " ")
    assert orjson.loads(found) == orjson.loads(answer.replace("\N{NO-BREAK SPACE}", " "))


async def test_the_table_of_settings_is_current() -> None:
    table = await command("settings")
    assert table.returncode == 0
    assert table.stdout.strip() in README


def test_every_file_that_the_readme_names_is_there() -> None:
    assert [path for path in re.findall(r"\]\((?!http)([^)#]+)\)", README) if not (ROOT / path).exists()] == []


async def test_what_the_readme_pastes_to_report_by_a_machine_works(server: Server) -> None:
    """On customers of the test's own: the story's are left as they are."""
    own = await branch(server)
    [(script, answer)] = re.findall(r"```sh\n(ask\(\).*?)```\n\n```json\n(.*?)```", README, re.DOTALL)
    for told, meant in (("http://127.0.0.1:8000", server.url), (f"ten_{tenant_id('brightline')}", own.tenant("reseller")),
                        (f"ten_{tenant_id('strasse')}", own.tenant("c1"))):
        assert told in script
        script = script.replace(told, meant)
    run = await asyncio.to_thread(subprocess.run, ["sh", "-c", script], capture_output=True, text=True, check=True)
    found, shown = orjson.loads(run.stdout), orjson.loads(answer)
    assert found.pop("extensions").keys() == {"cost"}
    assert found["data"]["reportSourceData"]["customer"].pop("name") == own.names["c1"]
    assert shown["data"]["reportSourceData"]["customer"].pop("name") == "Straße & Söhne GmbH"
    assert found == shown


async def test_what_the_readme_pastes_to_hear_of_changes_tells_what_it_shows(story: Server) -> None:
    [(script, answer)] = re.findall(r"```sh\n(API=.*?)```\n\n```\n(.*?)```", README, re.DOTALL)
    script = script.replace("http://127.0.0.1:8000", story.url)
    run = await asyncio.to_thread(subprocess.run, ["sh", "-c", script], capture_output=True, text=True)
    assert run.stdout.strip() == answer.strip()
