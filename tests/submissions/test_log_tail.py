"""Of a log its end is read: bounded, in whole lines, without what a terminal would obey."""

from __future__ import annotations

import pytest

from common import blobs
from submissions.log_tail import SHOWN_BYTES, SHOWN_LINES, Tail, read_tail


def tail(log: bytes) -> Tail:
    return read_tail(blobs.logs.put_bytes(log).sha256)


def test_a_short_log_is_shown_whole() -> None:
    assert tail(b"one\ntwo\n") == Tail("one\ntwo", cut=False)
    assert tail(b"") == Tail("", cut=False)


def test_of_many_lines_the_last_are_shown() -> None:
    shown = tail(b"".join(b"%d\n" % number for number in range(SHOWN_LINES + 1)))
    assert shown.cut
    assert shown.text.split("\n") == [str(number) for number in range(1, SHOWN_LINES + 1)]


def test_of_long_lines_the_last_whole_ones_are_shown() -> None:
    line = b"x" * (SHOWN_BYTES // 4 - 1)
    assert tail(b"\n".join([line] * 9) + b"\n") == Tail("\n".join([line.decode()] * 3), cut=True)
    assert tail(b"\n".join([line] * 4) + b"\n") == Tail("\n".join([line.decode()] * 4), cut=False)


def test_one_endless_line_is_cut_at_the_limit() -> None:
    shown = tail(b"y" * 5 * SHOWN_BYTES)
    assert (len(shown.text), shown.cut) == (SHOWN_BYTES, True)


@pytest.mark.parametrize(
    "unsafe", ["\x1b[2J", "\x1b]0;title\x07", "\u202e", "\x00", "\x08", "\r", "\u2028", "\x9b1m"]
)
def test_what_steers_a_terminal_or_a_reader_is_dropped(unsafe: str) -> None:
    shown = tail(f"a{unsafe}b\nc".encode()).text
    assert unsafe not in shown
    assert shown.endswith("b\nc")


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert tail(b"\xff\xfe ok\n").text.endswith(" ok")


def test_a_log_that_is_gone_is_said() -> None:
    with pytest.raises(FileNotFoundError):
        read_tail("0" * 64)
