"""Splits: the same everywhere, groups whole, ids that tell nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from demo.splits import Example, grouped, split


def example(text: str, *keys: str) -> Example:
    return Example(input={"text": text}, label="positive", keys=keys or (text,))


examples = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), min_size=1, max_size=80).map(
    lambda pairs: [example(f"t{t}", f"text {t}", f"review {r}") for t, r in pairs]
)


@given(examples, st.integers(0, 40), st.integers(1, 40))
def test_no_key_is_on_both_sides(rows: list[Example], train: int, test: int) -> None:
    parts = split(rows, slug="task", train_rows=train, test_rows=test)
    keys = {row.input["text"]: set(row.keys) for row in rows}
    for row in rows:
        keys[row.input["text"]] |= set(row.keys)
    sides = [
        {key for row in side for key in keys[row["input"]["text"]]}
        for side in (parts.train, parts.test)
    ]
    assert not sides[0] & sides[1]
    assert len(parts.train) <= train


@given(examples)
def test_order_of_the_source_does_not_matter(rows: list[Example]) -> None:
    one = split(rows, slug="task", train_rows=20, test_rows=20)
    other = split(rows[::-1], slug="task", train_rows=20, test_rows=20)
    assert one == other


def test_chains_of_shared_keys_are_one_group() -> None:
    rows = [example("a", "1", "2"), example("b", "3"), example("c", "2", "4"), example("d", "4")]
    assert sorted(len(members) for members in grouped(rows).values()) == [1, 3]


def test_rows_are_numbered_and_only_shared_groups_are_named() -> None:
    rows = [example("alone"), example("twin one", "same"), example("twin two", "same")]
    parts = split(rows, slug="task", train_rows=0, test_rows=3)
    assert [row["id"] for row in parts.test] == [f"task-test-{n:05d}" for n in (1, 2, 3)]
    named = {row["input"]["text"]: row.get("group") for row in parts.test}
    assert named["alone"] is None
    assert named["twin one"] == named["twin two"] is not None
