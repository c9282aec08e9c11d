"""When bests rose, and that nothing else is told."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scoring.pictures.running_best import Rise, Told, field_best, running_best

START = datetime(2026, 11, 1, tzinfo=UTC)


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def told(entered: int, came: int, points: float) -> Told:
    return Told(entered_at=at(entered), told_at=at(came), points=points)


SCORES = st.lists(
    st.builds(
        told,
        st.integers(0, 50),
        st.integers(0, 50),
        st.floats(0, 100).map(lambda points: round(points, 3)),
    ),
    max_size=12,
)


def test_a_score_that_came_after_a_better_one_is_not_told() -> None:
    entered_early_scored_late = told(0, 9, 50.0)
    scores = [entered_early_scored_late, told(1, 2, 60.0), told(3, 4, 55.0), told(5, 6, 70.0)]
    assert running_best(scores) == [Rise(at(1), 60.0), Rise(at(5), 70.0)]


def test_a_rise_that_nobody_sees_is_none() -> None:
    assert running_best([told(0, 1, 50.001), told(2, 3, 50.004)]) == [Rise(at(0), 50.0)]


@given(SCORES)
def test_all_that_is_told_once_stood_on_the_board_and_the_last_is_the_best(
    scores: list[Told],
) -> None:
    rises = running_best(scores)
    board: set[Rise] = set()
    for moment in sorted({each.told_at for each in scores}):
        known = [each for each in scores if each.told_at <= moment]
        best = max(round(each.points, 2) for each in known)
        board |= {Rise(each.entered_at, best) for each in known if round(each.points, 2) == best}
    assert set(rises) <= board
    assert [each.points for each in rises] == sorted({each.points for each in rises})
    assert [each.at for each in rises] == sorted({each.at for each in rises})
    if scores:
        assert rises[-1].points == max(round(each.points, 2) for each in scores)


@given(st.lists(SCORES, max_size=5))
def test_the_fields_best_is_the_highest_of_all_lines_at_every_moment(
    people: list[list[Told]],
) -> None:
    lines = {key: running_best(scores) for key, scores in enumerate(people)}
    best = field_best(lines)
    for moment in {rise.at for rises in lines.values() for rise in rises}:
        highest = max(r.points for rises in lines.values() for r in rises if r.at <= moment)
        assert max(each.rise.points for each in best if each.rise.at <= moment) == highest
    assert all(each.rise in lines[each.key] for each in best)
    assert [each.rise.points for each in best] == sorted({each.rise.points for each in best})
