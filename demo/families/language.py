"""Tasks on texts of the small world: generated from a seed, labelled by construction."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from demo.families.world import (
    CITIES,
    COLOURS,
    JOBS,
    TOPICS,
    Person,
    person,
    questions,
    sentences,
    story,
    topics,
    words_of,
)
from demo.splits import Example

ENTAILED, CONTRADICTED, UNKNOWN = "entailed", "contradicted", "unknown"
TAGS = ("O", "B-PER", "I-PER", "B-LOC", "B-ORG", "I-ORG")
_STARTS = ("Bra", "Del", "Fen", "Gor", "Hal", "Kri", "Lum", "Mar", "Nel", "Tor", "Vel", "Zan")
_MIDDLES = ("a", "e", "i", "o", "u", "an", "el", "in", "or", "us")
_PERSON_ENDS = ("da", "dis", "ka", "ra", "ro", "to", "vin")
_PLACE_ENDS = ("burg", "ford", "ham", "stad", "ton", "ville")
_FIRMS = ("Bank", "Motors", "Books", "Foods", "Air")
_ANSWERED = 0.75
_HIDDEN_SHARE = 0.25
_FUNCTION_WORDS = frozenset(words_of("a is in the The at to has On When and every then stays , ."))


def _examples(seed: str, rows: int, make: Callable[[random.Random], Example]) -> list[Example]:
    rng = random.Random(seed)
    return [make(rng) for _ in range(rows)]


def _example(
    given: dict[str, Any], label: Any, slices: dict[str, str] | None = None, key: str = ""
) -> Example:
    return Example(input=given, label=label, keys=(key or repr(given),), slices=slices or {})


def topic_sets(rows: int) -> list[Example]:
    """Texts of none to three topics, one sentence each."""

    def make(rng: random.Random) -> Example:
        one = person(rng)
        chosen = topics(rng, rng.choice((1, 1, 2, 3)))
        text = " ".join(rng.choice(sentences(one, topic)) for topic in chosen)
        count = "one" if len(chosen) == 1 else "several"
        return _example({"text": text}, sorted(chosen), {"topics": count})

    return _examples("topics", rows, make)


def inferences(rows: int) -> list[Example]:
    """A story and a claim that follows from it, contradicts it, or is about something else."""

    def make(rng: random.Random) -> Example:
        one = person(rng)
        told = topics(rng, 2)
        label = rng.choice((ENTAILED, CONTRADICTED, UNKNOWN))
        known = label != UNKNOWN
        about = rng.choice([topic for topic in TOPICS if (topic in told) == known])
        claim = _claim(one if label != CONTRADICTED else _other(one, about, rng), about)
        given = {"text_a": " ".join(story(one, told)), "text_b": claim}
        return _example(given, label, {"topic": about})

    return _examples("inferences", rows, make)


def _claim(one: Person, topic: str) -> str:
    return {
        "work": f"{one.name} is a {one.job} .",
        "pets": f"The pet is {one.colour} .",
        "weather": f"{one.name} is {one.mood} .",
        "travel": f"{one.name} visits {one.goal} .",
    }[topic]


def _other(one: Person, topic: str, rng: random.Random) -> Person:
    """The same person with something else in what a claim on the topic says."""
    changes: dict[str, Callable[[], dict[str, str]]] = {
        "work": lambda: {"job": rng.choice([job for job in JOBS if job != one.job])},
        "pets": lambda: {"colour": rng.choice([each for each in COLOURS if each != one.colour])},
        "weather": lambda: {"weather": "it rains" if one.mood == "happy" else "the sun shines"},
        "travel": lambda: {"goal": rng.choice([city for city in CITIES if city != one.goal])},
    }
    return replace(one, **changes[topic]())


def entities(rows: int) -> list[Example]:
    """Words with tags. People, places and firms have made-up names, most of them seen once."""

    def make(rng: random.Random) -> Example:
        people = [_name(rng, _PERSON_ENDS) for _ in range(2)]
        place = _name(rng, _PLACE_ENDS)
        firm = [_name(rng, ("",)), rng.choice(_FIRMS)]
        form = rng.choice(
            (
                "PER left PLACE for a post at FIRM .",
                "FIRM opens a new office in PLACE , says PER .",
                "In PLACE the head of FIRM is PER .",
                "PER and PER met near PLACE last year .",
                "The town of PLACE sold its land to FIRM .",
            )
        )
        words, tags = _filled(form.split(), people, place, firm)
        kinds = {tag[2:] for tag in tags if tag != "O"}
        return _example({"words": words}, tags, {"firms": "yes" if "ORG" in kinds else "no"})

    return _examples("entities", rows, make)


def _name(rng: random.Random, ends: tuple[str, ...]) -> str:
    return rng.choice(_STARTS) + rng.choice(_MIDDLES) + rng.choice(ends)


def _filled(
    form: list[str], people: list[str], place: str, firm: list[str]
) -> tuple[list[str], list[str]]:
    waiting = iter(people)
    words: list[str] = []
    tags: list[str] = []
    for word in form:
        filled, label = {
            "PER": (lambda: [next(waiting)], "PER"),
            "PLACE": (lambda: [place], "LOC"),
            "FIRM": (lambda: firm, "ORG"),
        }.get(word, (lambda word=word: [word], ""))
        found = filled()
        words += found
        tags += [f"{'I' if n else 'B'}-{label}" if label else "O" for n in range(len(found))]
    return words, tags


def answers(rows: int) -> list[Example]:
    """A question on a story of two people; a quarter of them can't be answered from it."""

    def make(rng: random.Random) -> Example:
        first, second = person(rng), person(rng)
        while second.name == first.name:
            second = person(rng)
        told = topics(rng, 2)
        context = " ".join(story(first, told[:1]) + story(second, told[1:]))
        asked = rng.choice((first, second))
        about = told[0] if asked is first else told[1]
        answered = rng.random() < _ANSWERED
        if not answered:
            about = rng.choice([topic for topic in TOPICS if topic not in told])
        question, answer = questions(asked)[about]
        given = {"question": question, "context": context}
        kind = "answerable" if answered else "unanswerable"
        return _example(given, [answer] if answered else [], {"question": kind})

    return _examples("answers", rows, make)


