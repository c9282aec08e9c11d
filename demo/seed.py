"""The organizer's steps as commands: ``python -m demo.seed SHOW prepare|publish|close``.

A process of its own, as it loads Django; prints one JSON object, or an error that is safe to show.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence

import django

from common.errors import DomainError
from demo.shows import SHOWS


def main(arguments: Sequence[str]) -> int:
    """Take one step; return the exit status."""
    name, step = arguments
    show = SHOWS[name]
    django.setup()
    # Models can only be imported once the apps are loaded.
    organizer = importlib.import_module("demo.organizer")
    steps = {
        "prepare": lambda: organizer.prepare(
            show=show,
            participants=[entry.participant for entry in show.entries],
            logins=show.people,
            data=show.data,
        ),
        "publish": lambda: organizer.publish_once(show=show),
        "close": lambda: organizer.close_once(show=show),
    }
    try:
        print(json.dumps(steps[step]()))
    except DomainError as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
