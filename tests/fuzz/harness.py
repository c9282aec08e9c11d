"""Gives a reader hostile bytes for a set time, and watches what each of them costs.

`PODIUM_FUZZ_SECONDS` is the time of each target. Examples come in rounds, and a round is made
from its number alone: `PODIUM_FUZZ_SEED` is the first one's, so the round that failed can be had
again. A failure is shrunk and shown by hypothesis.
"""

from __future__ import annotations

import os
import signal
import time
import tracemalloc
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from types import FrameType
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FlakyFailure, HypothesisWarning
from hypothesis.strategies import SearchStrategy

SECONDS = float(os.environ.get("PODIUM_FUZZ_SECONDS", "5"))
FIRST_ROUND = int(os.environ.get("PODIUM_FUZZ_SEED", "0"))
HANG_SECONDS = 30.0
"""Processor time of one example after which it counts as endless: far above what any takes, and
waiting for a busy machine does not count."""
KIB = 1024
LONGEST_TEXT = 10_000
"""Characters of a refusal: ten problems, each with a quoted name and a sentence."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_Example = TypeVar("_Example")
_Result = TypeVar("_Result")
_ROUND = settings(
    max_examples=200,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


class Endless(AssertionError):
    """A reader was still busy after `HANG_SECONDS`."""


class TooMuchMemory(AssertionError):
    """A reader held more bytes at once than it may for an input of this size."""


class _TimeIsUp(BaseException):
    """Raised in the reader itself, past every `except Exception` there."""


class Watch:
    """Calls a reader and fails when it is endless, greedy, or refuses in a text nobody can read.

    It may hold `times` bytes for each byte of input, and `constant` bytes besides. What else it
    raises passes through: only errors of the types `refusals` are its right.
    """

    def __init__(self, *refusals: type[Exception], times: float, constant: int = 256 * KIB) -> None:
        self._refusals = refusals
        self._times = times
        self._constant = constant
        self.examples = 0
        self.refused = 0
        self.fullest = 0.0
        self.longest_seconds = 0.0

    def read(self, reader: Callable[[], _Result], *, size: int) -> _Result | None:
        """What the reader makes of `size` bytes of input; None when it refuses them.

        Raises Endless, TooMuchMemory, AssertionError for a bad text, and what the reader raises.
        """
        self.examples += 1
        started = time.process_time()
        with _clock(), _traced() as peak:
            try:
                return reader()
            except self._refusals as refusal:
                self.refused += 1
                check_text(str(refusal))
                return None
            finally:
                self._check_memory(peak(), size)
                self.longest_seconds = max(self.longest_seconds, time.process_time() - started)

    def _check_memory(self, held: int, size: int) -> None:
        allowed = self._times * size + self._constant
        self.fullest = max(self.fullest, held / allowed)
        if held > allowed:
            raise TooMuchMemory(
                f"{held} bytes were held for {size} bytes of input; allowed are "
                f"{self._times:g} for each and {self._constant} besides"
            )

    def learned(self) -> bool:
        """Whether some examples were refused and some were not, where refusing is possible."""
        return not self._refusals or 0 < self.refused < self.examples

    def __str__(self) -> str:
        return (
            f"{self.examples} examples, {self.refused} refused; at most {self.fullest:.0%} of the "
            f"allowed memory and {self.longest_seconds:.2f} s"
        )


def fuzz(
    examples: SearchStrategy[_Example], check: Callable[[_Example], object], watch: Watch
) -> None:
    """Call `check` with examples until the time is over, and with at least one whole round.

    What `check` raises is shown with the smallest example that raises it, and with how to have
    the round again. Raises AssertionError too when all examples are alike to the reader.
    """

    def reader(example: _Example) -> None:
        check(example)

    deadline = time.monotonic() + SECONDS
    for number in count(FIRST_ROUND):
        try:
            with warnings.catch_warnings():
                # A large example is shown whole, and no warning about that hides the failure.
                warnings.simplefilter("ignore", HypothesisWarning)
                seed(number)(_ROUND(given(examples)(reader)))()
        except Exception as error:
            if _is_memory_held_once(error):
                continue
            error.add_note(f"The same again: PODIUM_FUZZ_SECONDS=0 PODIUM_FUZZ_SEED={number}")
            raise
        if time.monotonic() >= deadline:
            break
    print(watch)
    assert watch.learned(), f"the reader treats all examples alike: {watch}"


def _is_memory_held_once(error: Exception) -> bool:
    """Whether the same example, read again, held no more than it may.

    A table of the whole interpreter (of interned strings, for one) doubles now and then, and that
    counts for whichever example is being read.
    """
    return isinstance(error, FlakyFailure) and all(
        isinstance(each, TooMuchMemory) for each in error.exceptions
    )


def check_text(text: str) -> None:
    """Fail for the text of a refusal that is empty, endless, or holds what nobody can see."""
    assert 0 < len(text) <= LONGEST_TEXT, f"a refusal of {len(text)} characters"
    hidden = {char for char in text if unicodedata.category(char) in _HIDDEN} - {"\n"}
    assert not hidden, f"a refusal holds {sorted(map(ascii, hidden))}"


@contextmanager
def _clock() -> Iterator[None]:
    before = signal.signal(signal.SIGVTALRM, _time_is_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANG_SECONDS)
    try:
        yield
    except _TimeIsUp:
        raise Endless(f"still busy after {HANG_SECONDS:g} s of processor time") from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _time_is_up(number: int, frame: FrameType | None) -> None:
    raise _TimeIsUp


@contextmanager
def _traced() -> Iterator[Callable[[], int]]:
    """Give a function that tells the most bytes held at once since the start."""
    tracemalloc.start()
    try:
        start = tracemalloc.get_traced_memory()[0]
        yield lambda: tracemalloc.get_traced_memory()[1] - start
    finally:
        tracemalloc.stop()
