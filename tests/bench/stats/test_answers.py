import numpy as np
import pytest

from bench.stats.answers import Confusion, grouped_right_answers, right_answers
from scoring.metrics.base import column_sums
from scoring.metrics.macro_f1 import METRIC as MACRO_F1

SKEWED = Confusion.of([0.5, 0.3, 0.2], [0.9, 0.8, 0.5])


def test_each_entry_is_right_with_its_chance() -> None:
    answers = right_answers(np.random.default_rng(1), [0.9, 0.6], rows=40_000, alike=0.5)
    assert [each[:, 0].mean() for each in answers] == pytest.approx([0.9, 0.6], abs=0.01)
    assert all((each[:, 1] == 1).all() for each in answers)


def test_equals_agree_on_the_rows_that_are_alike() -> None:
    first, second = right_answers(np.random.default_rng(1), [0.7, 0.7], rows=40_000, alike=0.75)
    discordance = 0.25 * 2 * 0.7 * 0.3
    assert (first != second).any(axis=1).mean() == pytest.approx(discordance, abs=0.005)


def test_groups_hang_together() -> None:
    answers, units = grouped_right_answers(np.random.default_rng(1), 0.8, groups=4_000, alike=0.8)
    assert answers[:, 0].mean() == pytest.approx(0.8, abs=0.02)
    sums = units.sums(answers)
    eights = sums[sums[:, 1] == 8, 0] / 8
    assert eights.var() > 3 * 0.8 * 0.2 / 8


def test_a_confusion_s_chances_add_up() -> None:
    assert SKEWED.chances.sum() == pytest.approx(1)
    assert SKEWED.chances.sum(axis=1) == pytest.approx([0.5, 0.3, 0.2])


def test_macro_f1_in_the_long_run_is_the_value_of_many_rows() -> None:
    rows = SKEWED.draw(np.random.default_rng(1), 200_000)
    assert MACRO_F1.finalize(column_sums(rows)) == pytest.approx(SKEWED.macro_f1, abs=0.004)


def test_equals_have_the_same_chances() -> None:
    entries = SKEWED.draw_equals(np.random.default_rng(1), 200_000, entries=3, alike=0.5)
    values = [MACRO_F1.finalize(column_sums(each)) for each in entries]
    assert values == pytest.approx([SKEWED.macro_f1] * 3, abs=0.004)
    assert (entries[0] != entries[1]).any()
    assert (entries[0][:, 6:9] == entries[2][:, 6:9]).all()
