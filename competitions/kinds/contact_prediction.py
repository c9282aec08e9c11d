"""Contact prediction: which places of a sequence touch when it is folded."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from itertools import chain
from operator import lt

from competitions.kinds.base import AnswerSchema, Examples, Family, Modality, TaskKind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.fields import check_keys
from competitions.kinds.sequences import MAX_PLACES, SEQUENCES, places, sequence_input
from competitions.kinds.shapes import Shape
from competitions.kinds.values import Contacts, ContactsAnswer

MAX_PAIRS = 20 * 2000


def check_label(value: object, labels: Sequence[str]) -> Contacts:
    """Check ``{"length": L, "pairs": [[i, j], …]}``; raises RowInvalid."""
    if not isinstance(value, dict):
        raise RowInvalid("wrong_type", "label must be an object of length and pairs")
    check_keys(value, required=("length", "pairs"))
    length = value["length"]
    if type(length) is not int or not 1 <= length <= MAX_PLACES:
        raise RowInvalid(
            "out_of_range", f"length must be a whole number of places, 1 to {MAX_PLACES}"
        )
    columns = _columns(value["pairs"], names=("i", "j"))
    if not columns:
        return Contacts(length, ())
    _check_places(columns[0], columns[1], length=length)
    return Contacts(length, tuple(sorted(zip(*columns, strict=True))))


def check_length(label: Contacts, length: int) -> None:
    """Raise RowInvalid ``lengths_differ`` unless the label speaks of as many places."""
    if label.length != length:
        raise RowInvalid(
            "lengths_differ", f"the label's length is {label.length}, the sequence has {length}"
        )


def _parse_pairs(row: Mapping[str, object], labels: Sequence[str]) -> ContactsAnswer:
    check_keys(row, required=("pairs",))
    columns = _columns(row["pairs"], names=("i", "j", "p"))
    if not columns:
        return ContactsAnswer(array("I"), array("d"))
    first, second, probabilities = columns
    _check_places(first, second, length=MAX_PLACES)
    types = set(map(type, probabilities))
    if not types <= {int, float}:
        raise RowInvalid("wrong_type", "p must be a number")
    if not (min(probabilities) >= 0 and max(probabilities) <= 1):
        raise RowInvalid("out_of_range", "p must lie within 0 and 1")
    return ContactsAnswer(
        array("I", chain.from_iterable(zip(first, second, strict=True))), array("d", probabilities)
    )


def _columns(value: object, *, names: tuple[str, ...]) -> list[tuple[int, ...]]:
    """Turn a list of rows into columns, without a loop: there may be very many."""
    shape = f"[{', '.join(names)}]"
    if not isinstance(value, list) or not set(map(type, value)) <= {list}:
        raise RowInvalid("wrong_type", f"pairs must be a list of {shape}")
    if len(value) > MAX_PAIRS:
        raise RowInvalid("too_many_pairs", f"there are more than {MAX_PAIRS} pairs")
    if not set(map(len, value)) <= {len(names)}:
        raise RowInvalid("wrong_type", f"a pair must be {shape}")
    return list(zip(*value, strict=True))


def _check_places(first: Sequence[int], second: Sequence[int], *, length: int) -> None:
    if set(map(type, first)) | set(map(type, second)) != {int}:
        raise RowInvalid("wrong_type", "i and j must be whole numbers")
    if min(first) < 0 or max(second) >= length or not all(map(lt, first, second)):
        raise RowInvalid(
            "out_of_range", f"a pair needs 0 ≤ i < j < {length}: places are counted from 0"
        )
    if len(set(zip(first, second, strict=True))) != len(first):
        raise RowInvalid("repeated_pair", "a pair is listed twice")


KIND = TaskKind(
    slug="contact_prediction",
    title="Contact prediction",
    description=(
        "Each row is a sequence, such as a protein in the one-letter code of amino acids, and the "
        "answer lists pairs of places, counted from 0, that touch when it is folded, with a "
        "probability for each. Only the most probable pairs count, as many as the metric says; "
        f"list at most {MAX_PAIRS}."
    ),
    family=Family.BIOLOGY,
    shape=Shape.CONTACTS,
    head="contacts",
    modality=Modality.SEQUENCE,
    reads=("sequence",),
    proposed_metric="contact_precision_l5",
    check_input=sequence_input,
    check_label=check_label,
    answers={
        "predict": AnswerSchema(
            required={"pairs": "a list of [i, j, p]: places i < j from 0, probability p"},
            optional={},
            parse=_parse_pairs,
            row_bytes=262_144,
            class_bytes=0,
        )
    },
    examples=Examples(
        input={"id": "r1", "input": {"sequence": "MKTAYIAKQRQISFVKSHFSRQLEERLGLI"}},
        label={"id": "r1", "label": {"length": 30, "pairs": [[0, 24], [1, 27], [2, 8]]}},
        answers={"predict": {"id": "r1", "pairs": [[0, 24, 0.91], [1, 26, 0.4], [2, 8, 0.77]]}},
    ),
    samples=SEQUENCES,
    measure=places,
    check_measure=check_length,
)
