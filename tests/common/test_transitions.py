"""States move along the table, once, in the database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.transitions import IllegalTransition, LostRace, transition
from competitions.models import Competition, Participation
from submissions.models import Run, RunTask, Submission, Upload
from tests import factories

MODELS = [Competition, Participation, Upload, Submission, Run, RunTask]


@pytest.mark.parametrize("model", MODELS)
def test_every_state_has_its_row_in_the_table(model: type) -> None:
    states = set(model.State.values)  # type: ignore[attr-defined]
    table = model.TRANSITIONS  # type: ignore[attr-defined]
    assert set(table) == states
    assert set().union(*table.values()) <= states


@given(model=st.sampled_from(MODELS), data=st.data())
def test_a_move_outside_the_table_raises(model: type, data: st.DataObject) -> None:
    states = st.sampled_from(list(model.State.values))  # type: ignore[attr-defined]
    from_, to = data.draw(states), data.draw(states)
    if to in model.TRANSITIONS[from_]:  # type: ignore[attr-defined]
        return
    with pytest.raises(IllegalTransition):
        transition(model(), from_, to)


@pytest.mark.django_db
def test_only_one_of_two_racers_moves() -> None:
    competition = factories.competition()
    first = Competition.objects.get(pk=competition.pk)
    second = Competition.objects.get(pk=competition.pk)
    closed_at = competition.created_at
    transition(first, "published", "closed", closed_at=closed_at)
    with pytest.raises(LostRace):
        transition(second, "published", "closed", closed_at=closed_at)
    assert (first.state, second.state) == ("closed", "published")
