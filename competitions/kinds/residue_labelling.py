"""Labelling of residues: one of the task's classes for each place of a sequence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from competitions.kinds.answers import MAX_LABEL_LENGTH
from competitions.kinds.base import AnswerSchema, Examples, Family, Modality, TaskKind
from competitions.kinds.faults import RowInvalid, quoted
from competitions.kinds.fields import check_keys
from competitions.kinds.sequences import MAX_PLACES, SEQUENCES, places, sequence_input
from competitions.kinds.shapes import Shape

Residues = tuple[str | None, ...]


def check_label(value: object, labels: Sequence[str]) -> Residues:
    """Check a list of classes, with null where none is known; raises RowInvalid."""
    if not isinstance(value, list) or not set(map(type, value)) <= {str, type(None)}:
        raise RowInvalid("wrong_type", "label must be a list of texts, or null where unknown")
    if not 1 <= len(value) <= MAX_PLACES:
        raise RowInvalid("out_of_range", f"label must have 1 to {MAX_PLACES} places")
    known = {each for each in value if each is not None}
    if not known:
        raise RowInvalid("nothing_known", "the label is null at every place")
    strangers = known - set(labels)
    if strangers:
        raise RowInvalid(
            "unknown_label", f"label {quoted(min(strangers))} is not one of the task's labels"
        )
    return tuple(value)


def check_length(label: Residues, length: int) -> None:
    """Raise RowInvalid ``lengths_differ`` unless there is one class for each place."""
    if len(label) != length:
        raise RowInvalid(
            "lengths_differ", f"the label has {len(label)} places, the sequence has {length}"
        )


def _parse_labels(row: Mapping[str, object], labels: Sequence[str]) -> Residues:
    check_keys(row, required=("labels",))
    value = row["labels"]
    if not isinstance(value, list) or set(map(type, value)) != {str}:
        raise RowInvalid("wrong_type", "labels must be a list of texts, one for each place")
    if len(value) > MAX_PLACES:
        raise RowInvalid("out_of_range", f"labels has more than {MAX_PLACES} places")
    if max(map(len, value)) > MAX_LABEL_LENGTH:
        raise RowInvalid("out_of_range", f"a label has more than {MAX_LABEL_LENGTH} characters")
    # The task's own texts, so that a million places don't hold a million copies.
    own = {label: label for label in labels}
    return tuple(map(own.get, value))


KIND = TaskKind(
    slug="residue_labelling",
    title="Residue labelling",
    description=(
        "Each row is a sequence, such as a protein in the one-letter code of amino acids, and the "
        "answer is one of the task's labels for each of its places. Places whose true label is "
        "not known don't count. A place beyond the end of a short answer is wrong."
    ),
    family=Family.BIOLOGY,
    shape=Shape.RESIDUES,
    head="residues",
    modality=Modality.SEQUENCE,
    reads=("sequence",),
    proposed_metric="residue_accuracy",
    needs_classes=True,
    check_input=sequence_input,
    check_label=check_label,
    answers={
        "predict": AnswerSchema(
            required={"labels": "the predicted class of each place, in order"},
            optional={},
            parse=_parse_labels,
            row_bytes=32_768,
            class_bytes=0,
        )
    },
    examples=Examples(
        input={"id": "r1", "input": {"sequence": "MKTAYIA"}},
        label={"id": "r1", "label": [None, "coil", "helix", "helix", "helix", "coil", None]},
        answers={
            "predict": {
                "id": "r1",
                "labels": ["coil", "coil", "helix", "helix", "coil", "coil", "coil"],
            }
        },
        classes=("coil", "helix", "strand"),
    ),
    samples=SEQUENCES,
    measure=places,
    check_measure=check_length,
)
