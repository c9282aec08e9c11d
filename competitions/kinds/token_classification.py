"""Token classification: a tag for each word, such as those of named entities."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from competitions.kinds.answers import MAX_LABEL_LENGTH
from competitions.kinds.base import AnswerSchema, Examples, Family, Modality, TaskKind
from competitions.kinds.faults import RowInvalid, quoted
from competitions.kinds.fields import check_keys
from competitions.kinds.seeds import per_seed
from competitions.kinds.shapes import Shape
from competitions.kinds.words import (
    MAX_WORDS,
    SENTENCES,
    checked_list,
    number_of_words,
    words_input,
)

OUTSIDE = "O"
_TAG = re.compile(r"O|[BI]-.*[^-].*", re.DOTALL)

Tags = tuple[str, ...]


def check_label(value: object, labels: Sequence[str]) -> Tags:
    """Check one tag of the task for each word, as IOB2 wants them.

    Raises:
        RowInvalid: ``wrong_type``, ``unknown_label`` or ``not_iob2``.
    """
    tags = checked_list(value, name="label", code="wrong_type")
    strangers = set(tags) - set(labels)
    if strangers:
        raise RowInvalid(
            "unknown_label", f"tag {quoted(min(strangers))} is not one of the task's labels"
        )
    before = OUTSIDE
    for number, tag in enumerate(tags, 1):
        if tag.startswith("I-") and before[2:] != tag[2:]:
            raise RowInvalid(
                "not_iob2",
                f"tag {number} is {quoted(tag)} after {quoted(before)}: the first word of an "
                f"entity has the tag {quoted('B-' + tag[2:])}",
            )
        before = tag
    return tuple(tags)


def check_length(label: Tags, words: int) -> None:
    """Raise RowInvalid ``lengths_differ`` unless there is one tag for each word."""
    if len(label) != words:
        raise RowInvalid("lengths_differ", f"the label has {len(label)} tags for {words} words")


def tags_problem(listed: Sequence[str]) -> str:
    """Say why a task's classes are no tags, or nothing."""
    wrong = [tag for tag in listed if _TAG.fullmatch(tag) is None]
    if wrong:
        return f"Classes are “O”, “B-…” and “I-…”; {quoted(wrong[0])} is none of them."
    if list(listed[:1]) != [OUTSIDE]:
        return "The first class is “O”, for words outside of any entity."
    lonely = [tag for tag in listed if tag.startswith("I-") and "B-" + tag[2:] not in listed]
    return f"{quoted(lonely[0])} needs {quoted('B-' + lonely[0][2:])} too." if lonely else ""


def _parse_tags(row: Mapping[str, object], labels: Sequence[str]) -> Tags:
    """Read tags; one of a type that the task does not have stays, and is a wrong entity."""
    check_keys(row, required=("tags",))
    value = row["tags"]
    if not isinstance(value, list) or set(map(type, value)) != {str}:
        raise RowInvalid("wrong_type", "tags must be a list of texts, one for each word")
    if len(value) > MAX_WORDS:
        raise RowInvalid("out_of_range", f"tags has more than {MAX_WORDS} entries")
    # The task's own texts, so that a million words don't hold a million copies.
    tags: list[str] = value
    own = {label: label for label in labels}
    for tag in set(tags) - own.keys():
        if len(tag) > MAX_LABEL_LENGTH or _TAG.fullmatch(tag) is None:
            raise RowInvalid(
                "not_iob2", f'tag {quoted(tag)} is neither "O" nor begins with "B-" or "I-"'
            )
    return tuple(own.get(tag, tag) for tag in tags)


TAGS_ANSWER = AnswerSchema(
    required={"tags": 'a tag for each word: "O", or "B-" or "I-" and a type'},
    optional={},
    parse=_parse_tags,
    row_bytes=32_768,
    class_bytes=0,
)

KIND = TaskKind(
    slug="token_classification",
    title="Token classification",
    description=(
        "Each row is a list of words, and the answer is a tag for each of them, by the rules of "
        "IOB2: “B-” and a type for the first word of an entity, “I-” and the same type for its "
        "further words, “O” for all others. Words beyond the end of a short answer, such as those "
        "that did not fit into the model, count as “O”. The model brings a head whose label names "
        "are the task's tags; the tag of a word is that of its first token."
    ),
    family=Family.LANGUAGE,
    shape=Shape.TAGS,
    head="tags",
    modality=Modality.WORDS,
    reads=("words",),
    proposed_metric="entity_f1",
    needs_classes=True,
    classes_problem=tags_problem,
    check_input=words_input,
    check_label=check_label,
    answers={"predict": TAGS_ANSWER, "finetune": per_seed(TAGS_ANSWER)},
    examples=Examples(
        input={"id": "r1", "input": {"words": ["Grace", "Hopper", "taught", "at", "Vassar"]}},
        label={"id": "r1", "label": ["B-PER", "I-PER", "O", "O", "B-ORG"], "group": "page-8"},
        answers={
            "predict": {"id": "r1", "tags": ["B-PER", "I-PER", "O", "O", "B-PER"]},
            "finetune": {
                "id": "r1",
                "seeds": [
                    {"tags": ["B-PER", "I-PER", "O", "O", "B-ORG"]},
                    {"tags": ["B-PER", "I-PER", "O", "O", "O"]},
                ],
            },
        },
        classes=("O", "B-PER", "I-PER", "B-ORG", "I-ORG"),
    ),
    samples=tuple({"words": list(words)} for words in SENTENCES),
    measure=number_of_words,
    check_measure=check_length,
)
