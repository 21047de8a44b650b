"""Every case of the catalogue of attack and fault has a test that shows it, or a reason why there is nothing to show."""

from tests.catalogue import ABSENT, CASES, SECTIONS, unsettled


def test_every_case_has_a_test_or_a_reason_and_not_both() -> None:
    assert unsettled() == []


def test_every_case_has_a_title_and_stands_in_one_section() -> None:
    assert list(CASES) == [n for numbers in SECTIONS.values() for n in numbers] == list(range(1, 161))
    assert all(title and len(title) <= 60 for title in CASES.values()) and all(ABSENT.values())
