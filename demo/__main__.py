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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from rich.console import Console

from demo import data
from demo.board import Board
from demo.client import Api, ApiError
from demo.competition import SLUG
from demo.display import display_for
from demo.entries import BASELINE, ENTRIES, MINILM
from demo.logins import read_private, write_private
from demo.packages import PackageError
from demo.paths import LOGINS, LOGS, PEOPLE, STATE
from demo.processes import ChildDied, Children, adopt_orphans, end_descendants
from demo.story import DemoError, Story, in_background
from demo.supervisor import Site
from demo.tables import print_awards, print_leaderboard, result_line
from demo.tasks import TASKS

GUEST = MINILM
CHECK_SECONDS = 1.0
PLAIN_WIDTH = 160
TASK_SLUGS = [task.slug for task in TASKS]


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


def set_up(site: Site, console: Console) -> dict[str, Any]:
    """Prepare data and database and start every part; return the competition as seeded."""
    prepared = in_background(data.ensure)
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


def play(site: Site, children: Children, console: Console, clock: Clock) -> None:
    """Enter all models and show how they fare."""
    board = Board((BASELINE, *ENTRIES), TASK_SLUGS)
    display = display_for(console, board, clock.started)
    people = read_private(PEOPLE)
    display.start()
    try:
        Story(site=site, children=children, board=board, display=display, people=people).play()
    finally:
        display.stop()


def finish(site: Site, console: Console, clock: Clock) -> str:
    """Close the competition, print its results, and return the JSON line."""
    closed = site.seed("close")
    api = Api(site.url, read_private(PEOPLE)[GUEST.participant]["token"])
    entries = api.get(f"/competitions/{SLUG}/leaderboard/", board="private")["entries"]
    awards = api.get(f"/competitions/{SLUG}/awards/")
    clock.ended = time.time()
    models = {entry.participant: entry.model for entry in (BASELINE, *ENTRIES)}
    print_leaderboard(console, entries, TASK_SLUGS, models)
    print_awards(console, awards)
    return result_line(
        backend=closed["backend"],
        competition=SLUG,
        entries=entries,
        awards=awards,
        seconds=clock.seconds(),
    )


def write_logins(site: Site) -> None:
    """Tell programs and people where the site is and how to get in."""
    people = read_private(PEOPLE)
    write_private(
        LOGINS,
        {
            "url": site.url,
            "organizer": people[BASELINE.participant],
            "participant": people[GUEST.participant],
            "competition": SLUG,
        },
    )


def print_logins(site: Site, console: Console) -> None:
    """Print the address and one login of each kind."""
    people = read_private(PEOPLE)
    console.print(f"\nThe site: {site.url}", highlight=False)
    for role, entry in (("organizer", BASELINE), ("participant", GUEST)):
        login = people[entry.participant]
        text = f"{role}: {login['username']} / {login['password']}"
        console.print(text, markup=False, highlight=False)
    console.print(f"The same for programs: {LOGINS}", markup=False, highlight=False)


def run(site: Site, children: Children, console: Console) -> str:
    """Go the whole road; return the JSON line. The site is left running."""
    clock = Clock()
    seeded = set_up(site, console)
    clock.ready = time.time()
    write_logins(site)
    if seeded["state"] == "closed":
        console.print("The competition of an earlier start is closed; these are its results.")
    else:
        play(site, children, console, clock)
    line = finish(site, console, clock)
    print_logins(site, console)
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
def only_one() -> Iterator[None]:
    """Refuse a second demo in the same checkout; raises DemoError."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / "running").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError("make demo is running already in this folder.") from None
        yield


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str]) -> int:
    """Run the demo; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop at the end, print JSON")
    once = parser.parse_args(arguments).once
    console = Console() if sys.stdout.isatty() else Console(width=PLAIN_WIDTH)
    adopt_orphans()
    children = Children(LOGS)
    site = Site(children)
    try:
        with only_one(), stopping(children, console):
            line = run(site, children, console)
            if not once:
                console.print("Ctrl-C stops everything.")
                wait_for_interrupt(site)
    except KeyboardInterrupt:
        return 130 if once else 0
    except (ApiError, ChildDied, DemoError, PackageError, data.DataError) as error:
        console.print(f"\n{error}", style="red", markup=False, highlight=False)
        return 1
    print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
