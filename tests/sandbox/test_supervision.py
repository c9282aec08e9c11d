"""The worker's clocks decide; what the sandbox says can only shorten its time."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from sandbox import supervision
from sandbox.progress import StreamReader
from sandbox.spec import Limits, Progress
from sandbox.supervision import FLOOD_BYTES, GRACE_SECONDS, TaskClock, pump, watch
from sandbox.verdict import Ending
from tests.sandbox.lab import LIMITS


class FakeSandbox:
    """Ends at `ends_at`; every wait moves the clock by half a second and plays due lines."""

    def __init__(self, ends_at: float, lines: dict[float, bytes] | None = None) -> None:
        self.now = 0.0
        self.ends_at = ends_at
        self.lines = dict(lines or {})
        self.reader = StreamReader(tasks=("a", "b"), log_bytes=100, clock=self.clock)

    def clock(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.now += 0.5
        for due in [due for due in self.lines if due <= self.now]:
            self.reader.feed(self.lines.pop(due))
        return self.now >= self.ends_at


def watched(
    sandbox: FakeSandbox,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[Progress], None] = lambda step: None,
    limits: Limits = LIMITS,
) -> Ending:
    return watch(
        sandbox,
        limits=limits,
        reader=sandbox.reader,
        on_progress=on_progress,
        should_stop=should_stop,
        clock=sandbox.clock,
    )


def line(event: str, task: str) -> bytes:
    return f'{{"event": "{event}", "task": "{task}"}}\n'.encode()


def test_a_sandbox_that_ends_by_itself_has_exited() -> None:
    assert watched(FakeSandbox(ends_at=3)) is Ending.EXITED


def test_the_total_ends_a_run_that_says_nothing() -> None:
    sandbox = FakeSandbox(ends_at=1e9)
    assert watched(sandbox) is Ending.TOTAL_TIME
    assert sandbox.now == LIMITS.total_seconds + 0.5


def test_a_task_past_its_limit_and_the_grace_ends_the_run() -> None:
    sandbox = FakeSandbox(ends_at=1e9, lines={2.0: line("task_started", "a")})
    assert watched(sandbox) is Ending.TASK_TIME
    assert sandbox.now == 2.0 + LIMITS.task_seconds + GRACE_SECONDS + 0.5


def test_finished_tasks_stop_their_clock() -> None:
    lines = {
        1.0: line("task_started", "a"),
        15.0: line("task_finished", "a"),
        16.0: line("task_started", "b"),
    }
    assert watched(FakeSandbox(ends_at=29, lines=lines)) is Ending.EXITED


def test_a_task_can_not_restart_its_clock_by_starting_again() -> None:
    clock = TaskClock(10)
    started = Progress(event="task_started", task="a", done=0, total=1, rate=0)
    clock.note(started, 0)
    clock.note(started, 9)
    assert not clock.expired(10 + GRACE_SECONDS)
    assert clock.expired(10 + GRACE_SECONDS + 0.1)


def test_progress_seen_at_the_very_end_is_still_passed_on() -> None:
    steps: list[Progress] = []
    sandbox = FakeSandbox(ends_at=2, lines={2.0: line("task_finished", "a")})
    watched(sandbox, on_progress=steps.append)
    assert [step.event for step in steps] == ["task_finished"]


def test_stopping_is_asked_for_at_most_once_a_second() -> None:
    asked: list[float] = []
    sandbox = FakeSandbox(ends_at=1e9)

    def stop() -> bool:
        asked.append(sandbox.now)
        return sandbox.now >= 5

    assert watched(sandbox, should_stop=stop) is Ending.STOPPED
    assert all(later - earlier >= 1 for earlier, later in pairwise(asked))


def test_an_error_of_the_callers_passes_through() -> None:
    def fail(step: Progress) -> None:
        raise ZeroDivisionError

    sandbox = FakeSandbox(ends_at=9, lines={1.0: line("task_started", "a")})
    with pytest.raises(ZeroDivisionError):
        watched(sandbox, on_progress=fail)


def test_a_flood_is_read_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(supervision.time, "sleep", pauses.append)
    chunks = [b"x" * (FLOOD_BYTES // 2)] * 4 + [b""]
    reader = StreamReader(tasks=(), log_bytes=100, clock=lambda: 0.0)
    pump(lambda: chunks.pop(0), reader)
    assert len(pauses) == 2
    assert reader.seen_bytes == 2 * FLOOD_BYTES
