"""Makes a competition in a temporary folder, fixes labels, rescores; prints one line of JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import django

SUBMISSIONS = 10_000
ROWS = 10_000


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.rescoring")
    parser.add_argument("--submissions", type=int, default=SUBMISSIONS)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--metric", default="accuracy")
    parser.add_argument("--folder", type=Path, default=None, help="where the temporary folder lies")
    chosen = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="podium-bench-", dir=chosen.folder) as folder:
        use_folder(Path(folder))
        measure = import_module("bench.rescoring.measure").measure
        found = measure(submissions=chosen.submissions, rows=chosen.rows, metric=chosen.metric)
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


def use_folder(folder: Path) -> None:
    """Start Django with a database, stores and keys of its own, and no queue server."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "PODIUM_VAR": str(folder),
        "PODIUM_DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "PODIUM_REDIS_URL": "redis://127.0.0.1:1/0",
    }
    django.setup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
