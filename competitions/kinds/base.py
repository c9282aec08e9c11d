"""What a task kind fixes: the shape of inputs, labels and answers, per track.

A kind is data plus a few checks. It knows nothing of files, models or scores, so that the admin,
the dataset check, the runner's tests and the scorer all read the same schema.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from competitions.kinds.metric_facts import metrics_for
from competitions.kinds.prompt import completed, settings_for
from competitions.kinds.settings import ROBUSTNESS, Setting, with_defaults
from competitions.kinds.shapes import Shape
from competitions.kinds.tracks import PREDICT, PROMPT, TRACKS

Label: TypeAlias = Hashable
"""One hidden answer, as ``check_label`` returns it: a text, a number, a tuple, a frozen value of
``competitions.kinds.values``. Immutable, so that labels can be counted."""

Answer: TypeAlias = Any
"""One prediction, as ``AnswerSchema.parse`` returns it: see ``competitions.kinds.values``."""


class Family(StrEnum):
    """Where a kind stands in lists."""

    LANGUAGE = "language"
    VISION = "vision"
    TABULAR = "tabular"
    RECOMMENDATION = "recommendation"
    BIOLOGY = "biology"


class Modality(StrEnum):
    """What a model is given of an input: its ``reads`` as texts, as words, as an image …"""

    TEXT = "text"
    WORDS = "words"
    IMAGE = "image"
    TABLE = "table"
    SEQUENCE = "sequence"


def _whole(row: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return (row,)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSchema:
    """One prediction row beside its id.

    ``parse(row, classes)`` takes the object without ``"id"``, raises RowInvalid, and returns None
    for what is no answer at all, such as a class that the task does not have: such a row counts
    as missing. A row has about ``row_bytes`` and ``class_bytes`` more for each class at most.

    A metric's ``needs`` are keys of each of ``parts(row)``, by the name in ``called`` where this
    schema has one of its own.
    """

    required: Mapping[str, str]
    optional: Mapping[str, str]
    parse: Callable[[Mapping[str, object], Sequence[str]], Answer | None]
    row_bytes: int = 4_096
    class_bytes: int = 32
    parts: Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]]] = _whole
    called: Mapping[str, str] = field(default_factory=dict)

    def lacks(self, row: Mapping[str, Any], needs: Collection[str]) -> str:
        """Return the first key that a metric needs and an accepted row does not have, or ""."""
        keys = [self.called.get(name, name) for name in needs]
        absent = [key for part in self.parts(row) for key in keys if key not in part]
        return absent[0] if absent else ""

    def most_bytes(self, classes: int) -> int:
        """Return what one row may have at most, on average over the file."""
        return self.row_bytes + classes * self.class_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Rows as they lie in the files, for documentation and forms.

    ``classes`` are those that the example's labels and answers speak of.
    """

    input: Mapping[str, Any]
    label: Mapping[str, Any]
    answers: Mapping[str, Mapping[str, Any]]
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskKind:
    """One kind of task.

    ``check_input(value)`` and ``check_label(value, classes)`` return what they were given, typed,
    or raise RowInvalid. ``answers`` maps each track to its prediction row. ``head`` names the part
    of the runner that serves it (``sandbox/runner/heads``), ``reads`` the keys of the input that a
    model is given. ``samples`` are public inputs, the same for everybody, over which every
    submission is tried first: short, long, empty of meaning, not only English.

    ``platform_code`` asks for formats whose inference code is the platform's: a score that rests on
    what the model says of the input itself can't be taken from a participant's program.
    ``needs_classes`` says whether the task lists its classes; ``fixed_classes`` are those of a
    kind that brings its own; ``classes_problem(listed)`` says what is wrong with a list, or
    nothing. ``settings`` are what a task may set beyond the common fields.
    ``measure(input)`` is something small that a label must agree with, such as the number of
    words; ``check_measure(label, measure)`` raises RowInvalid where it does not. ``files(input)``
    names the images of a dataset that an input refers to; the measure is then the first one's
    (width, height) in pixels. ``sample_files`` are those of the samples, by name.
    ``is_scored(label)`` is False for rows that are only there for others to refer to;
    ``refers(label)`` names the ids of such rows, and ``asks(input)`` tells the scored ones from
    them where the label is not at hand. ``keeps`` are the texts that no perturbation may change,
    as what is right depends on their letters.
    """

    slug: str
    title: str
    family: Family
    description: str
    shape: Shape
    head: str
    modality: Modality
    reads: tuple[str, ...]
    proposed_metric: str
    check_input: Callable[[object], dict[str, Any]]
    check_label: Callable[[object, Sequence[str]], Label]
    answers: Mapping[str, AnswerSchema]
    examples: Examples
    samples: tuple[Mapping[str, Any], ...]
    needs_classes: bool = False
    platform_code: bool = False
    fixed_classes: tuple[str, ...] = ()
    classes_problem: Callable[[Sequence[str]], str] | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)
    measure: Callable[[Mapping[str, Any]], Hashable] | None = None
    check_measure: Callable[[Any, Any], None] | None = None
    files: Callable[[Mapping[str, Any]], tuple[str, ...]] | None = None
    sample_files: Callable[[], Mapping[str, bytes]] | None = None
    is_scored: Callable[[Any], bool] | None = None
    refers: Callable[[Any], tuple[str, ...]] | None = None
    asks: Callable[[Mapping[str, Any]], bool] | None = None
    keeps: tuple[str, ...] = ()

    @property
    def tracks(self) -> tuple[str, ...]:
        """The tracks that this kind can be run in."""
        return tuple(self.answers)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that can score it; the first is the one a form proposes."""
        names = metrics_for(self.shape)
        return (self.proposed_metric, *(name for name in names if name != self.proposed_metric))

    @property
    def perturbed(self) -> tuple[str, ...]:
        """The texts of an input that robustness changes; none where models read no texts."""
        if self.modality is not Modality.TEXT:
            return ()
        example = self.examples.input["input"]
        return tuple(
            name for name in self.reads if name not in self.keeps and isinstance(example[name], str)
        )

    def settings_of(self, track: str) -> dict[str, Setting]:
        """Return what a task of this kind may set in a track."""
        if track == PROMPT:
            # Written answers have bounds of their own there, as no head gives them.
            return dict(settings_for(self.head))
        shared = ROBUSTNESS if track == PREDICT and self.perturbed else {}
        return {**self.settings, **TRACKS[track].settings, **shared}

    def all_settings(self, track: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return every setting of a task in a track, whether it was given or not."""
        found = with_defaults(self.settings_of(track), given, TRACKS[track].presets)
        return completed(found, self.reads) if track == PROMPT else found

    def classes(self, listed: Sequence[str]) -> tuple[str, ...]:
        """Return the classes that count: the kind's own, else those that the task lists."""
        return self.fixed_classes or tuple(listed)
