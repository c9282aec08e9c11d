"""A small world to tell stories of: who is who decides what they do, own, feel and say.

Everything is generated; nothing is about anybody. What is regular in it can be learned in a
minute: the job decides what is made, the weather decides the mood, the pet decides its food.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass


def words_of(text: str) -> tuple[str, ...]:
    """Split a list of words."""
    return tuple(text.split())


NAMES = {
    "she": words_of("Ada Berta Cleo Dora Elin Frida Gerda Hanna Ines Jana Katja Lena"),
    "he": words_of("Adam Boris Carl David Emil Franz Georg Henri Ivan Jonas Karl Leo"),
}
CITIES = words_of("Athens Berlin Cairo Delhi Essen Fargo Geneva Havana Izmir Jaffa Kyoto Lima")
JOBS = {
    "baker": ("bakes", "bread"),
    "painter": ("paints", "walls"),
    "gardener": ("grows", "roses"),
    "teacher": ("teaches", "children"),
    "driver": ("drives", "buses"),
    "tailor": ("sews", "coats"),
    "singer": ("sings", "songs"),
    "smith": ("forges", "nails"),
}
PETS = {"cat": "milk", "dog": "bones", "horse": "hay", "bird": "seeds"}
COLOURS = ("black", "white", "brown", "grey")
WEATHER = {
    "the sun shines": "happy",
    "a warm wind blows": "happy",
    "it rains": "sad",
    "a cold fog comes": "sad",
}
VEHICLES = ("train", "bus", "boat", "bike")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TOPICS = ("pets", "travel", "weather", "work")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with all that can be told of them."""

    name: str
    pronoun: str
    city: str
    job: str
    pet: str
    colour: str
    weather: str
    goal: str
    vehicle: str
    day: str

    @property
    def mood(self) -> str:
        """What the weather makes of them."""
        return WEATHER[self.weather]


def person(rng: random.Random) -> Person:
    """Draw somebody."""
    pronoun = rng.choice(("she", "he"))
    city, goal = rng.sample(CITIES, 2)
    return Person(
        name=rng.choice(NAMES[pronoun]),
        pronoun=pronoun,
        city=city,
        job=rng.choice(tuple(JOBS)),
        pet=rng.choice(tuple(PETS)),
        colour=rng.choice(COLOURS),
        weather=rng.choice(tuple(WEATHER)),
        goal=goal,
        vehicle=rng.choice(VEHICLES),
        day=rng.choice(DAYS),
    )


def sentences(one: Person, topic: str) -> tuple[str, str]:
    """Two sentences on a topic; the second one refers to the person, or the pet, of the first."""
    they = one.pronoun.capitalize()
    verb, product = JOBS[one.job]
    told = {
        "work": (
            f"{one.name} is a {one.job} in {one.city} .",
            f"{they} {verb} {product} every day .",
        ),
        "pets": (
            f"{one.name} has a {one.colour} {one.pet} .",
            f"The {one.pet} likes {PETS[one.pet]} .",
        ),
        "weather": (
            f"When {one.weather} , {one.name} stays at home .",
            f"{they} is {one.mood} then .",
        ),
        "travel": (
            f"On {one.day} {one.name} goes to {one.goal} .",
            f"{they} takes the {one.vehicle} and comes back soon .",
        ),
    }
    return told[topic]


def story(one: Person, topics: Sequence[str]) -> list[str]:
    """All sentences on some topics, in their order."""
    return [sentence for topic in topics for sentence in sentences(one, topic)]


def topics(rng: random.Random, count: int) -> list[str]:
    """Draw different topics."""
    return rng.sample(TOPICS, count)


def questions(one: Person) -> dict[str, tuple[str, str]]:
    """One question and its answer for each topic."""
    return {
        "work": (f"Where does {one.name} work ?", one.city),
        "pets": (f"What pet does {one.name} have ?", one.pet),
        "weather": (f"How does {one.name} feel ?", one.mood),
        "travel": (f"Where does {one.name} travel ?", one.goal),
    }
