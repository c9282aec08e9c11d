"""Cases of language on the page of reference values, by their name there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from competitions.kinds.values import ClassAnswer, ClassSetAnswer, SpanAnswer

Case = tuple[Sequence[Any], Sequence[Any], tuple[str, ...]]
"""Labels, answers, classes."""


def shares(*rows: tuple[float, ...]) -> list[ClassAnswer]:
    return [ClassAnswer("", row) for row in rows]


def span(accepted: tuple[str, ...], answer: str) -> Case:
    return [accepted], [SpanAnswer(answer)], ()


def texts(*rows: tuple[tuple[str, ...], str]) -> Case:
    references, answers = zip(*rows, strict=True)
    return references, answers, ()


CLASSES: dict[str, Case] = {
    "four mails with probabilities": (
        ["spam", "ham", "ham", "spam"],
        shares((0.1, 0.9), (0.9, 0.1), (0.8, 0.2), (0.35, 0.65)),
        ("ham", "spam"),
    ),
    "four scores of two classes": (
        ["0", "0", "1", "1"],
        shares((0.9, 0.1), (0.6, 0.4), (0.65, 0.35), (0.2, 0.8)),
        ("0", "1"),
    ),
    "six scores of three classes": (
        ["0", "0", "1", "1", "2", "2"],
        shares(
            (0.7, 0.2, 0.1),
            (0.4, 0.3, 0.3),
            (0.1, 0.8, 0.1),
            (0.2, 0.3, 0.5),
            (0.4, 0.4, 0.2),
            (0.1, 0.2, 0.7),
        ),
        ("0", "1", "2"),
    ),
    "six answers of three classes": (
        ["0", "1", "2", "0", "1", "2"],
        [ClassAnswer(name) for name in ("0", "2", "1", "0", "0", "1")],
        ("0", "1", "2"),
    ),
    "three sets of three classes": (
        [(), ("a", "b", "c"), ("b", "c")],
        [ClassSetAnswer(()), ClassSetAnswer(("a", "b", "c")), ClassSetAnswer(("a", "b"))],
        ("a", "b", "c"),
    ),
    "two rankings of three classes": (
        [("a",), ("c",)],
        [ClassSetAnswer((), (0.75, 0.5, 1.0)), ClassSetAnswer((), (1.0, 0.2, 0.1))],
        ("a", "b", "c"),
    ),
}

ENTITIES: dict[str, Case] = {
    "an entity with one word too many, and a right one": (
        [("O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"), ("B-PER", "I-PER", "O")],
        [("O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"), ("B-PER", "I-PER", "O")],
        (),
    ),
    "an entity that begins with “I-”": ([("B-NP", "I-NP", "O")], [("I-NP", "I-NP", "O")], ()),
}

SPANS: dict[str, Case] = {
    "the year, as it is": span(("1976",), "1976"),
    "an article and a full stop more": span(("Denver Broncos",), "The Denver Broncos."),
    "points in an abbreviation": span(("USA",), "the U.S.A."),
    "“an” inside a word": span(("ant",), "t"),
    "one word of two": span(("Denver Broncos",), "Broncos"),
    "the second of two accepted answers": span(("in 1932", "1932"), "1932"),
    "no answer where there is none": span((), ""),
    "an answer where there is none": span((), "1932"),
    "a word twice where once is right": span(("north",), "north north"),
}

_DOG = (("The dog bit the man.", "The dog had bit the man."), "The dog bit the man.")
_MAT = (("there is a cat on the mat", "a cat is on the mat"), "the cat is on the mat")
_SECOND = (("It was not unexpected.", "No one was surprised."), "It wasn't surprising.")
_THIRD = (
    ("The man bit him first.", "The man had bitten the dog."),
    "The man had just bitten him.",
)
_WALL = ("Niemand hat die Absicht, eine Mauer zu errichten",)

TEXTS: dict[str, Case] = {
    "three sentences about a dog, two references each": texts(_DOG, _SECOND, _THIRD),
    "the same, answered with nothing": texts(
        *((references, "") for references, _ in (_DOG, _SECOND, _THIRD))
    ),
    "four words, all right": texts((("this is a test",), "this is a test")),
    "three sentences about a dog, one reference less": texts(
        (("The dog had bit the man.",), "The dog bit the man."), _SECOND, _THIRD
    ),
    "a cat on a mat, two references": texts(_MAT),
    "a sentence about a wall, all right": texts((_WALL, _WALL[0])),
    "one letter, which is wrong": texts((("b",), "a")),
    "one letter of two": texts((("ab",), "aa")),
    "a word left out at the end": texts((("testing one two",), "testing one")),
    "a word left out in between": texts((("testing one two",), "testing two")),
    "two words in another order, two references": texts(
        (("first text", "first something"), "text first")
    ),
    "four words, two of them in order": texts((("Is your name John",), "My name is John")),
}

MODELS: dict[str, Case] = {
    "each byte as likely as any other": ([100.0], [800.0], ()),
    "2 bits for each of 3 letters, one of which has two bytes": (
        [float(len("für".encode()))],
        [6.0],
        (),
    ),
    "two gaps of three": ([("capital", "France"), ("sea",)], [("capital", "Spain"), ("sea",)], ()),
}

OF_LANGUAGE = {**CLASSES, **ENTITIES, **SPANS, **TEXTS, **MODELS}
