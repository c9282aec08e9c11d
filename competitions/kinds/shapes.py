"""What labels and answers are made of: kinds have one shape, metrics name those they can score."""

from __future__ import annotations

from enum import StrEnum


class Shape(StrEnum):
    """In parentheses the types: of a label; of an answer (``competitions.kinds.values``)."""

    CLASS = "class"
    """One class of several (str; ClassAnswer)."""
    CLASS_SET = "class_set"
    """Any number of classes (tuple of str in the task's order; ClassSetAnswer)."""
    NUMBER = "number"
    """A number that should be met (float; float)."""
    LIKENESS = "likeness"
    """A number whose order counts (float; float)."""
    TAGS = "tags"
    """An IOB2 tag for each word (tuple of str; tuple of str)."""
    RESIDUES = "residues"
    """A class for each place of a sequence (tuple of str, None where it is not known; the same,
    None for no class of the task)."""
    SPAN = "span"
    """Accepted answers, none where the text has no answer (tuple of str; SpanAnswer)."""
    TEXT = "text"
    """One reference or several (tuple of str; str)."""
    WORDS = "words"
    """A word for each gap (tuple of str; tuple of str)."""
    BITS = "bits"
    """The UTF-8 bytes of a text; what it costs to encode (float; float)."""
    BOXES = "boxes"
    """Objects in an image (Boxes; BoxesAnswer)."""
    REGIONS = "regions"
    """A class for each pixel (Regions; Regions)."""
    RANKING = "ranking"
    """Graded items (tuple of (str, int); RankedItems)."""
    CONTACTS = "contacts"
    """Pairs of places that touch (Contacts; ContactsAnswer)."""


SHAPE_TITLES = {
    Shape.CLASS: "For one class of several",
    Shape.CLASS_SET: "For sets of classes",
    Shape.NUMBER: "For numbers",
    Shape.LIKENESS: "For likeness",
    Shape.TAGS: "For words with tags",
    Shape.RESIDUES: "For places of a sequence",
    Shape.SPAN: "For answers in a text",
    Shape.TEXT: "For written texts",
    Shape.WORDS: "For missing words",
    Shape.BITS: "For language models",
    Shape.BOXES: "For objects in images",
    Shape.REGIONS: "For regions of images",
    Shape.RANKING: "For rankings",
    Shape.CONTACTS: "For contacts",
}
