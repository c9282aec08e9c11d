"""The reader of what a sandbox prints: any bytes, in pieces of any size."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from sandbox.progress import StreamReader
from sandbox.spec import Progress
from tests.fuzz.harness import KIB, Watch, fuzz
from tests.fuzz.json_texts import json_objects, json_texts
from tests.fuzz.mutations import changed, mutated

TASKS = ("a", "b")
LOG_BYTES = 2000
KNOWN = {
    "event": ['"task_started"', '"progress"', '"task_finished"', '"finished"', '"bang"', "[]"],
    "task": ['"a"', '"b"', '"c"', "null", "7", '["a"]'],
    "done": ["3", "-1", "1.5", "true", "9" * 60, "7" * 5000],
    "total": ["9", "null"],
    "rate": ["1.5", "NaN", "Infinity", "1e999", "-1", "9" * 400],
    "status": ['"ok"', '"\\u001b[2J\\u202e"', json.dumps("long " * 90), "{}"],
}
GOOD = [
    b'{"event": "progress", "task": "a", "done": 1, "total": 9, "rate": 1.5}\n',
    b"Loading weights\r\n\x1b[31mred\x1b[0m \xe2\x80\xaeevil\n",
]


def streams() -> st.SearchStrategy[bytes]:
    values = {name: st.sampled_from(texts) for name, texts in KNOWN.items()}
    known = [text for texts in KNOWN.values() for text in texts]
    texts = st.one_of(json_objects(values), json_texts(list(KNOWN), known)).map(
        lambda text: text.encode()
    )
    lines = st.one_of(texts, st.sampled_from(GOOD), st.binary(max_size=30)).map(
        lambda line: line + b"\n"
    )
    joined = st.lists(lines, max_size=12).map(b"".join)
    return st.one_of(
        changed(joined), mutated([b"".join(GOOD)], words=[b'{"event": ', b"\x1b[", b"\n"])
    )


def read(pieces: list[bytes]) -> tuple[list[Progress], bytes, int]:
    reader = StreamReader(tasks=TASKS, log_bytes=LOG_BYTES, clock=lambda: 0.0)
    for piece in pieces:
        reader.feed(piece)
    reader.close()
    return reader.take(), reader.log, reader.seen_bytes


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    """The same bytes in pieces of these sizes, over and over."""
    pieces, place = [], 0
    while place < len(data):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(data[place : place + size])
        place += size
    return pieces


def test_a_stream_becomes_known_steps_and_a_short_clean_log() -> None:
    # Each byte of a line (4096) that is no UTF-8 becomes a character on its own for a while.
    watch = Watch(times=4, constant=512 * KIB)

    def check(example: tuple[bytes, list[int]]) -> None:
        data, sizes = example
        pieces = cut(data, sizes)
        seen = watch.read(lambda: read(pieces), size=len(data))
        assert seen == read([data]), "the log or the steps depend on how the stream was cut"
        steps, log, count = seen
        assert count == len(data)
        assert len(log) <= LOG_BYTES
        assert not set(log.decode()) & set("\x00\x1b\r\u202e")
        assert len(steps) <= 4 * (len(TASKS) + 1)
        for step in steps:
            check_step(step)

    sizes = st.lists(st.integers(1, 5000), min_size=1, max_size=4)
    fuzz(st.tuples(streams(), sizes), check, watch)


def check_step(step: Progress) -> None:
    assert step.task in (*TASKS, None)
    assert 0 <= step.done <= 2**53
    assert 0 <= step.total <= 2**53
    assert 0 <= step.rate <= 1e12
    assert len(step.status or "") <= 40
    assert not set(step.status or "") & set("\x1b\u202e")
