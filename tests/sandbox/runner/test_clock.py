from __future__ import annotations

import contextlib
import signal
from itertools import count

import pytest

from sandbox.runner import clock
from sandbox.runner.clock import soft_clock
from sandbox.runner.errors import TaskTimeout


def test_the_clock_interrupts_a_busy_loop() -> None:
    with pytest.raises(TaskTimeout), soft_clock(0.02):
        for _ in count():
            pass


def test_the_clock_rings_again_when_a_library_swallows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "REPEAT_SECONDS", 0.02)

    def swallow() -> None:
        with contextlib.suppress(BaseException):
            for _ in count():
                pass

    with pytest.raises(TaskTimeout), soft_clock(0.02):
        swallow()
        for _ in count():
            pass


def test_nothing_rings_after_the_block() -> None:
    with soft_clock(1000.0):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
