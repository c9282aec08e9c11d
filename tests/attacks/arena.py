"""The real way of a hostile submission: upload, check, smoke run, hidden run, scores, pages."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache as once
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from common import blobs
from competitions.guarantees import BASE
from competitions.models import Competition, Participation
from sandbox.guarantees import Guarantee
from sandbox.selection import RUNNER_PACKAGE, select_backend
from sandbox.selfcheck import Proof, prove
from sandbox.spec import Limits
from submissions import jobs, sandboxes
from submissions.models import Predictions, Run, RunTask, Submission
from submissions.sandboxes import MIB, Host
from submissions.services.uploads import open_upload, receive_file, submit_upload
from tests import factories
from tests.attacks.control import undefended
from tests.attacks.programs import program_files
from tests.clients import manifest
from tests.parts import IMAGES, PYTHONS
from tests.roles import ROLES, read_table

LIMITS: Mapping[str, float] = {
    "task_seconds": 20,
    "total_seconds": 30,
    "memory_bytes": 256 * MIB,
    "cpus": 1.0,
    "pids": 64,
    "output_bytes": 2 * MIB,
    "log_bytes": 64 * 1024,
    "tmp_bytes": 8 * MIB,
}
"""Small, so that what takes without end comes to its end soon."""
_PACE_SECONDS = 0.05
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


@once
def real_host(name: str) -> Host:
    """The real backend with this worker's GPUs, proved once a session, and this checkout's runner.

    The GPUs are those of PODIUM_GPU_IDS, as for a worker.
    """
    backend = select_backend(
        name,
        pythons=PYTHONS,
        images=IMAGES,
        docker_host=None,
        gpu_ids=settings.WORKER_GPU_IDS,
    )
    with TemporaryDirectory(prefix="podium-attacks-") as folder:
        Path(folder).chmod(0o755)
        proof = prove(backend, work_dir=Path(folder))
    environments = backend.environments()
    backend = backend.with_runner(RUNNER_PACKAGE)
    return Host(backend=backend, proof=proof, environments=environments)


@dataclass(kw_only=True)
class Aftermath:
    """What a submission left behind, as the platform wrote it down.

    `lines` and `smoke_lines` are the logs of the last run: that over hidden rows, and that over
    public sample rows. Where all tasks failed over the sample rows there is only the latter, and
    both are the same. `predictions` maps tasks to what was stored for scoring.
    """

    submission: Submission
    runs: list[Run]
    tasks: dict[str, RunTask] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    smoke_lines: list[str] = field(default_factory=list)
    predictions: dict[str, bytes] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """The submission's state."""
        return str(self.submission.state)

    @property
    def run(self) -> Run:
        """The last attempt."""
        return self.runs[-1]

    @property
    def outcome(self) -> str:
        """How the last run ended, empty for none."""
        return self.runs[-1].outcome if self.runs else ""

    @property
    def reason(self) -> str:
        """The worker's sentence on it."""
        return self.runs[-1].reason if self.runs else ""

    @property
    def visible(self) -> str:
        """All that the participant can open: every page and API answer about the submission."""
        user = self.submission.submitted_by
        return "\n".join(everything_shown(user, self.submission).values())


