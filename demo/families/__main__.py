"""``make families``: a task of every kind, entered by models of every format, on this machine.

Called after ``demo.bootstrap --tensorflow`` in the platform's environment. Stays up until Ctrl-C,
or with ``--once`` stops at the end and prints one JSON object as the last line. The competition
stays open: what is shown are public points.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from demo.__main__ import Clock, main
from demo.client import Api
from demo.families.show import FAMILIES
from demo.logins import read_private
from demo.show import Show
from demo.supervisor import Site
from demo.tables import print_points

Json = dict[str, Any]


def tell(show: Show, site: Site, console: Console, clock: Clock) -> str:
    """Print the public board; return the JSON line."""
    people = read_private(show.people)
    api = Api(site.url, people[show.guest.participant]["token"])
    entries = api.get(f"/competitions/{show.slug}/leaderboard/")["entries"]
    clock.ended = time.time()
    formats = {entry.participant: entry.format for entry in show.everybody}
    models = {entry.participant: entry.model for entry in show.everybody}
    print_points(console, entries, [task.slug for task in show.tasks], models)
    spent = ", ".join(f"{name} {value:.0f} s" for name, value in clock.seconds().items())
    console.print(f"Points are of public rows, the best of all entries. Time: {spent}.")
    return families_line(show, entries, formats)


def families_line(show: Show, entries: Sequence[Json], formats: Mapping[str, str]) -> str:
    """Return the JSON line: kinds and formats that got points, and each task's best points."""
    tasks: list[Json] = [
        {
            "slug": task.slug,
            "kind": task.kind,
            "metric": task.metric,
            "points": max((_points(entry, task.slug) for entry in entries), default=0.0),
        }
        for task in show.tasks
    ]
    scored = {
        formats[entry["participant"]]
        for entry in entries
        if any(_points(entry, task.slug) > 0 for task in show.tasks)
    }
    result = {
        "kinds": len({task["kind"] for task in tasks if task["points"] > 0}),
        "formats": len(scored),
        "tasks": tasks,
    }
    return json.dumps(result)


def _points(entry: Json, task: str) -> float:
    cell = entry["tasks"].get(task) or {}
    return float(cell.get("points") or 0.0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], show=FAMILIES, finish=tell))
