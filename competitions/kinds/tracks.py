"""The ways in which a model meets a task: what each asks of it, and what a task may set there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from competitions.kinds import finetune, prompt
from competitions.kinds.settings import NO_PRESETS, PRESET, Setting

PREDICT, PROBE, FINETUNE, PROMPT = "predict", "probe", "finetune", "prompt"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFacts:
    """``sentence`` is for participants; ``trains`` tells whether a train split is needed.

    ``presets`` are values of other settings, by the value of the setting ``preset``.
    """

    slug: str
    title: str
    sentence: str
    trains: bool = False
    settings: Mapping[str, Setting] = field(default_factory=dict)
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NO_PRESETS)


PROBE_PRESETS = {
    "standard": "A linear model on all train rows, penalty by 5-fold cross-validation, 5 seeds",
    "mteb": "As mteb: linear models on 8 rows of each class, 10 experiments",
    "vtab-1k": "As VTAB-1k: a linear model on 1000 train rows, 5 seeds",
    "knn": "The 5 nearest train rows by cosine",
}
_PROBE_SETTINGS = {
    PRESET: Setting(
        title="What is fitted",
        default="standard",
        choices=PROBE_PRESETS,
        help="What is fitted on the embeddings: a linear model on all train rows whose penalty "
        "is chosen by 5-fold cross-validation, the mean of five seeds; the mean of ten fits on 8 "
        "rows of each class, as mteb does it; the mean of five fits on 1000 train rows, as "
        "VTAB-1k does it; or the 5 nearest neighbours by cosine.",
    )
}

TRACKS: Mapping[str, TrackFacts] = {
    facts.slug: facts
    for facts in (
        TrackFacts(
            slug=PREDICT,
            title="Predict",
            sentence="The submission brings its own head and answers every row.",
        ),
        TrackFacts(
            slug=PROBE,
            title="Probe",
            sentence="The model gives an embedding of every row; the platform fits the same "
            "simple model on top for everybody.",
            trains=True,
            settings=_PROBE_SETTINGS,
        ),
        TrackFacts(
            slug=FINETUNE,
            title="Fine-tune",
            sentence="The platform fine-tunes every submission on the train split by one fixed "
            "recipe, several times with different seeds; the score is the mean.",
            trains=True,
            settings=finetune.SETTINGS,
            presets=finetune.PRESETS,
        ),
        TrackFacts(
            slug=PROMPT,
            title="Prompt",
            sentence="A generative model is asked by a fixed template, with no training.",
            settings=prompt.SETTINGS,
        ),
    )
}
