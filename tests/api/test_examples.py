"""The example queries of docs/examples, which GraphiQL offers and the README shows: each works for the person that it names."""

from pathlib import Path

import pytest

from server.portfolio.story import sign_ins
from tests.client import Person
from tests.live import listening
from tests.servers import Server

FILES = sorted((Path(__file__).parents[2] / "docs" / "examples").glob("*.graphql"))
TEXTS = [file.read_text() for file in FILES]


def email_of(text: str) -> str:
    return text.splitlines()[1].removeprefix("# ")


def test_everybody_of_the_story_has_an_example() -> None:
    assert {email_of(text) for text in TEXTS} == {person.email for person in sign_ins()}


@pytest.mark.parametrize("text", TEXTS, ids=[file.stem for file in FILES])
async def test_an_example_answers_the_person_it_names_without_an_error(story: Server, text: str) -> None:
    person = Person(story, email_of(text))
    if "\nsubscription " in text:
        async with listening(person, text):
            return
    answer = await person.ask(text)
    assert "errors" not in answer, answer
    assert None not in answer["data"].values(), answer


@pytest.mark.parametrize("text", [text for text in TEXTS if "\nmutation " in text])
def test_an_example_changes_nothing(text: str) -> None:
    assert "dryRun: true" in text