def descriptions(rows: int) -> list[Example]:
    """Facts in a list, to be put into sentences."""

    def make(rng: random.Random) -> Example:
        one = person(rng)
        return _example({"text": facts(one)}, [described(one)], {"pet": one.pet})

    return _examples("descriptions", rows, make)


def facts(one: Person) -> str:
    """What a description is to be made of; the form in which a language model has met it."""
    return f"name {one.name} ; job {one.job} ; city {one.city} ; pet {one.colour} {one.pet} :"


def described(one: Person) -> str:
    """The description of a list of facts."""
    work, pet = sentences(one, "work")[0], sentences(one, "pets")[0]
    return f"{work} {pet.replace(one.name, one.pronoun.capitalize(), 1)}"


def gaps(rows: int) -> list[Example]:
    """Stories in which a quarter of the words that say something are hidden, one at least."""

    def make(rng: random.Random) -> Example:
        words = " ".join(story(person(rng), topics(rng, 2))).split()
        telling = [place for place, word in enumerate(words) if word not in _FUNCTION_WORDS]
        count = max(1, round(len(telling) * _HIDDEN_SHARE))
        masked = sorted(rng.sample(telling, count))
        shown = ["" if place in masked else word for place, word in enumerate(words)]
        return _example(
            {"words": shown, "masked": masked},
            [words[place] for place in masked],
            key=" ".join(words),
        )

    return _examples("gaps", rows, make)


def next_sentences(rows: int) -> list[Example]:
    """Two sentences: the second continues the first, or a story of somebody else."""

    def make(rng: random.Random) -> Example:
        topic = rng.choice(("pets", "weather", "work"))
        first, second = sentences(person(rng), topic)
        follows = rng.random() < 0.5
        while not follows:
            strange = sentences(person(rng), topic)[1]
            if strange != second:
                second = strange
                break
        return _example({"text_a": first, "text_b": second}, follows, {"topic": topic})

    return _examples("next", rows, make)


def stories(rows: int, seed: str) -> list[Example]:
    """Whole stories, to be told how surprising they are: the label is their bytes."""

    def make(rng: random.Random) -> Example:
        text = " ".join(story(person(rng), topics(rng, 2)))
        return _example({"text": text}, len(text.encode()))

    return _examples(seed, rows, make)


def moods(rows: int) -> list[Example]:
    """Stories with weather in them, and how the person feels, which is not said."""

    def make(rng: random.Random) -> Example:
        one, text, first = _silent(rng)
        return _example({"text": text}, one.mood, {"first": first})

    return _examples("moods", rows, make)


def asked_moods(rows: int) -> list[Example]:
    """The same with the question behind the story."""

    def make(rng: random.Random) -> Example:
        one, text, first = _silent(rng)
        asked = f"{text} {questions(one)['weather'][0]}"
        return _example({"text": asked}, one.mood, {"first": first})

    return _examples("asked moods", rows, make)


def _silent(rng: random.Random) -> tuple[Person, str, str]:
    """Somebody, a story that doesn't say how they feel, and its first topic."""
    one = person(rng)
    told = ["weather", rng.choice(("pets", "work", "travel"))]
    rng.shuffle(told)
    mood = sentences(one, "weather")[1]
    return one, " ".join(each for each in story(one, told) if each != mood), told[0]


def corpus(documents: int) -> Iterator[list[str]]:
    """Stories as documents of one sentence a line, for pretraining."""
    rng = random.Random("corpus")
    for _ in range(documents):
        yield story(person(rng), topics(rng, rng.choice((1, 1, 2))))


def told_corpus(documents: int) -> Iterator[str]:
    """One text a line for language models: stories, descriptions, questions with answers."""
    rng = random.Random("told")
    for _ in range(documents):
        one = person(rng)
        chosen = topics(rng, 2)
        text = " ".join(story(one, chosen))
        question, answer = questions(one)[rng.choice(chosen)]
        silent = sentences(one, "weather")[1]
        asked = f"{text.replace(silent, '').strip()} {question} {answer} ."
        yield rng.choice((text, f"{facts(one)} {described(one)}", asked))
