"""A certificate parsed back: its words in all letters, and nothing beside the page."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from scoring.certificate import Certificate, certificate_pdf

PAGE = Certificate(
    competition="Pretrained text encoders",
    participant="Zażółć & Жук Ωmega",
    members=("ann", "bob"),
    award="Best under 10 M parameters",
    place="1st place",
    points="87.12 points",
    prize="1,000.00 EUR",
    reason="Place 1 by final score: 87.12 points on the private test rows.",
    day=datetime(2026, 3, 4, 5, 6, tzinfo=UTC),
    key_id="ab" * 32,
    sha256="cd" * 32,
    address="https://podium.example/api/v1/competitions/cup/awards/7/record/",
)


def words(certificate: Certificate) -> str:
    """Return the text of the page on one line."""
    reader = PdfReader(io.BytesIO(certificate_pdf(certificate)))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


def test_everything_stands_on_the_page_in_its_own_letters() -> None:
    text = words(PAGE)
    for part in (
        PAGE.competition,
        "Zażółć & Жук Ωmega",
        "ann, bob",
        PAGE.award,
        "1st place · 87.12 points · 1,000.00 EUR",
        PAGE.reason,
        "Awarded on 4 March 2026",
        PAGE.key_id,
        PAGE.sha256,
        PAGE.address,
    ):
        assert part in text
    assert "Unicode numbers" not in text


def test_letters_that_no_font_has_stand_as_numbers_and_the_page_says_so() -> None:
    text = words(replace(PAGE, participant="张伟 (Wei)"))
    assert "U+5F20 U+4F1F (Wei)" in text
    assert "Letters that this page can't show stand as their Unicode numbers" in text


def test_marks_and_markup_are_text() -> None:
    text = words(replace(PAGE, participant="**<b>eve</b>** \u202egnp", award="({[/JavaScript]})"))
    assert "**<b>eve</b>** gnp" in text
    assert "({[/JavaScript]})" in text


@pytest.mark.parametrize("long", ["W" * 150, "word " * 200])
def test_long_texts_are_made_smaller_then_cut(long: str) -> None:
    text = words(replace(PAGE, participant=long, award=long, reason=long))
    assert "…" in text
    assert PAGE.address in text


def test_the_same_grant_gives_the_same_file() -> None:
    first = certificate_pdf(PAGE)
    certificate_pdf.cache_clear()
    assert certificate_pdf(PAGE) == first


def test_the_file_names_itself_and_runs_nothing() -> None:
    made = certificate_pdf(PAGE)
    reader = PdfReader(io.BytesIO(made))
    assert reader.metadata is not None
    assert reader.metadata.title == f"{PAGE.award}: {PAGE.participant}"
    assert not any(
        word in made for word in (b"/JavaScript", b"/OpenAction /S", b"/URI", b"/Launch")
    )
