"""The README's queries, pasted as they stand, give the answers that it shows."""

import re
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.client import Person
from tests.servers import Server

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
SHOWN = re.findall(r"`(\S+@\S+\.example)`[^`]*:\n\n```graphql\n(.*?)```\n\n```json\n(.*?)```", README, re.DOTALL)


def test_the_readme_shows_several_queries() -> None:
    assert len(SHOWN) >= 4


@pytest.mark.parametrize(("email", "query", "answer"), SHOWN, ids=[str(n) for n in range(len(SHOWN))])
async def test_a_query_of_the_readme_gives_the_answer_it_shows(story: Server, email: str, query: str, answer: str) -> None:
    found = orjson.dumps(await Person(story, email).ask(query)).decode().replace("\N{NO-BREAK SPACE}", " ")
    assert orjson.loads(found) == orjson.loads(answer.replace("\N{NO-BREAK SPACE}", " "))


def test_the_table_of_settings_is_current() -> None:
    table = subprocess.run([sys.executable, "-m", "server", "settings"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert table.stdout.strip() in README


def test_every_file_that_the_readme_names_is_there() -> None:
    assert [path for path in re.findall(r"\]\((?!http)([^)#]+)\)", README) if not (ROOT / path).exists()] == []
