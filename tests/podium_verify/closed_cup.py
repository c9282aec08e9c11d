"""A competition from upload to published results, and what a stranger downloads of it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client

from competitions.models import Award, Competition
from competitions.services.release_replay import release_replay
from scoring.models import AwardGrant
from scoring.services.close import close_competition
from submissions import jobs
from submissions.models import Submission
from submissions.validation.manifest import ManifestFile, manifest_sha256
from tests import factories
from tests.fakes import FakeBackend, host


def mostly_right(row: dict[str, Any]) -> dict[str, Any]:
    """Answer every third row wrong."""
    last = row["input"]["text"].split()[-1]
    number = int(last) if last.isdigit() else 0
    return {"label": ["neg", "pos"][(number + (number % 3 == 0)) % 2]}


@dataclass
class Downloads:
    """A folder with what the site gave: ``record`` names the record of a private score."""

    folder: Path
    submission: Submission
    competition: Competition

    def path(self, name: str) -> Path:
        return self.folder / name

    def edit(self, name: str, change: Callable[[bytes], bytes]) -> Path:
        """Write a changed copy of a file."""
        copy = self.folder / f"edited-{Path(name).name}"
        copy.write_bytes(change(self.path(name).read_bytes()))
        return copy

    def files(self) -> list[str]:
        """Return the options that name every file of the task ``films``, within the folder."""
        named = {
            "key": "keys.json",
            "predictions": "predictions/films.jsonl",
            "labels": "labels/films.jsonl",
            "facts": "replay.json",
            "manifest": "manifest.txt",
            "log": "log.jsonl",
        }
        return [part for name, file in named.items() for part in (f"--{name}", file)]


def closed_cup(
    monkeypatch: Any, before_close: Callable[[Competition], object] = lambda competition: None
) -> tuple[Competition, Submission]:
    """Play a competition with two tasks and an award through its close."""
    competition = factories.competition(slug="cup", dispute_days=0)
    factories.task(competition, slug="films", rows=60)
    factories.task(competition, slug="tweets", rows=40, metric="macro_f1")
    Award.objects.create(competition=competition, slug="gold", title="Gold", rule="overall_rank")
    monkeypatch.setattr(
        "submissions.sandboxes.host",
        lambda: host(FakeBackend(answers={"films": mostly_right, "tweets": mostly_right})),
    )
    submission = factories.submission(
        factories.participation(competition), state="queued", format="transformers"
    )
    listed = [
        ManifestFile(path=file.path, size=file.size, sha256=file.sha256)
        for file in submission.files.all()
    ]
    Submission.objects.update(manifest_sha256=manifest_sha256(listed))
    run = factories.run(submission)
    jobs.infer(run.pk)
    jobs.score(str(submission.pk))
    before_close(competition)
    close_competition(competition=competition, by=factories.organizer(competition))
    submission.refresh_from_db()
    return competition, submission


def download(competition: Competition, submission: Submission, folder: Path) -> Downloads:
    """Release everything and download it as a stranger."""
    release_replay(competition=competition, replay="labels")
    client, api = Client(), "/api/v1"
    bundle = folder / "bundle.zip"
    bundle.write_bytes(b"".join(client.get(f"{api}/submissions/{submission.pk}/replay/")))
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    record = client.get(f"{api}/submissions/{submission.pk}/records/films/private/")
    (folder / "record.json").write_bytes(record.content)
    (folder / "keys.json").write_bytes(client.get(f"{api}/keys/").content)
    (folder / "log.jsonl").write_bytes(b"".join(client.get(f"{api}/log/")))
    (folder / "results.json").write_bytes(
        client.get(f"{api}/competitions/cup/results/record/").content
    )
    grant = AwardGrant.objects.get(award__competition=competition)
    told = client.get(f"{api}/competitions/cup/awards/records/{grant.pk}/")
    (folder / "grant.json").write_bytes(told.content)
    (folder / "key.pem").write_text(json.loads((folder / "keys.json").read_text())[0]["public_pem"])
    return Downloads(folder, submission, competition)
