"""The ways in which a model meets a task: what each asks of it, and what a task may set there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from competitions.kinds.settings import Setting

PREDICT, PROBE, FINETUNE, PROMPT = "predict", "probe", "finetune", "prompt"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFacts:
    """``sentence`` is for participants; ``trains`` tells whether a train split is needed."""

    slug: str
    title: str
    sentence: str
    trains: bool = False
    settings: Mapping[str, Setting] = field(default_factory=dict)


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
        ),
        TrackFacts(
            slug=FINETUNE,
            title="Fine-tune",
            sentence="The platform fine-tunes every submission on the train split by one fixed "
            "recipe, several times with different seeds; the score is the mean.",
            trains=True,
        ),
        TrackFacts(
            slug=PROMPT,
            title="Prompt",
            sentence="A generative model is asked by a fixed template, with no training.",
        ),
    )
}
