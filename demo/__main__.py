"""``make demo``: the whole road from models to awards, on this machine.

Called after ``demo.bootstrap`` in the platform's environment. Stays up until Ctrl-C, or with
``--once`` stops at the end and prints one JSON object as the last line.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from rich.console import Console

from demo.board import Board
from demo.client import Api, ApiError
from demo.data import DataError
from demo.display import display_for
from demo.encoders import DEMO
from demo.logins import read_private, write_private
from demo.packages import PackageError
from demo.processes import ChildDied, Children, adopt_orphans, end_descendants
from demo.show import Show
from demo.story import DemoError, Story, in_background
from demo.supervisor import Site
from demo.tables import print_awards, print_leaderboard, result_line

CHECK_SECONDS = 1.0
PLAIN_WIDTH = 160


@dataclass(slots=True)
class Clock:
    """When things were reached, in seconds since the epoch; ``make`` hands in its own start."""

    started: float = field(
        default_factory=lambda: float(os.environ.get("PODIUM_DEMO_STARTED", time.time()))
    )
    ready: float = 0.0
    ended: float = 0.0

    def seconds(self) -> dict[str, float]:
        """Return the durations of the JSON line."""
        return {
            "setup": self.ready - self.started,
            "run": self.ended - self.ready,
            "total": self.ended - self.started,
        }


Finish = Callable[[Show, Site, Console, Clock], str]
"""What is done when all verdicts are there; returns the JSON line."""


def set_up(show: Show, site: Site, console: Console) -> dict[str, Any]:
    """Prepare data and database and start every part; return the competition as seeded."""
    prepared = in_background(lambda: show.ensure_data(show.data))
    console.print("Starting the queue server and preparing the database …")
    site.start_queue()
    site.prepare_database()
    console.print("Preparing the data …")
    prepared.result()
    seeded = site.seed("prepare")
    console.print("Starting the site and the workers …")
    site.start_workers()
    site.start_web()
    return seeded


def play(show: Show, site: Site, children: Children, console: Console, clock: Clock) -> None:
    """Enter all models and show how they fare."""
    board = Board(show.everybody, [task.slug for task in show.tasks])
    display = display_for(console, board, clock.started)
    people = read_private(show.people)
    display.start()
    try:
        Story(
            show=show, site=site, children=children, board=board, display=display, people=people
        ).play()
    finally:
        display.stop()


def close(show: Show, site: Site, console: Console, clock: Clock) -> str:
    """Close the competition, print its results, and return the JSON line."""
    closed = site.seed("close")
    api = Api(site.url, read_private(show.people)[show.guest.participant]["token"])
    entries = api.get(f"/competitions/{show.slug}/leaderboard/", board="private")["entries"]
    awards = api.get(f"/competitions/{show.slug}/awards/")
    clock.ended = time.time()
    models = {entry.participant: entry.model for entry in show.everybody}
    print_leaderboard(console, entries, [task.slug for task in show.tasks], models)
    print_awards(console, awards)
    return result_line(
        backend=closed["backend"],
        competition=show.slug,
        entries=entries,
        awards=awards,
        seconds=clock.seconds(),
    )


def write_logins(show: Show, site: Site) -> None:
    """Tell programs and people where the site is and how to get in."""
    people = read_private(show.people)
    write_private(
        show.logins,
        {
            "url": site.url,
            "organizer": people[show.baseline.participant],
            "participant": people[show.guest.participant],
            "competition": show.slug,
        },
    )


def print_logins(show: Show, site: Site, console: Console) -> None:
    """Print the address and one login of each kind."""
    people = read_private(show.people)
    console.print(f"\nThe site: {site.url}", highlight=False)
    for role, entry in (("organizer", show.baseline), ("participant", show.guest)):
        login = people[entry.participant]
        text = f"{role}: {login['username']} / {login['password']}"
        console.print(text, markup=False, highlight=False)
    console.print(f"The same for programs: {show.logins}", markup=False, highlight=False)


def run(show: Show, finish: Finish, site: Site, children: Children, console: Console) -> str:
    """Go the whole road; return the JSON line. The site is left running."""
    clock = Clock()
    seeded = set_up(show, site, console)
    clock.ready = time.time()
    write_logins(show, site)
    if seeded["state"] == "closed":
        console.print("The competition of an earlier start is closed; these are its results.")
    else:
        play(show, site, children, console, clock)
    line = finish(show, site, console, clock)
    print_logins(show, site, console)
    return line


def wait_for_interrupt(site: Site) -> None:
    """Keep watch; ends only by an interruption or a part's death."""
    tick = threading.Event()
    while not tick.wait(CHECK_SECONDS):
        site.check()


@contextlib.contextmanager
def stopping(children: Children, console: Console) -> Iterator[None]:
    """Stop everything that was started, however the inner part ends."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        console.print("Stopping …")
        children.stop()
        end_descendants()


@contextlib.contextmanager
def only_one(show: Show) -> Iterator[None]:
    """Refuse a second one in the same checkout; raises DemoError."""
    show.state.mkdir(parents=True, exist_ok=True)
    with (show.state / "running").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(f"make {show.name} is running already in this folder.") from None
        yield


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str], show: Show = DEMO, finish: Finish = close) -> int:
    """Run a show; return the exit status."""
    parser = argparse.ArgumentParser(description=f"Run `make {show.name}` in its environment.")
    parser.add_argument("--once", action="store_true", help="stop at the end, print JSON")
    once = parser.parse_args(arguments).once
    console = Console() if sys.stdout.isatty() else Console(width=PLAIN_WIDTH)
    adopt_orphans()
    children = Children(show.logs)
    site = Site(children, show.state, show.name)
    try:
        with only_one(show), stopping(children, console):
            line = run(show, finish, site, children, console)
            if not once:
                console.print("Ctrl-C stops everything.")
                wait_for_interrupt(site)
    except KeyboardInterrupt:
        return 130 if once else 0
    except (ApiError, ChildDied, DemoError, PackageError, DataError) as error:
        console.print(f"\n{error}", style="red", markup=False, highlight=False)
        return 1
    print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
