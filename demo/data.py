"""Prepare the demo competition's data sets from pinned packages: ``python -m demo.data``.

Under ``var/demo/data``: ``<slug>/inputs.jsonl``, ``<slug>/labels.jsonl``, ``<slug>/train.jsonl``
(where the task has a train split), ``corpus.txt`` for pretraining, ``manifest.json``. The result is
the same on every machine: it must have the checksums of ``demo/manifest.json``.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo import packages
from demo.paths import DATA, DOWNLOADS
from demo.sources import RatedPair, RatedText, normalised, rated_pairs, rated_texts
from demo.splits import Example, Split, split
from demo.tasks import MOVIES, PRODUCTS, TWEETS, WORDS, TaskPlan

EXPECTED = Path(__file__).resolve().parent / "manifest.json"
NEUTRAL = 0.5
SHORT_WORDS = 12

Manifest = dict[str, dict[str, int | str]]


class DataError(Exception):
    """The prepared data aren't the expected ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Everything that is read from the packages."""

    movies: Sequence[RatedText]
    products: Sequence[RatedText]
    tweets: Sequence[RatedText]
    articles: Sequence[RatedText]
    words: Sequence[RatedPair]


def ensure(folder: Path = DATA) -> bool:
    """Bring ``folder`` to the expected state; return False when it is there already.

    Raises:
        PackageError: a package can't be had.
        DataError: what came out differs from the expected checksums.
    """
    expected: Manifest = json.loads(EXPECTED.read_text())
    if manifest_of(folder, expected) == expected:
        return False
    prepared = prepare(read_sources(), folder)
    if prepared != expected:
        wrong = sorted(name for name in prepared if prepared[name] != expected.get(name))
        raise DataError(f"These prepared files aren't the expected ones: {', '.join(wrong)}.")
    return True


def read_sources() -> Sources:
    """Download and read the packages."""
    vader = packages.fetch(packages.VADER, DOWNLOADS)
    return Sources(
        movies=rated_texts(vader, "movieReviewSnippets"),
        products=rated_texts(vader, "amazonReviewSnippets"),
        tweets=rated_texts(vader, "tweets"),
        articles=rated_texts(vader, "nytEditorialSnippets"),
        words=rated_pairs(packages.fetch(packages.GENSIM, DOWNLOADS)),
    )


def prepare(sources: Sources, folder: Path) -> Manifest:
    """Write every file under ``folder`` and return the manifest, which is written last."""
    splits = {
        MOVIES: split_of(MOVIES, examples_of(sources.movies, polarity)),
        PRODUCTS: split_of(PRODUCTS, examples_of(sources.products, polarity_or_neutral, "review")),
        TWEETS: split_of(TWEETS, examples_of(sources.tweets, valence)),
        WORDS: split_of(WORDS, pair_examples(sources.words)),
    }
    names: list[str] = []
    for plan, parts in splits.items():
        names += write_task(folder, plan, parts)
    names.append(write_lines(folder, "corpus.txt", _corpus_lines(sources, splits.values())))
    manifest = manifest_of(folder, names)
    (folder / "manifest.json").write_text(as_text(manifest))
    return manifest


def manifest_of(folder: Path, names: Iterable[str]) -> Manifest:
    """Describe those of the named files that exist: sha256 and number of lines."""
    return {
        name: {
            "sha256": packages.sha256_of(folder / name),
            "lines": (folder / name).read_bytes().count(b"\n"),
        }
        for name in sorted(names)
        if (folder / name).is_file()
    }


def as_text(manifest: Manifest) -> str:
    """Render a manifest as it is stored."""
    return json.dumps(manifest, indent=2) + "\n"


def polarity(rating: float) -> str | None:
    """Above 0 is positive, below 0 negative; exactly 0 is neither and left out."""
    if rating == 0:
        return None
    return "positive" if rating > 0 else "negative"


def polarity_or_neutral(rating: float) -> str:
    """Farther than 0.5 from 0 has a polarity, the rest is neutral."""
    if abs(rating) <= NEUTRAL:
        return "neutral"
    return "positive" if rating > 0 else "negative"


def valence(rating: float) -> float:
    """The rating itself, to the four digits that the source's readers can support."""
    return round(rating, 4)


def examples_of(
    rows: Iterable[RatedText],
    label_of: Callable[[float], str | float | None],
    document: str | None = None,
) -> list[Example]:
    """Label the rows; equal texts, and all of one document where named, form a group."""
    examples = []
    for row in rows:
        label = label_of(row.rating)
        keys = [f"text {normalised(row.text)}"]
        if document is not None:
            keys.append(f"{document} {row.document}")
        if label is not None:
            examples.append(Example(input={"text": row.text}, label=label, keys=tuple(keys)))
    return examples


def pair_examples(pairs: Iterable[RatedPair]) -> list[Example]:
    """Pairs of the same two words, in either order, form a group."""
    return [
        Example(
            input={"text_a": pair.first, "text_b": pair.second},
            label=pair.rating,
            keys=(" ".join(sorted((normalised(pair.first), normalised(pair.second)))),),
        )
        for pair in pairs
    ]


def split_of(plan: TaskPlan, examples: Sequence[Example]) -> Split:
    """Fill both sides with as many rows as the task plans."""
    return split(examples, slug=plan.slug, train_rows=plan.train_rows, test_rows=plan.test_rows)


def write_task(folder: Path, plan: TaskPlan, parts: Split) -> list[str]:
    """Write a task's rows; return the files' names below ``folder``."""
    inputs = ({"id": row["id"], "input": row["input"]} for row in parts.test)
    labels = (_label_row(row) for row in parts.test)
    train = ({key: row[key] for key in ("id", "input", "label")} for row in parts.train)
    names = [
        write_lines(folder, f"{plan.slug}/inputs.jsonl", _json_lines(inputs)),
        write_lines(folder, f"{plan.slug}/labels.jsonl", _json_lines(labels)),
    ]
    if parts.train:
        names.append(write_lines(folder, f"{plan.slug}/train.jsonl", _json_lines(train)))
    return names


def _label_row(row: Mapping[str, Any]) -> dict[str, Any]:
    label = {key: row[key] for key in ("id", "label", "group", "slices") if key in row}
    text = row["input"].get("text")
    if text is not None and "slices" not in row:
        length = "short" if len(text.split()) < SHORT_WORDS else "long"
        label["slices"] = {"length": length}
    return label


def _json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (json.dumps(row, ensure_ascii=False) for row in rows)


def _corpus_lines(sources: Sources, splits: Iterable[Split]) -> list[str]:
    """One sentence a line, a blank line between documents; no text of a test set is among them."""
    hidden = {normalised(text) for part in splits for row in part.test for text in _texts(row)}
    documents: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for origin in ("articles", "products", "movies", "tweets"):
        for row in getattr(sources, origin):
            if normalised(row.text) not in hidden:
                documents[origin, row.document].append(row.text)
    return "\n\n".join("\n".join(lines) for lines in documents.values()).split("\n")


def _texts(row: Mapping[str, Any]) -> Iterable[str]:
    return row["input"].values()  # type: ignore[no-any-return]


def write_lines(folder: Path, name: str, lines: Iterable[str]) -> str:
    """Write a text file, all or nothing; return its name."""
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    part.replace(target)
    return name


def main() -> int:
    """Prepare the data and print the manifest, whether or not it is the expected one."""
    print(as_text(prepare(read_sources(), DATA)), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
