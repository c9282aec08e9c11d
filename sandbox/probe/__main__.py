"""Looks at a sandbox from inside and writes down what it finds.

Runs as `python -m runner /in /out`, like the runner. `/in/run.json` names the probe, and the facts
of the outside that it compares with.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import checks, gpus, hogs, lingering, markers, survey

Run = dict[str, Any]


def posture(run: Run) -> list[Run]:
    """One row for each guarantee that can be seen from inside. A process that won't go away and a
    mark in every writable place stay behind."""
    lingering.stay(run["mark"])
    lingering.wait_until_seen(run)
    rows = checks.rows(run)
    markers.leave(run["mark"])
    return rows


def memory(run: Run) -> list[Run]:
    print(json.dumps(markers.found(run["mark"])), flush=True)
    print("x" * (2 * run["size"]), flush=True)
    hogs.take_memory(run["memory"])
    return []


def processes(run: Run) -> list[Run]:
    hogs.fork(run["pids"])
    return []


def forever(run: Run) -> list[Run]:
    lingering.stay(run["mark"])
    hogs.stay()
    return []


def gpu(_: Run) -> list[Run]:
    return [{"gpus": gpus.visible()}]


def facts(run: Run) -> list[Run]:
    return [survey.facts(run["mark"])]


PROBES: dict[str, Callable[[Run], list[Run]]] = {
    probe.__name__: probe for probe in (posture, memory, processes, forever, gpu, facts)
}


def main(in_dir: str, out_dir: str) -> None:
    run = json.loads(Path(in_dir, "run.json").read_text())
    rows = PROBES[run["probe"]](run)
    # Made only now: an empty /out is one of the findings.
    out = Path(out_dir, run["tasks"][0])
    out.mkdir()
    (out / "predictions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (out / "report.json").write_text(json.dumps({"status": "ok", "rows": len(rows)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