@dataclass
class Arena:
    """Enters and runs submissions. `host` is the sandbox under attack, None on the platform."""

    patch: pytest.MonkeyPatch
    queued: list[tuple[str, str, Any]]
    host: Host | None = None

    def __post_init__(self) -> None:
        self._limits: dict[str, float] = dict(LIMITS)
        real = sandboxes.limits

        def limits(owner: Competition, tasks: list[Any]) -> Limits:
            return replace(real(owner, tasks), **self._limits)  # type: ignore[arg-type]

        self.patch.setattr(sandboxes, "limits", limits)
        self.patch.setattr(sandboxes, "host", lambda: self.host)
        # The steps at which ends are shown stay, at a scale at which nobody waits for them.
        self.patch.setattr("submissions.pacing.FIRST_SECONDS", _PACE_SECONDS)

    @property
    def backend(self) -> str:
        """The name of the backend under attack."""
        return self.host.backend.name if self.host else "platform"

    @property
    def proof(self) -> Proof:
        """What the backend under attack proved on this machine; no sandbox lacks nothing."""
        return self.host.proof if self.host else Proof(held=frozenset(Guarantee))

    @property
    def held(self) -> frozenset[Guarantee]:
        """The guarantees that a run gets."""
        return self.proof.held

    undefended = staticmethod(undefended)

    def attack(
        self,
        program: str,
        *,
        files: Mapping[str, bytes] | None = None,
        limits: Mapping[str, float] | None = None,
        competition: Competition | None = None,
        **parameters: object,
    ) -> Aftermath:
        """Enter a `python` submission made by `programs.program_files` and run it to its verdict.

        Without a `competition` it is one of its own, with one task named `attacked`.
        """
        made = program_files(program, files=files, **parameters)
        return self.play(self.enter(made, competition=competition), limits=limits)

    def competition(self, *, tasks: tuple[str, ...] = ("attacked",), **fields: Any) -> Competition:
        """A competition that allows code and requires what every backend holds."""
        fields.setdefault("allowed_formats", ["python"])
        fields.setdefault("required_guarantees", sorted(BASE))
        made = factories.competition(**fields)
        for slug in tasks:
            factories.task(made, slug=slug, rows=8)
        return made

    def enter(
        self,
        files: Mapping[str, bytes],
        *,
        competition: Competition | None = None,
        entry: Participation | None = None,
    ) -> Submission:
        """Upload files as their participant does. Raises the upload's DomainErrors."""
        entry = entry or factories.participation(competition or self.competition())
        assert entry.user is not None
        upload, missing = open_upload(
            competition=entry.competition, user=entry.user, files=manifest(files)
        )
        for data in {data for data in files.values() if _sha256(data) in missing}:
            receive_file(
                upload=upload, sha256=_sha256(data), stream=io.BytesIO(data), length=len(data)
            )
        return submit_upload(upload=upload)

    def play(
        self, submission: Submission, *, limits: Mapping[str, float] | None = None
    ) -> Aftermath:
        """Do every job that is queued, as a worker would, and look at what is left."""
        self._limits = {**LIMITS, **(limits or {})}
        Competition.objects.filter(pk=submission.competition.pk).update(
            task_seconds=int(max(1, self._limits["task_seconds"])),
            total_seconds=int(max(1, self._limits["total_seconds"])),
        )
        while self.queued:
            _, job, argument = self.queued.pop(0)
            getattr(jobs, job)(argument)
        return aftermath(submission)


def aftermath(submission: Submission) -> Aftermath:
    """Read what is stored about a submission."""
    submission = Submission.objects.select_related("submitted_by").get(pk=submission.pk)
    runs = list(submission.runs.order_by("attempt"))
    last = runs[-1] if runs else None
    rows = RunTask.objects.filter(run=last).select_related("task")
    stored = Predictions.objects.filter(run=last).select_related("task")
    return Aftermath(
        submission=submission,
        runs=runs,
        tasks={row.task.slug: row for row in rows},
        lines=_lines(last.log_sha256 if last else ""),
        smoke_lines=_lines(last.smoke_log_sha256 if last else ""),
        predictions={each.task.slug: blobs.predictions.read(each.sha256) for each in stored},
    )


def everything_shown(user: User, submission: Submission) -> dict[str, str]:
    """Address → text of all that the table of roles lets a participant open."""
    client = Client()
    client.force_login(user)
    column = ROLES.index("participant")
    places = {"slug": submission.competition.slug, "submission_id": submission.pk}
    shown = {}
    for row in read_table():
        known = set(_PLACE.findall(row.address)) <= places.keys() | {"task_slug"}
        if (row.method, row.variant, row.outcomes[column]) != ("GET", "", "200") or not known:
            continue
        for task in submission.competition.tasks.all():
            url = "/" + _PLACE.sub(
                lambda found, task=task: str({**places, "task_slug": task.slug}[found[1]]),
                row.address,
            )
            cache.clear()
            shown[url] = _text(client.get(url))
    return shown


def _text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    # A file for spreadsheets begins with a mark that says it is UTF-8, and has ends of lines of two
    # characters.
    text = body.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    if answer.headers.get("Content-Type", "").split(";")[0] == "application/json":
        return json.dumps(json.loads(text), ensure_ascii=False)
    return text


def _lines(sha256: str) -> list[str]:
    return blobs.logs.read(sha256).decode().splitlines() if sha256 else []


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
