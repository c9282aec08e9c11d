from __future__ import annotations

import numpy as np
import pytest

from sandbox.runner.measure import (
    BUDGET_SECONDS,
    FEWEST_ROWS,
    MOST_ROWS,
    latency_percentiles,
)
from tests.parts import ROOT

from .real_runs import run_python


class Clock:
    """Goes on by as many seconds as the row that is answered says."""

    def __init__(self) -> None:
        self.now = 100.0
        self.answered: list[float] = []

    def __call__(self) -> float:
        return self.now

    def answer(self, seconds: float) -> None:
        self.now += seconds
        self.answered.append(seconds)


def test_percentiles_are_of_milliseconds_of_one_row_after_another() -> None:
    clock = Clock()
    rows = [number / 1000 for number in range(1, 11)]
    found = latency_percentiles(clock.answer, rows, clock=clock)
    assert found == pytest.approx(np.percentile(np.arange(1, 11), [50, 95]))


def test_the_first_answer_warms_up_and_counts_nowhere() -> None:
    clock = Clock()
    costs = iter([2.0, *[0.01] * 10])
    found = latency_percentiles(lambda row: clock.answer(next(costs)), [0] * 10, clock=clock)
    assert found == pytest.approx((10, 10))
    assert len(clock.answered) == 11


def test_no_more_rows_than_agreed_are_answered() -> None:
    clock = Clock()
    latency_percentiles(clock.answer, [0.001] * 100, clock=clock)
    assert len(clock.answered) == MOST_ROWS + 1


def test_it_ends_with_its_budget() -> None:
    clock = Clock()
    found = latency_percentiles(clock.answer, [BUDGET_SECONDS / 8] * 20, clock=clock)
    assert found is not None
    assert len(clock.answered) == 1 + 9


def test_too_few_rows_or_too_slow_a_model_tell_nothing() -> None:
    clock = Clock()
    assert latency_percentiles(clock.answer, [0.1] * (FEWEST_ROWS - 1), clock=clock) is None
    assert clock.answered == []
    assert latency_percentiles(clock.answer, [BUDGET_SECONDS] * 20, clock=clock) is None


@pytest.mark.runner
def test_operations_are_counted_in_inference_mode() -> None:
    program = """
import torch
from runner.formats.torch_setup import count_flops, gpu_peak_bytes
linear, rows = torch.nn.Linear(16, 32), torch.ones(4, 16)
def work():
    with torch.inference_mode():
        linear(rows)
print(count_flops(work), count_flops(lambda: None), gpu_peak_bytes("cpu"))
"""
    done = run_python("-c", program, paths=[ROOT / "sandbox"])
    assert done.stdout.split() == [str(2 * 4 * 16 * 32), "0", "None"], done.stderr
