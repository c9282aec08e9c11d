import numpy as np
import pytest

from bench.stats import trials
from bench.stats.scenarios import ALL, COVERED
from bench.stats.trials import Scenario


@pytest.mark.parametrize("scenario", ALL, ids=lambda each: each.name)
def test_a_trial_is_the_same_whenever_it_is_run(scenario: Scenario) -> None:
    once = scenario.kept(3)
    assert once == scenario.kept(3)
    assert len(once) == len(scenario.measures)


def test_names_of_scenarios_are_their_own() -> None:
    assert len({scenario.name for scenario in ALL}) == len(ALL)


def test_a_wrong_truth_is_not_covered() -> None:
    replicates = np.random.default_rng(1).normal(0.8, 0.01, 999)
    assert trials._covers(replicates, 0.8)
    assert not trials._covers(replicates, 0.9)


def test_a_true_difference_is_no_false_alarm_and_the_wrong_way_round_it_is() -> None:
    rows = [trials.right_answers(np.random.default_rng(1), [0.95, 0.6], rows=500, alike=0.5)]
    tasks = [trials.Task("a", trials.ACCURACY, rows[0])]
    assert not trials._alarms(tasks, [0.95, 0.6], 1)
    assert trials._alarms(tasks, [0.6, 0.95], 1)


def test_a_scenario_s_name_is_part_of_its_seed() -> None:
    one, two = (
        Scenario(name=name, title="", measures=COVERED, trial=lambda draw, _: draw.random() < 0.5)
        for name in ("one", "two")
    )
    assert [one.kept(n) for n in range(20)] != [two.kept(n) for n in range(20)]
