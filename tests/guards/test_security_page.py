"""docs/security.md leaves no case of the catalogue out, and what it names is there."""

import re
from pathlib import Path

from tests.catalogue import ABSENT, CASES

ROOT = Path(__file__).parents[2]
PAGES = ("docs/security.md", "SECURITY.md")


def test_every_case_stands_against_a_threat() -> None:
    rows = [line for line in (ROOT / PAGES[0]).read_text().splitlines() if re.search(r"\| [\d, -]+ \|$", line)]
    named = set()
    for row in rows:
        for part in row.rsplit("|", 2)[1].split(","):
            first, _, last = part.strip().partition("-")
            named |= {*range(int(first), int(last or first) + 1)}
    assert named <= set(CASES)
    assert set(CASES) - named - set(ABSENT) == set()


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        place = (ROOT / page).parent
        links = re.findall(r"\]\((?!http)([^)#]+)", (ROOT / page).read_text())
        assert links
        assert [link for link in links if not (place / link).exists()] == []
