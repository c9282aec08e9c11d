"""Times are UTC and say how far away they are."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from config.templatetags import moments


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=6, hours=23), "6 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=5, minutes=59), "5 hours"),
        (timedelta(minutes=-2), "2 minutes"),
        (timedelta(seconds=30), "less than a minute"),
    ],
)
def test_a_span_is_told_in_its_largest_unit_rounded_down(span: timedelta, words: str) -> None:
    assert moments.span_in_words(span) == words


def test_past_and_future_differ() -> None:
    now = timezone.now()
    assert moments.away(now + timedelta(days=2, hours=1)) == "in 2 days"
    assert moments.away(now - timedelta(hours=3, minutes=1)) == "3 hours ago"


def test_a_moment_is_shown_in_utc_for_people_and_programs() -> None:
    shown = moments.utc(datetime(2026, 11, 3, 15, 4, tzinfo=UTC))
    assert 'datetime="2026-11-03T15:04Z"' in shown
    assert ">3 Nov 2026, 15:04 UTC</time>" in shown
    assert ">3 Nov 2026</time>" in moments.day(datetime(2026, 11, 3, tzinfo=UTC))
