"""Measured text in a page that people wrote."""

from pathlib import Path

import pytest

from bench.page import NoMarks, replace_between


def test_only_what_lies_between_the_marks_changes(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Title\n\n<!-- bench:x -->\nold\n<!-- /bench:x -->\n\nAfter.\n")
    for text in ("first", "second"):
        replace_between(page, "bench:x", text)
    assert page.read_text() == (
        "# Title\n\n<!-- bench:x -->\n\nsecond\n\n<!-- /bench:x -->\n\nAfter.\n"
    )


@pytest.mark.parametrize("text", ["", "<!-- bench:x -->\nold\n", "<!-- /bench:x -->"])
def test_a_page_without_the_marks_stays_as_it_is(text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(NoMarks, match=r"page\.md"):
        replace_between(page, "bench:x", "new")
    assert page.read_text() == text
