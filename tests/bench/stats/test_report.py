import json

import pytest

from bench.stats.report import from_json, summary, tables, to_json
from bench.stats.simulate import Rate
from tests.bench.stats.lab import result


def test_the_last_line_has_its_agreed_keys() -> None:
    assert summary(result()) == {
        "interval_coverage": {"accuracy": 0.95, "macro_f1": 0.95, "mean_of_tasks": 0.95},
        "false_alarm": 0.04,
        "rank_set_coverage": 0.95,
        "trials": 1000,
    }


@pytest.mark.parametrize(
    ("scenario", "kept", "keys"),
    [
        ("accuracy-2000-0.65", 930, ("interval_coverage", "accuracy")),
        ("accuracy-1000-0.8", 965, ("interval_coverage", "accuracy")),
        ("macro-f1-even-1500", 941, ("interval_coverage", "macro_f1")),
        ("mean", 944, ("interval_coverage", "mean_of_tasks")),
        ("alarm-final", 61, ("false_alarm",)),
        ("ranks-levels", 949, ("rank_set_coverage",)),
    ],
)
def test_the_worst_scenario_counts(scenario: str, kept: int, keys: tuple[str, ...]) -> None:
    found = summary(result({scenario: kept}))
    for key in keys:
        found = found[key]
    assert found == kept / 1000


def test_a_result_survives_its_file() -> None:
    assert from_json(json.loads(json.dumps(to_json(result())))) == result()


def test_tables_tell_shares_their_error_and_the_trials() -> None:
    table = tables(result({"mean": 940}))["stats:intervals"]
    assert "accuracy over 400 groups | 94.0 % | 1.5 | 1000 |" in table
    assert "| … covered, had each row been resampled for itself | 50.0 % | 3.2 | 1000 |" in table


def test_a_rate_knows_its_error() -> None:
    assert Rate(50, 100).share == 0.5
    assert Rate(50, 100).error == 0.05
