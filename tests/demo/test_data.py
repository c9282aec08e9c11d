"""Data preparation: labels by rule, files by contract, the same on every machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from demo import data
from demo.data import Sources, polarity, polarity_or_neutral, prepare
from demo.sources import RatedPair, RatedText
from demo.tasks import MOVIES, PRODUCTS, TASKS, TWEETS, WORDS

NAMES = ("movies", "products", "tweets", "articles")


def texts(origin: str, count: int, per_document: int = 1) -> list[RatedText]:
    return [
        RatedText(
            document=str(n // per_document),
            text=f"{origin} text number {n}",
            rating=(n % 9 - 4) / 2,
        )
        for n in range(count)
    ]


@pytest.fixture(autouse=True)
def small_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, plan in (("MOVIES", MOVIES), ("PRODUCTS", PRODUCTS), ("TWEETS", TWEETS)):
        monkeypatch.setattr(data, name, replace(plan, train_rows=30, test_rows=20))
    monkeypatch.setattr(data, "WORDS", replace(WORDS, test_rows=10))


@pytest.fixture
def sources() -> Sources:
    words = [RatedPair(first=f"a{n}", second=f"b{n}", rating=float(n)) for n in range(10)]
    return Sources(
        movies=texts("movie", 80),
        products=texts("product", 80, per_document=4),
        tweets=texts("tweet", 80),
        articles=texts("article", 20, per_document=5),
        words=words,
    )


def rows(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text().splitlines())


def test_files_are_those_of_the_contract(tmp_path: Path, sources: Sources) -> None:
    prepare(sources, tmp_path)
    for plan in TASKS:
        folder = tmp_path / plan.slug
        ids = [row["id"] for row in rows(folder / "inputs.jsonl")]
        assert ids == [row["id"] for row in rows(folder / "labels.jsonl")]
        assert all(set(row) == {"id", "input"} for row in rows(folder / "inputs.jsonl"))
        assert (folder / "train.jsonl").exists() is bool(plan.train_rows)
    for row in rows(tmp_path / PRODUCTS.slug / "labels.jsonl"):
        assert set(row) == {"id", "label", "group", "slices"}
        assert row["label"] in PRODUCTS.labels
    assert set(next(rows(tmp_path / MOVIES.slug / "train.jsonl"))) == {"id", "input", "label"}


def test_second_preparation_gives_the_same_bytes(tmp_path: Path, sources: Sources) -> None:
    shuffled = Sources(
        **{
            **{name: getattr(sources, name) for name in (*NAMES, "words")},
            "movies": sources.movies[::-1],
            "tweets": sources.tweets[::-1],
        }
    )
    one, other = prepare(sources, tmp_path / "one"), prepare(shuffled, tmp_path / "other")
    assert {name: entry for name, entry in one.items() if "/" in name} == {
        name: entry for name, entry in other.items() if "/" in name
    }


def test_corpus_holds_no_text_of_a_test_set(tmp_path: Path, sources: Sources) -> None:
    prepare(sources, tmp_path)
    corpus = set((tmp_path / "corpus.txt").read_text().splitlines())
    for plan in (MOVIES, PRODUCTS, TWEETS):
        hidden = {row["input"]["text"] for row in rows(tmp_path / plan.slug / "inputs.jsonl")}
        public = {row["input"]["text"] for row in rows(tmp_path / plan.slug / "train.jsonl")}
        assert not hidden & corpus
        assert public <= corpus


@pytest.mark.parametrize(
    ("rating", "two", "three"),
    [
        (0.0, None, "neutral"),
        (0.5, "positive", "neutral"),
        (-0.51, "negative", "negative"),
        (3.0, "positive", "positive"),
    ],
)
def test_labels_follow_the_rating(rating: float, two: str | None, three: str) -> None:
    assert polarity(rating) == two
    assert polarity_or_neutral(rating) == three


def test_expected_data_are_kept_and_others_refused(
    tmp_path: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = tmp_path / "expected.json"
    expected.write_text(data.as_text(prepare(sources, tmp_path / "first")))
    monkeypatch.setattr(data, "EXPECTED", expected)
    monkeypatch.setattr(data, "read_sources", lambda: sources)
    assert data.ensure(tmp_path / "made") is True
    assert data.ensure(tmp_path / "made") is False
    (tmp_path / "made" / "corpus.txt").write_text("cut")
    assert data.ensure(tmp_path / "made") is True
    other = replace(sources, tweets=texts("another", 80))
    monkeypatch.setattr(data, "read_sources", lambda: other)
    with pytest.raises(data.DataError, match=r"tweet-valence/inputs\.jsonl"):
        data.ensure(tmp_path / "changed")


def test_committed_manifest_names_every_file() -> None:
    manifest = json.loads(data.EXPECTED.read_text())
    parts = ("inputs", "labels", "train")
    names = {
        f"{plan.slug}/{part}.jsonl"
        for plan in TASKS
        for part in parts
        if part != "train" or plan.train_rows
    }
    assert set(manifest) == names | {"corpus.txt"}
