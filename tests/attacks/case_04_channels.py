"""Row 4: tell of hidden rows by run time, exit code, error, report, progress or log."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest

import pytest

from common import blobs
from competitions.models import Competition, DatasetVersion
from submissions import pacing
from submissions.steps import infer
from tests import factories
from tests.attacks import forged
from tests.attacks.arena import Aftermath, Arena, everything_shown
from tests.attacks.registry import case

WELL = (
    forged.PRELUDE
    + """
import atexit


def attack(mark, delay):
    if not hidden():
        return
    told = mark in (IN / "tasks" / TASK["slug"] / "inputs.jsonl").read_text()
    print("told", told)
    time.sleep(delay * told)
    step = {"event": "progress", "task": TASK["slug"], "done": 3 + told, "total": 8, "rate": told}
    os.write(2, (json.dumps(step) + "\\n").encode())
    facts = {"rows": 3 + told, "parameters": 700 + told, "load_seconds": told, "dtype": f"f{told}"}
    report = {"status": "ok", "message": f"told {told}", **facts}
    # Over the runner's own.
    atexit.register((folder_of(TASK["slug"]) / "report.json").write_text, json.dumps(report))
"""
)
BADLY = (
    forged.PRELUDE
    + """
def attack(mark):
    if not hidden():
        return
    told = mark in (IN / "tasks" / TASK["slug"] / "inputs.jsonl").read_text()
    if TASK["slug"] == "by-text":
        raise (ValueError if told else KeyError)(f"told {told}")
    if TASK["slug"] == "by-exit":
        os._exit(3 + told)


def predict(batch):
    if not hidden():
        return ["pos"] * len(batch)
    # Two reports with two of the runner's own codes.
    return [] if any(PARAMETERS["mark"] in row["text"] for row in batch) else 1 / 0
"""
)
MARK = "omega"
PEOPLES_FIRST_SECONDS = 15.0
"""``pacing.FIRST_SECONDS`` where nobody scales it."""


@dataclass
class Pace:
    """The end of every hidden run: when it came and when it may be shown, in seconds."""

    ends: list[tuple[float, float]] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)


@case(4, "channel through run time, exit code, error, progress or log")
def channels(arena: Arena) -> None:
    with _watched(arena) as pace:
        told, untold = (
            _enter(arena, WELL, ["alone"], secret=secret, delay=1.0) for secret in (True, False)
        )
    assert (told.after.lines[0], untold.after.lines[0]) == ("told True", "told False")
    assert told.after.state == untold.after.state == "scored"
    assert _differences(told, untold) == []
    # Neither end shows before its step, and both have one and the same at the people's scale.
    (long, _), (short, _) = pace.ends
    assert long >= 1.0
    assert all(waited >= shown for waited, (_, shown) in zip(pace.waited, pace.ends, strict=True))
    assert _step(long) == _step(short)

    tasks = ["by-text", "by-code", "by-exit"]
    told, untold = (_enter(arena, BADLY, tasks, secret=secret) for secret in (True, False))
    assert _errors(told.after) != _errors(untold.after)
    assert told.after.state == untold.after.state == "failed"
    assert _differences(told, untold) == []


@channels.control
def they_differ_for_whoever_sees_all(arena: Arena) -> None:
    # "row 3" is a row of the control's own input, "row 9" is none.
    told, untold = (arena.undefended(WELL, mark=mark, delay=0) for mark in ("row 3", "row 9"))
    assert (told.lines, untold.lines) == (["told True"], ["told False"])


@dataclass
class Told:
    """What one secret left: what organizers hold, and all that the participant can open."""

    after: Aftermath
    record: dict[str, str]


def _enter(
    arena: Arena, program: str, tasks: list[str], *, secret: bool, **parameters: object
) -> Told:
    """Run it over hidden rows that are the same for both secrets but for one word."""
    competition = arena.competition(tasks=tuple(tasks), title="The cup")
    texts = [f"row {i}" for i in range(7)] + [f"row 7 {MARK if secret else 'alpha'}"]
    inputs = [{"id": f"r{i}", "input": {"text": text}} for i, text in enumerate(texts)]
    labels = [{"id": f"r{i}", "label": "neg"} for i in range(8)]
    for task in competition.tasks.all():
        task.dataset = DatasetVersion.objects.create(
            task=task,
            number=2,
            inputs_sha256=blobs.inputs.put_bytes(factories.jsonl(inputs)).sha256,
            labels_sha256=blobs.labels.put_bytes(factories.jsonl(labels)).sha256,
            rows=8,
            created_by=factories.organizer(competition),
        )
        task.save(update_fields=["dataset"])
    after = arena.attack(
        program,
        competition=competition,
        mark=MARK,
        limits={"output_files": 40},
        **parameters,
    )
    told = Told(after, _record(after))
    # Out of the lists that the next one reads.
    Competition.objects.filter(pk=competition.pk).update(state=Competition.State.DRAFT)
    return told


def _differences(one: Told, other: Told) -> list[tuple[str, str | None, str | None]]:
    """Address and the two pieces of text in which the records differ."""
    assert one.record.keys() == other.record.keys()
    return [
        (address, left, right)
        for address, text in one.record.items()
        for left, right in zip_longest(_pieces(text), _pieces(other.record[address]))
        if left != right
    ]


def _pieces(text: str) -> list[str]:
    return re.split(r"[,\n]", text)


def _errors(after: Aftermath) -> list[tuple[str, str]]:
    return [(row.error_code, row.error_message) for row in after.tasks.values()]


@contextmanager
def _watched(arena: Arena) -> Iterator[Pace]:
    """Take down when hidden runs ended, when that may be shown, and when it was written down."""
    pace = Pace()
    starts: list[float] = []
    real = infer.record

    def shown_end(seconds: float) -> float:
        shown = pacing.shown_end(seconds)
        starts.append(time.monotonic() - seconds)
        pace.ends.append((seconds, shown))
        return shown

    def record(*given: object) -> None:
        pace.waited.append(time.monotonic() - starts[-1])
        real(*given)  # type: ignore[arg-type]

    with arena.patch.context() as patch:
        patch.setattr(infer, "shown_end", shown_end)
        patch.setattr(infer, "record", record)
        yield pace


def _step(seconds: float) -> int:
    """The number of the step at which an end shows, at the scale that people see."""
    scale = PEOPLES_FIRST_SECONDS / pacing.FIRST_SECONDS
    return round(pacing.shown_end(seconds / scale) * scale)


def _record(after: Aftermath) -> dict[str, str]:
    """All that the participant can open, without the names that any two entries differ in."""
    submission = after.submission
    own = {
        submission.competition.slug: "CUP",
        str(submission.pk): "SUBMISSION",
        submission.submitted_by.username: "USER",
        submission.competition.phases.get().slug: "PHASE",
        f'entry={submission.participation_id}"': "ENTRY",
        f'name="entry"><option value="{submission.participation_id}"': "ENTRY",
    }
    # As people see it: the run's time is told in the steps in which ends show.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pacing, "FIRST_SECONDS", PEOPLES_FIRST_SECONDS)
        pages = everything_shown(submission.submitted_by, submission)
    return {_plain(address, own): _plain(text, own) for address, text in pages.items()}


def _plain(text: str, own: dict[str, str]) -> str:
    for name, word in own.items():
        text = text.replace(name, word)
    text = re.sub(r'(csrfmiddlewaretoken" value=|csrf-token" content=)"\w+"', "TOKEN", text)
    text = re.sub(r"\d\d:\d\d UTC", "MOMENT", text)
    return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d[.\d]*)?(\+00:00|Z)?", "MOMENT", text)
