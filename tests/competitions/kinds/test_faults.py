"""Quoting of other people's text in messages."""

from competitions.kinds.faults import quoted


def test_printable_text_is_kept_in_its_own_script() -> None:
    assert quoted("übung-٣") == '"übung-٣"'


def test_long_text_is_cut() -> None:
    assert len(quoted("x" * 500)) == 62


def test_control_and_direction_characters_are_escaped() -> None:
    assert quoted("a\x1b[31m\u202eb\ud800") == '"a\\u001b[31m\\u202eb\\ud800"'
