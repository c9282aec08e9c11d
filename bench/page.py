"""Keeps measured text between two marks of a page that people wrote."""

from pathlib import Path


class NoMarks(Exception):
    """The page has no place for the text."""


def replace_between(page: Path, name: str, text: str) -> None:
    """Put `text` between the lines `<!-- NAME -->` and `<!-- /NAME -->`, whatever stood there.

    Raises NoMarks when the page lacks them.
    """
    start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    content = page.read_text(encoding="utf-8")
    before, found, rest = content.partition(start)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise NoMarks(f"{page.name} has no lines {start.strip()} and {end}")
    page.write_text(f"{before}{start}\n{text}\n\n{end}{after}", encoding="utf-8")
