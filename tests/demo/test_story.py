"""The story: the baseline first, then everybody; nothing is entered twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from demo import models, story
from demo.board import Board
from demo.encoders import DEMO
from demo.entries import BASELINE, ENTRIES, Entry
from demo.processes import ChildDied
from demo.story import DemoError, Story

LOOKS = 20
NAMES = [entry.participant for entry in ENTRIES]


class FakeSite:
    """A site that is well until ``dead`` is set."""

    url = "http://127.0.0.1:1"

    def __init__(self, events: list[str]) -> None:
        self._events = events
        self.dead = False
        self.checks = 0
        self.all_started = threading.Event()

    def seed(self, step: str) -> dict[str, str]:
        self._events.append(step)
        return {"state": step}

    def check(self) -> None:
        self.checks += 1
        if self.checks > LOOKS:
            self.all_started.set()
        if self.dead:
            raise ChildDied("infer-worker ended with status 1")


class Silent:
    """A display that shows nothing."""

    def start(self) -> None: ...
    def say(self, line: str) -> None: ...
    def refresh(self) -> None: ...
    def stop(self) -> None: ...


class FakeApi:
    """Knows whose token it has."""

    def __init__(self, url: str, token: str) -> None:
        self.name = token


class World:
    """What the participants meet; notes every event."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.earlier: dict[str, dict[str, Any]] = {}
        self.verdicts: dict[str, str] = {}
        self.site = FakeSite(self.events)
        self.build: Callable[[Entry], object] = lambda entry: None

    def story(self) -> Story:
        return Story(
            show=DEMO,
            site=self.site,  # type: ignore[arg-type]
            children=None,  # type: ignore[arg-type]
            board=Board((BASELINE, *ENTRIES), ["words"]),
            display=Silent(),
            people={name: {"token": name} for name in [BASELINE.participant, *NAMES]},
        )


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World()

    def build(entry: Entry, *_: object, **_places: Path) -> Path:
        made.build(entry)
        made.events.append(f"build {entry.participant}")
        return Path(entry.participant)

    def submit(api: FakeApi, _slug: str, folder: Path, _say: object) -> dict[str, Any]:
        assert folder.name == api.name
        made.events.append(f"submit {api.name}")
        return {"id": api.name}

    def follow(api: FakeApi, submission: object, watch: Any) -> dict[str, Any]:
        latest = {"state": made.verdicts.get(api.name, "scored"), "tasks": [], "message": "why"}
        watch(latest)
        made.events.append(f"verdict {api.name}")
        return latest

    monkeypatch.setattr(story, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(story, "Api", FakeApi)
    monkeypatch.setattr(models, "build", build)
    monkeypatch.setattr(story, "join", lambda api, _slug: made.events.append(f"join {api.name}"))
    monkeypatch.setattr(story, "earlier_submission", lambda api, _slug: made.earlier.get(api.name))
    monkeypatch.setattr(story, "submit_folder", submit)
    monkeypatch.setattr(story, "follow", follow)
    yield made
    for thread in threading.enumerate():
        if thread.name == story.THREAD_NAME:
            thread.join(20)
            assert not thread.is_alive()


def test_nobody_joins_before_the_baseline_has_its_score(world: World) -> None:
    """The first model is ready late, so that whoever does not wait comes first."""
    world.build = lambda _entry: world.site.all_started.wait(20)
    world.story().play()
    published = world.events.index("publish")
    assert world.events.index(f"verdict {BASELINE.participant}") < published
    assert all(world.events.index(f"join {name}") > published for name in NAMES)
    submitted = {event.split()[1] for event in world.events if event.startswith("submit")}
    assert submitted == {BASELINE.participant, *NAMES}


def test_entries_of_an_earlier_start_are_not_sent_again(world: World) -> None:
    world.earlier = {name: {"id": name} for name in [BASELINE.participant, *NAMES]}
    world.story().play()
    assert not [event for event in world.events if event.startswith("submit")]


def test_refused_entry_ends_the_demo_with_its_reason(world: World) -> None:
    world.verdicts[NAMES[0]] = "refused"
    with pytest.raises(DemoError, match=f"{NAMES[0]}'s entry is refused: why"):
        world.story().play()


def test_failing_script_ends_the_demo(world: World) -> None:
    def fail(entry: Entry) -> None:
        raise ChildDied(f"model-{entry.participant}-1 ended with status 2")

    world.build = fail
    with pytest.raises(ChildDied, match="model-"):
        world.story().play()


def test_death_of_a_part_of_the_site_ends_the_wait(world: World) -> None:
    building = threading.Event()

    def build_for_long(entry: Entry) -> None:
        world.site.dead = True
        building.wait(30)

    world.build = build_for_long
    with pytest.raises(ChildDied, match="infer-worker"):
        world.story().play()
    assert not building.is_set()
    building.set()
