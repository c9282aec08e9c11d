"""The demo's story: models are built and entered side by side, then the competition closes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from demo import models
from demo.board import Board
from demo.client import Api, earlier_submission, follow, join, submit_folder
from demo.display import Display
from demo.entries import Entry
from demo.processes import Child, Children
from demo.show import Show
from demo.supervisor import Site

POLL_SECONDS = 0.25
THREAD_NAME = "demo-work"

Json = dict[str, Any]
_Result = TypeVar("_Result")


class DemoError(Exception):
    """An entry of the demo did not get the verdict that it should get."""


class Story:
    """Everything from the first model to the last score.

    Models are built in their order, as many at a time as the show has builders, while earlier
    ones are uploaded and run. The organizer's baseline comes first: the competition is published
    when it has its score, and only then can participants join.
    """

    def __init__(
        self,
        *,
        show: Show,
        site: Site,
        children: Children,
        board: Board,
        display: Display,
        people: Mapping[str, Json],
    ) -> None:
        self._show = show
        self._site = site
        self._children = children
        self._board = board
        self._display = display
        self._people = people
        self._published: Future[None] = Future()
        self._folders = {entry.participant: Future[Path]() for entry in show.everybody}
        self._unbuilt = iter(show.everybody)
        self._next_unbuilt = threading.Lock()

    def play(self) -> None:
        """Enter every model and wait for all verdicts.

        Raises:
            ChildDied: a part of the site or a script ended.
            DemoError: an entry was refused or failed as a whole.
        """
        builders = [in_background(self._build_all) for _ in range(self._show.builders)]
        baseline = in_background(self._enter_baseline)
        entries = [in_background(partial(self._enter, entry)) for entry in self._show.entries]
        waiting: list[Future[Any]] = [*builders, baseline, *entries]
        try:
            self._watch_over(waiting)
        except BaseException as error:
            self._abandon(error)
            raise

    def _watch_over(self, waiting: list[Future[Any]]) -> None:
        while waiting:
            self._site.check()
            self._display.refresh()
            for ended in [future for future in waiting if future.done()]:
                waiting.remove(ended)
                ended.result()
            time.sleep(POLL_SECONDS)

    def _abandon(self, error: BaseException) -> None:
        """Let threads that wait for something that will not come end as well."""
        promises: list[Future[Any]] = [self._published, *self._folders.values()]
        for promise in promises:
            with suppress(InvalidStateError):
                promise.set_exception(error)

    def _build_all(self) -> None:
        while True:
            with self._next_unbuilt:
                entry = next(self._unbuilt, None)
            if entry is None:
                return
            self._build(entry)

    def _build(self, entry: Entry) -> None:
        show = self._show
        watch = partial(self._watch, entry)
        folder = models.build(entry, self._children, watch, folder=show.models, data=show.data)
        self._board.set_state(entry.participant, "built")
        self._folders[entry.participant].set_result(folder)

    def _watch(self, entry: Entry, script: Child) -> None:
        self._board.set_state(entry.participant, "building", script.last_line)

    def _enter_baseline(self) -> None:
        self._enter_model(self._show.baseline)
        self._site.seed("publish")
        self._display.say("The baseline has its score: the competition is published.")
        self._published.set_result(None)

    def _enter(self, entry: Entry) -> None:
        self._published.result()
        self._enter_model(entry)

    def _enter_model(self, entry: Entry) -> None:
        """Join, submit what was not submitted before, and follow it to its verdict."""
        name = entry.participant
        api = Api(self._site.url, self._people[name]["token"])
        join(api, self._show.slug)
        submission = earlier_submission(api, self._show.slug)
        if submission is None:
            folder = self._folders[name].result()
            submission = submit_folder(
                api, self._show.slug, folder, partial(self._say_upload, entry)
            )
        ended = follow(api, submission, partial(self._board.set_submission, name))
        if ended["state"] != "scored":
            raise DemoError(f"{name}'s entry is {ended['state']}: {ended.get('message')}")

    def _say_upload(self, entry: Entry, progress: str) -> None:
        self._board.set_state(entry.participant, "uploading", lambda: progress)


def in_background(work: Callable[[], _Result]) -> Future[_Result]:
    """Run ``work`` in a thread that doesn't keep the program alive."""
    future: Future[_Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed to whoever asks for the result
            future.set_exception(error)

    threading.Thread(target=run, daemon=True, name=THREAD_NAME).start()
    return future
