"""The demo competition's tasks: what they ask, and how many rows each side gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPlan:
    """One task. ``train_rows`` is 0 where there is nothing to fit.

    ``baseline`` and ``ceiling`` are those of metrics without a fixed range, ``settings`` what the
    kind and the track let a task set. A task's classes may also come with its data.
    """

    slug: str
    title: str
    description: str
    kind: str
    track: str
    metric: str
    labels: tuple[str, ...]
    train_rows: int
    test_rows: int
    max_length: int = 256
    baseline: float | None = None
    ceiling: float | None = None
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)


MOVIES = TaskPlan(
    slug="movie-sentiment",
    title="Sentiment of movie snippets",
    description=(
        "Does a sentence from a movie review praise or blame? The platform takes your encoder's "
        "embeddings and fits a linear probe on the train split. Source: Hutto & Gilbert 2014 "
        "(VADER); mean rating of 20 readers above 0 is `positive`, below 0 `negative`, exactly 0 "
        "left out."
    ),
    kind="text_classification",
    track="probe",
    metric="accuracy",
    labels=("negative", "positive"),
    train_rows=2_000,
    test_rows=1_000,
)
PRODUCTS = TaskPlan(
    slug="product-sentiment",
    title="Sentiment of product snippets",
    description=(
        "Is a sentence from a product review negative, neutral or positive? Your model brings its "
        "own classification head for this task. Source: Hutto & Gilbert 2014 (VADER); mean rating "
        "above 0.5 is `positive`, below -0.5 `negative`, in between `neutral`. Reviews are never "
        "divided between train and test."
    ),
    kind="text_classification",
    track="predict",
    metric="macro_f1",
    labels=("negative", "neutral", "positive"),
    train_rows=2_400,
    test_rows=1_200,
)
TWEETS = TaskPlan(
    slug="tweet-valence",
    title="Valence of tweets",
    description=(
        "How positive is a tweet, from -4 to 4? The platform takes your encoder's embeddings and "
        "fits a ridge regression on the train split; the score is the rank correlation with the "
        "mean rating of 20 readers. Source: Hutto & Gilbert 2014 (VADER)."
    ),
    kind="text_regression",
    track="probe",
    metric="spearman",
    labels=(),
    train_rows=2_000,
    test_rows=1_200,
)
WORDS = TaskPlan(
    slug="word-similarity",
    title="Similarity of words",
    description=(
        "How similar in meaning are two words? The score is the rank correlation of your "
        "embeddings' cosine with the mean rating of readers, from 0 to 10. There is no train "
        "split. Source: SimLex-999 (Hill, Reichart & Korhonen 2015)."
    ),
    kind="sentence_similarity",
    track="predict",
    metric="spearman",
    labels=(),
    train_rows=0,
    test_rows=999,
)
TASKS = (MOVIES, PRODUCTS, TWEETS, WORDS)
HEADED = PRODUCTS
