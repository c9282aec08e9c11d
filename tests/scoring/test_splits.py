"""The split of a row is fixed by its key, its task and its group."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.splits import public_members

members = st.sets(st.text(max_size=8), min_size=2, max_size=40)
shares = st.floats(0.01, 0.99)


@given(members=members, share=shares, random=st.randoms(use_true_random=False))
def test_the_split_does_not_depend_on_the_order_of_rows(
    members: set, share: float, random: object
) -> None:
    ordered = sorted(members)
    shuffled = list(ordered)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one = public_members(ordered, key="k", task="t", public_fraction=share)
    other = public_members(shuffled, key="k", task="t", public_fraction=share)
    assert one == other


@given(members=members, share=shares)
def test_both_splits_have_members_and_the_share_is_kept(members: set, share: float) -> None:
    public = public_members(members, key="k", task="t", public_fraction=share)
    assert 1 <= len(public) <= len(members) - 1
    assert abs(len(public) - share * len(members)) <= 1


@pytest.mark.parametrize("changed", [{"key": "other"}, {"task": "other"}])
def test_another_key_or_task_makes_another_split(changed: dict) -> None:
    everybody = [f"r{i}" for i in range(200)]
    arguments = {"key": "k", "task": "t", "public_fraction": 0.5}
    assert public_members(everybody, **arguments) != public_members(
        everybody, **{**arguments, **changed}
    )


def test_a_single_group_can_not_be_divided() -> None:
    with pytest.raises(ValueError, match="one member"):
        public_members(["a", "a"], key="k", task="t", public_fraction=0.5)
