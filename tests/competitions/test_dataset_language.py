"""Datasets of the language kinds: what labels must agree with in their inputs."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from competitions.dataset_check import DatasetFacts, check_dataset
from competitions.dataset_rows import DatasetInvalid
from competitions.kinds import KINDS, get_kind
from competitions.kinds.base import Family

TAGS = ("O", "B-PER", "I-PER")
CLASSES = {"token_classification": TAGS, "text_multilabel": ("a", "b")}
TEXT = "grün"  # 5 bytes
# Kind: an input, a label that agrees with it, one that does not, and what is said of that.
CASES: dict[str, tuple[dict[str, Any], Any, Any, str]] = {
    "token_classification": (
        {"words": ["Ada", "met", "Bo"]},
        ["B-PER", "O", "B-PER"],
        ["B-PER", "O"],
        "the label has 2 tags for 3 words",
    ),
    "extractive_qa": (
        {"question": "When?", "context": "Opened in 1932."},
        ["1932"],
        ["1932", "1933"],
        'the answer "1933" does not occur in the context',
    ),
    "masked_language_modelling": (
        {"words": ["the", "", "of", ""], "masked": [1, 3]},
        ["capital", "France"],
        ["capital"],
        "the label has 1 words for 2 gaps",
    ),
    "causal_language_modelling": (
        {"text": TEXT},
        5,
        4,
        "the text has 5 bytes in UTF-8, not 4",
    ),
    "pseudo_likelihood": ({"text": TEXT}, 5, 6, "the text has 5 bytes in UTF-8, not 6"),
}
ALL = pytest.mark.parametrize("slug", CASES)


def stream(rows: list[dict[str, Any]]) -> io.BytesIO:
    return io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode())


def check(slug: str, labels: list[Any], train: list[Any] | None = None) -> DatasetFacts:
    """Check rows that all have the case's input."""
    given = CASES[slug][0]
    return check_dataset(
        inputs=stream([{"id": f"r{n}", "input": given} for n in range(len(labels))]),
        labels=stream([{"id": f"r{n}", "label": label} for n, label in enumerate(labels)]),
        train=None
        if train is None
        else stream(
            [{"id": f"t{n}", "input": given, "label": label} for n, label in enumerate(train)]
        ),
        kind=get_kind(slug),
        labels_allowed=CLASSES.get(slug, ()),
    )


def problems(slug: str, labels: list[Any], train: list[Any] | None = None) -> list[str]:
    with pytest.raises(DatasetInvalid) as refused:
        check(slug, labels, train)
    return [str(problem) for problem in refused.value.problems]


def test_every_language_kind_with_a_measure_is_tried() -> None:
    measured = {
        kind.slug for kind in KINDS.values() if kind.measure and kind.family is Family.LANGUAGE
    }
    assert measured == CASES.keys()


@ALL
def test_label_that_agrees_with_its_input_passes(slug: str) -> None:
    good = CASES[slug][1]
    assert check(slug, [good] * 2, [good] * 5).rows == 2


@ALL
def test_label_that_does_not_agree_is_named_by_line_in_both_files(slug: str) -> None:
    _, good, bad, said = CASES[slug]
    assert problems(slug, [good, bad, bad]) == [f"labels.jsonl line 2: {said}"]
    train = [good, good, bad, *[good] * 3]
    assert problems(slug, [good], train) == [f"train.jsonl line 3: {said}"]


def test_sets_that_are_all_the_same_are_refused() -> None:
    kind = get_kind("text_multilabel")
    inputs = [{"id": f"r{n}", "input": {"text": "a"}} for n in range(2)]

    def checked(*labels: list[str]) -> DatasetFacts:
        rows = [{"id": f"r{n}", "label": label} for n, label in enumerate(labels)]
        return check_dataset(
            inputs=stream(inputs),
            labels=stream(rows),
            train=None,
            kind=kind,
            labels_allowed=("a", "b"),
        )

    assert checked(["a"], []).label_counts == {}
    with pytest.raises(DatasetInvalid, match="the same set of classes"):
        checked(["a", "b"], ["b", "a"])
