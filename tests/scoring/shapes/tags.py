"""Rows of IOB2 tags: true ones by the rules, answers by none, of any length."""

from __future__ import annotations

from hypothesis import strategies as st

from competitions.kinds.shapes import Shape

SHAPE = Shape.TAGS
CLASSES = ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")
Tags = tuple[str, ...]
LABELS: list[Tags] = [
    ("B-PER", "I-PER", "O", "B-LOC"),
    ("O", "O"),
    ("B-LOC", "B-LOC", "I-LOC", "O", "B-PER"),
]

EMPTY: Tags = ()


def perfect(label: Tags) -> Tags:
    """Answer what is true."""
    return label


def wrong(label: Tags) -> Tags:
    """Miss every entity, and find one of a type that there is not."""
    return ("B-EVENT",) * len(label)


def by_the_rules(tags: list[str]) -> Tags:
    """Let an entity begin where "I-" stands after something else."""
    found: list[str] = []
    for tag in tags:
        lonely = tag.startswith("I-") and (not found or found[-1][2:] != tag[2:])
        found.append("B-" + tag[2:] if lonely else tag)
    return tuple(found)


_ANSWERS = st.lists(st.sampled_from((*CLASSES, "B-EVENT", "I-EVENT")), max_size=8).map(tuple)
ROWS = st.tuples(
    st.lists(st.sampled_from(CLASSES), min_size=1, max_size=7).map(by_the_rules), _ANSWERS
)
