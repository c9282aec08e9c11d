"""The split of a row is fixed by its key, its task and its group."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.splits import is_public


@given(key=st.text(min_size=1), task=st.text(), member=st.text(), share=st.floats(0, 1))
def test_the_same_row_always_falls_the_same_way(
    key: str, task: str, member: str, share: float
) -> None:
    sides = {is_public(key=key, task=task, member=member, public_fraction=share) for _ in range(3)}
    assert len(sides) == 1


@pytest.mark.parametrize("share", [0.1, 0.3, 0.7])
def test_about_the_wanted_share_is_public(share: float) -> None:
    public = sum(
        is_public(key="k", task="t", member=f"r{i}", public_fraction=share) for i in range(10_000)
    )
    assert abs(public / 10_000 - share) < 0.02


def test_another_key_makes_another_split() -> None:
    def side(key: str) -> list[bool]:
        members = [f"r{i}" for i in range(200)]
        return [is_public(key=key, task="t", member=m, public_fraction=0.5) for m in members]

    assert side("a") != side("b")
