from __future__ import annotations

import pytest

from submissions.validation.errors import MOST_PROBLEMS, Problems, SubmissionRefused


def test_no_problem_raises_nothing() -> None:
    problems = Problems()
    with problems.collecting():
        pass
    problems.raise_any()
    assert not problems


def test_one_problem_is_raised_as_it_is() -> None:
    problem = SubmissionRefused("a", "A.", field="x", status=413)
    problems = Problems()
    with problems.collecting():
        raise problem
    with pytest.raises(SubmissionRefused) as caught:
        problems.raise_any()
    assert caught.value is problem


def test_several_problems_become_one_message_with_the_first_code() -> None:
    problems = Problems()
    problems.add(SubmissionRefused("a", "First.", field="x"))
    problems.add(SubmissionRefused("b", "Second.", field="y"))
    with pytest.raises(SubmissionRefused) as caught:
        problems.raise_any()
    assert caught.value.as_dict() == {
        "code": "a",
        "message": "2 problems:\n- First.\n- Second.",
        "field": "x",
    }
    assert caught.value.status == 422


def test_collecting_stops_when_there_are_enough() -> None:
    problems = Problems()
    for _ in range(MOST_PROBLEMS - 1):
        problems.add(SubmissionRefused("a", "Again."))
    with pytest.raises(SubmissionRefused, match=f"The first {MOST_PROBLEMS} problems"):
        problems.add(SubmissionRefused("a", "Again."))
