import pytest

from bench.stats.scenarios import ALARMS, INTERVALS, RANKS
from bench.stats.simulate import Result, simulate

TRIALS = 400
_OF_ACCURACY = [INTERVALS[0], ALARMS[0]]


def test_the_number_of_processes_changes_no_count(capfd: pytest.CaptureFixture[str]) -> None:
    alone, together = (
        simulate(_OF_ACCURACY, trials=60, processes=processes) for processes in (1, 2)
    )
    assert alone == together
    assert alone[INTERVALS[0].name]["covered"].trials == 60
    assert "accuracy, 1000 rows" in capfd.readouterr().err


@pytest.fixture(scope="module")
def counted() -> Result:
    return simulate([*INTERVALS[:5], ALARMS[0], RANKS[1]], trials=TRIALS, processes=2)


@pytest.mark.slow
def test_few_trials_are_within_the_bands_that_many_are(counted: Result) -> None:
    """Four standard errors around what thousands of trials gave; broken methods are far outside."""
    for scenario in INTERVALS[:5]:
        assert counted[scenario.name]["covered"].share == pytest.approx(0.95, abs=0.044)
    assert counted[ALARMS[0].name]["alarmed"].share <= 0.05 + 0.044
    ranks = counted[RANKS[1].name]
    assert ranks["covered"].share >= 0.95 - 0.062
    assert ranks["covered by percentiles of ranks"].share < 0.75
