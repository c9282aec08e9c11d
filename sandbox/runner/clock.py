"""The soft clock: stops one task, so that the next can still run.

The host keeps a hard clock besides: a signal is seen only between two steps of Python.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from .errors import TaskTimeout

REPEAT_SECONDS = 1.0
"""The alarm repeats in case a library swallowed the first one."""


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise TaskTimeout


@contextmanager
def soft_clock(seconds: float) -> Iterator[None]:
    """Raises ``TaskTimeout`` in the main thread once ``seconds`` have passed inside the block."""
    signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, REPEAT_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
