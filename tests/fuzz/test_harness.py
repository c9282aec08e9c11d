"""The harness notices what it is there for."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from tests.fuzz import harness
from tests.fuzz.harness import KIB, Endless, TooMuchMemory, Watch, check_text, fuzz


class Refused(Exception):
    """The one error that the readers here may raise."""


@pytest.fixture(autouse=True)
def _one_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harness, "SECONDS", 0.0)
    monkeypatch.setattr(harness, "FIRST_ROUND", 7)


def _fuzz(reader: Callable[[int], object]) -> Watch:
    """One round of numbers from 0 to 999; the reader refuses those above 500."""
    watch = Watch(Refused, times=1, constant=64 * KIB)

    def read(number: int) -> object:
        if number > 500:
            raise Refused("too large")
        return reader(number)

    fuzz(st.integers(0, 999), lambda number: watch.read(lambda: read(number), size=8), watch)
    return watch


def test_a_good_reader_passes_and_is_counted() -> None:
    watch = _fuzz(str)
    assert 0 < watch.refused < watch.examples
    assert f"{watch.examples} examples, {watch.refused} refused" in str(watch)


def test_another_error_is_raised_on_with_the_smallest_example_and_the_round() -> None:
    def reader(number: int) -> None:
        if number >= 100:
            raise KeyError(number)

    with pytest.raises(KeyError) as caught:
        _fuzz(reader)
    assert caught.value.args == (100,)
    notes = "\n".join(caught.value.__notes__)
    assert "example=100" in notes
    assert "PODIUM_FUZZ_SEED=7" in notes


def test_a_large_example_does_not_hide_what_it_found() -> None:
    watch = Watch(Refused, times=1)

    def reader(data: bytes) -> None:
        raise KeyError(len(data))

    large = st.just(bytes(300_000))
    with pytest.raises(KeyError):
        fuzz(large, lambda data: watch.read(lambda: reader(data), size=len(data)), watch)


def test_the_same_round_has_the_same_examples() -> None:
    rounds: list[list[int]] = [[], []]
    for seen in rounds:
        _fuzz(seen.append)
    assert rounds[0] == rounds[1]
    assert len(set(rounds[0])) > 10


def test_a_reader_that_holds_too_much_fails() -> None:
    with pytest.raises(TooMuchMemory, match="allowed are 1 for each and 65536 besides"):
        _fuzz(lambda number: bytes(KIB * number))


def test_memory_that_the_same_example_does_not_hold_again_is_not_the_reader_s() -> None:
    held: list[bytes] = []

    def reader(number: int) -> None:
        if not held:
            held.append(bytes(128 * KIB))

    assert _fuzz(reader).fullest > 1


def test_a_reader_that_fails_only_once_fails() -> None:
    seen: list[int] = []

    def reader(number: int) -> None:
        seen.append(number)
        if len(seen) == 20:
            raise KeyError(number)

    with pytest.raises(ExceptionGroup):
        _fuzz(reader)


def test_a_reader_that_refuses_after_holding_too_much_fails() -> None:
    watch = Watch(Refused, times=1, constant=64 * KIB)

    def reader() -> None:
        _ = bytes(128 * KIB)
        raise Refused("too large")

    with pytest.raises(TooMuchMemory):
        watch.read(reader, size=8)


def test_an_endless_reader_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harness, "HANG_SECONDS", 0.2)

    def reader() -> None:
        while True:
            try:
                time.process_time()
            except Exception:  # noqa: BLE001 - a reader that swallows what it can
                continue

    with pytest.raises(Endless):
        Watch(times=1).read(reader, size=1)


def test_waiting_is_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harness, "HANG_SECONDS", 0.1)
    Watch(times=1).read(lambda: time.sleep(0.3), size=1)


def test_examples_that_are_all_refused_are_no_test() -> None:
    watch = Watch(Refused, times=1)

    def refuse() -> None:
        raise Refused("never")

    with pytest.raises(AssertionError, match="treats all examples alike"):
        fuzz(st.integers(), lambda number: watch.read(refuse, size=8), watch)


@pytest.mark.parametrize("text", ["", "x" * 20_000, "a\x1b[31mb", "a\u202eb", "half \ud800"])
def test_a_refusal_that_can_t_be_read_fails(text: str) -> None:
    with pytest.raises(AssertionError):
        check_text(text)
    check_text("two lines\nthat say why")
