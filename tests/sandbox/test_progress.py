"""What a sandbox prints is read within bounds, whatever it prints."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.progress import EVENT_BURST, LINE_BYTES, CappedLog, StreamReader, parse_progress
from sandbox.spec import Progress

TASKS = frozenset({"a", "b"})


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def reader(log_bytes: int = 1000, clock: Clock | None = None) -> StreamReader:
    return StreamReader(tasks=TASKS, log_bytes=log_bytes, clock=clock or Clock())


def line(**said: Any) -> bytes:
    return json.dumps(said).encode() + b"\n"


def test_a_progress_line_becomes_a_step_and_stays_out_of_the_log() -> None:
    stream = reader()
    stream.feed(b"hello\n" + line(event="progress", task="a", done=3, total=9, rate=1.5))
    assert stream.take() == [Progress(event="progress", task="a", done=3, total=9, rate=1.5)]
    assert stream.take() == []
    assert stream.log == b"hello\n"


@given(st.lists(st.integers(1, 40)))
def test_chunks_may_be_cut_anywhere(sizes: list[int]) -> None:
    data = b"one\n" + line(event="task_started", task="a", done=0, total=1, rate=0) + b"two"
    stream = reader()
    for size in sizes:
        stream.feed(data[:size])
        data = data[size:]
    stream.feed(data)
    stream.close()
    assert [step.event for step in stream.take()] == ["task_started"]
    assert stream.log == b"one\ntwo\n"


def test_only_the_latest_progress_of_a_task_waits() -> None:
    stream = reader()
    for done in range(20):
        stream.feed(line(event="progress", task="a", done=done, total=20, rate=1))
        stream.feed(line(event="progress", task="b", done=done, total=20, rate=1))
    assert [(step.task, step.done) for step in stream.take()] == [("a", 19), ("b", 19)]


def test_progress_has_a_rate_limit_that_refills() -> None:
    clock = Clock()
    stream = reader(clock=clock)
    for done in range(int(EVENT_BURST) + 100):
        stream.feed(line(event="progress", task="a", done=done, total=1, rate=1))
    assert stream.take()[0].done == EVENT_BURST - 1
    clock.now = 1.0
    stream.feed(line(event="progress", task="a", done=7, total=1, rate=1))
    assert stream.take()[0].done == 7


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"event": "evil", "task": "a"}',
        b'{"event": ["progress"], "task": "a"}',
        b'{"event": "progress", "task": "c"}',
        b'{"event": "progress", "task": {}}',
        b'{"event": "progress"}',
        b'{"event": "progress", "task": "a", "done": ' + b"9" * 4301 + b"}",
        b"{" * 4000,
        b'{"a":' * 2000,
        b"\xff{",
    ],
)
def test_what_is_no_progress_is_none(raw: bytes) -> None:
    assert parse_progress(raw, TASKS) is None


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("done", -1, 0),
        ("done", True, 0),
        ("done", "5", 0),
        ("done", 10**30, 2**53),
        ("rate", float("nan"), 0.0),
        ("rate", float("inf"), 1e12),
        ("rate", 10**400, 1e12),
        ("rate", -5, 0.0),
        ("status", "ok\x1b[0m" + "x" * 100, "ok" + "x" * 38),
        ("status", 7, None),
    ],
)
def test_odd_values_are_put_right(field: str, value: Any, kept: Any) -> None:
    raw = json.dumps({"event": "progress", "task": "a", field: value}).encode()
    step = parse_progress(raw, TASKS)
    assert step is not None
    assert getattr(step, field) == kept


@given(
    st.dictionaries(
        st.sampled_from(["event", "task", "done", "rate", "status"]),
        st.from_type(type(None))
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.sampled_from(["progress", "a", "finished"]),
    )
)
def test_no_values_break_the_parser(said: dict[str, Any]) -> None:
    step = parse_progress(json.dumps(said).encode(), TASKS)
    assert step is None or (0 <= step.done <= 2**53 and 0 <= step.rate <= 1e12)


@given(st.binary(max_size=3000), st.integers(1, 400))
def test_the_log_never_exceeds_its_limit_nor_holds_controls(data: bytes, limit: int) -> None:
    stream = reader(log_bytes=limit)
    stream.feed(data)
    stream.close()
    assert len(stream.log) <= limit
    assert all(c == "\n" or c.isprintable() or not c.isascii() for c in stream.log.decode())


def test_an_endless_line_keeps_its_beginning() -> None:
    stream = reader(log_bytes=100_000)
    for _ in range(1000):
        stream.feed(b"x" * 1000)
    stream.feed(b"\nend\n")
    assert stream.log == b"x" * LINE_BYTES + b"\nend\n"
    assert stream.seen_bytes == 1_000_005


def test_a_log_keeps_its_first_and_last_lines() -> None:
    log = CappedLog(200)
    for number in range(10_000):
        log.write(f"line {number}".encode())
    kept = log.content()
    assert len(kept) <= 200
    assert kept.startswith(b"line 0\nline 1\n")
    assert kept.endswith(b"line 9998\nline 9999\n")
    assert b"left out" in kept


def test_a_log_within_its_limit_is_whole() -> None:
    log = CappedLog(40)
    log.write(b"x" * 30)
    log.write(b"y" * 8)
    assert log.content() == b"x" * 30 + b"\n" + b"y" * 8 + b"\n"
