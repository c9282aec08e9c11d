"""The same few rows are copied for everybody, by a choice that needs the key."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds import KINDS, get_kind
from competitions.kinds.base import Modality
from competitions.perturbations import PERTURBATIONS
from competitions.robustness import SAMPLE_ROWS, Copy, copies, most_copies

KEY = "0f" * 32
KIND = get_kind("text_classification")


def rows(count: int) -> list[dict[str, Any]]:
    return [
        {"id": f"r{n}", "input": {"text": f"Row {n} does not say what it is about."}}
        for n in range(count)
    ]


def made(of: list[dict[str, Any]], *, key: str = KEY, task: str = "films") -> list[Copy]:
    return list(copies(of, kind=KIND, task=task, key=key))


@given(st.integers(0, 250))
def test_no_more_rows_than_the_sample_are_copied(count: int) -> None:
    found = made(rows(count))
    assert len({copy.row_id for copy in found}) == min(count, SAMPLE_ROWS)
    assert len(found) <= most_copies(count)
    assert len({copy.id for copy in found}) == len(found)


def test_the_order_of_the_rows_changes_nothing() -> None:
    given_rows = rows(300)
    shuffled = Random(1).sample(given_rows, len(given_rows))
    assert made(given_rows) == made(shuffled)


def test_the_key_and_the_task_choose() -> None:
    chosen = {copy.row_id for copy in made(rows(1000))}
    assert chosen != {copy.row_id for copy in made(rows(1000), key="1f" * 32)}
    assert chosen != {copy.row_id for copy in made(rows(1000), task="books")}


def test_a_copy_that_would_be_the_row_itself_is_left_out() -> None:
    found = made([{"id": "r1", "input": {"text": "ok then"}}, {"id": "r2", "input": {"text": "…"}}])
    assert [(copy.id, copy.input["text"]) for copy in found] == [
        ("typos:r1", found[0].input["text"]),
        ("extra_spaces:r1", found[1].input["text"]),
    ]
    assert all(copy.input["text"] != "ok then" for copy in found)


def test_every_perturbation_changes_a_row_that_it_can() -> None:
    assert {copy.name for copy in made(rows(1))} == set(PERTURBATIONS)


def test_both_texts_of_a_pair_change_and_kept_ones_do_not() -> None:
    pair = get_kind("sentence_similarity")
    row = {"id": "r1", "input": {"text_a": "A Fast Car", "text_b": "A Quick One"}}
    (copy,) = (c for c in copies([row], kind=pair, task="t", key=KEY) if c.name == "lower_case")
    assert copy.input == {"text_a": "a fast car", "text_b": "a quick one"}
    kept = replace(pair, keeps=("text_b",))
    (copy,) = (c for c in copies([row], kind=kept, task="t", key=KEY) if c.name == "lower_case")
    assert copy.input == {"text_a": "a fast car", "text_b": "A Quick One"}


def test_only_queries_of_a_retrieval_are_copied() -> None:
    found = [
        {"id": f"r{n}", "input": {"text": f"Row {n}", "role": role}}
        for n, role in enumerate(["query", "document"] * 3)
    ]
    kind = get_kind("retrieval")
    assert {c.row_id for c in copies(found, kind=kind, task="t", key=KEY)} == {"r0", "r2", "r4"}


@pytest.mark.parametrize(
    ("slug", "texts"),
    [
        ("extractive_qa", ("question",)),
        ("causal_language_modelling", ()),
        ("pseudo_likelihood", ()),
        ("recommendation", ()),
        ("pair_classification", ("text_a", "text_b")),
    ],
)
def test_texts_whose_letters_are_what_is_asked_for_stay(slug: str, texts: tuple[str, ...]) -> None:
    assert get_kind(slug).perturbed == texts


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_kinds_that_read_texts_can_be_asked_for_it_and_others_can_not(kind: Any) -> None:
    assert ("robustness" in kind.settings_of("predict")) == bool(kind.perturbed)
    if kind.modality is not Modality.TEXT:
        assert not kind.perturbed
    assert all(isinstance(kind.examples.input["input"][name], str) for name in kind.perturbed)
    for track in set(kind.tracks) - {"predict"}:
        assert "robustness" not in kind.settings_of(track)
