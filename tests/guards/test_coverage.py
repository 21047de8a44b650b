"""docs/coverage.md says which test shows which row, and every row that is claimed has one."""

from tests.coverage import PAGE, lacking, page


def test_every_claimed_row_has_a_test() -> None:
    assert lacking() == []


def test_the_page_is_as_the_tests_are_marked() -> None:
    assert PAGE.read_text("utf-8") == page(), "Write it anew: python -m tests.coverage"
