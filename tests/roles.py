"""The world in which the role table is tried: one of each role, and something of each kind."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tokens import create_token
from common import blobs
from competitions.models import Award, Competition, DatasetVersion, Team
from publications.models import Publication
from publications.services.append import append
from scoring.models import (
    AwardGrant,
    BoardStatistics,
    Ceremony,
    Dispute,
    FinalScore,
    LeaderboardEntry,
    Rescoring,
    ScoreRecord,
    Split,
    TaskScore,
)
from scoring.services.close import close_competition
from submissions.models import DeterminismCheck, DuplicatePair, Predictions, Upload
from tests import factories
from tests.scoring import closing

TABLE = Path(__file__).with_name("roles.tsv")
ROLES = (
    "anonymous",
    "stranger",
    "participant",
    "rival",
    "foreign_organizer",
    "organizer",
    "superuser",
)
PRIVATE_POINTS = 73.91
PRIVATE_INTERVAL = {"low": 61.4703, "high": 86.5297}
EVIDENCE = b"canary-evidence of which rows were right"
DETAIL = 0.4713
HIDDEN_WORDS = "canary-of-a-hidden-run"
DISPUTE = "canary-of-a-dispute"
PREVIEW = "canary-of-a-preview"
CONFIG = b"{}"
CONFIG_SHA256 = hashlib.sha256(CONFIG).hexdigest()
NEW_FILE = {"path": "config.json", "size": 3, "sha256": "0" * 64}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a request, and what each role gets (``outcome``).

    ``variant`` names other things than the usual ones, as in ``GET@draft``; ``address`` is the
    route, with a query where one is asked.
    """

    method: str
    variant: str
    address: str
    outcomes: tuple[str, ...]

    @property
    def route(self) -> str:
        """The route as the resolver has it."""
        return self.address.partition("?")[0]

    def __str__(self) -> str:
        method = f"{self.method}@{self.variant}" if self.variant else self.method
        return f"{method}\t{self.address}\t" + "\t".join(self.outcomes)


def read_table() -> list[Row]:
    """Return the rows of the table."""
    return [
        _row(line.split("\t"))
        for line in TABLE.read_text().splitlines()
        if line and not line.startswith("#")
    ]


def _row(cells: list[str]) -> Row:
    method, _, variant = cells[0].partition("@")
    return Row(method, variant, cells[1], tuple(cells[2:]))


_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_ADMIN_OBJECT = re.compile(r"admin/(\w+/\w+)/<path:object_id>/")


@dataclass
class World:
    """Everything that addresses can name. ``participant`` owns it all.

    ``secrets`` are told to nobody but their ``confidants``.
    """

    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    variants: dict[str, dict[str, Any]] = field(default_factory=dict)
    objects: dict[str, models.Model] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    confidants: dict[str, frozenset[str]] = field(default_factory=dict)

    def ask(self, role: str, row: Row, url: str) -> tuple[str, set[str]]:
        """Send one request as ``role`` and take back what it changed.

        Returns the outcome, and which secrets the answer tells that ``role`` may not know.
        """
        client = Client(raise_request_exception=False)
        if session := self.sessions.get(role):
            client.cookies["sessionid"] = session
        body, kind = self.body(row)
        with transaction.atomic():
            answer = client.generic(row.method, url, body, content_type=kind)
            # Reading a stream to its end closes it; its own close() would end the connection.
            text = b"".join(answer).decode(errors="replace")
            transaction.set_rollback(True)
        told = {name for name, secret in self.secrets.items() if _holds(text, secret)}
        return outcome(answer), {
            name for name in told if role not in self.confidants.get(name, frozenset())
        }

    def url(self, row: Row) -> str:
        """Return the address of a row with its parameters filled in."""
        values = dict(self.values)
        if found := _ADMIN_OBJECT.match(row.route):
            values["object_id"] = self.objects[found[1]].pk
        values |= self.variants.get(row.variant, {})
        return "/" + _PARAMETER.sub(lambda name: str(values[name[1]]), row.address)

    def body(self, row: Row) -> tuple[bytes, str]:
        """Return what a request of this row sends."""
        if row.method == "PUT":
            return CONFIG, "application/octet-stream"
        if row.route.startswith("api/"):
            return json.dumps(BODIES.get(row.route, {})).encode(), "application/json"
        return b"", "application/x-www-form-urlencoded"


BODIES: dict[str, Any] = {
    "api/v1/competitions/<slug:slug>/disputes/": {"text": "Why?"},
    "api/v1/tokens/": {"name": "new"},
    "api/v1/competitions/<slug:slug>/join/": {"accept_rules": True},
    "api/v1/competitions/<slug:slug>/uploads/": {"files": [NEW_FILE]},
}


def outcome(answer: Any) -> str:
    """Name what an answer means: its status, ``login`` or ``gone``.

    ``login`` is a redirect to a form to log in; ``gone`` is how Django's admin says that there is
    no such object: a redirect to its front page.
    """
    place = answer.headers.get("Location", "")
    if place.startswith(("/accounts/login/", "/admin/login/")):
        return "login"
    return "gone" if place == "/admin/" else str(answer.status_code)


def make_world() -> World:
    """Make a published competition with everything in it, others in other states, and the roles.

    Variants: ``draft``, ``closed``, ``idle`` (published, nobody takes part), and ``waiting`` (a
    submission without a verdict; the usual one is scored).
    """
    world, now = World(), timezone.now()
    competition = factories.competition(slug="cup", published_at=now)
    draft = factories.competition(slug="draft", state="draft")
    other = factories.competition(slug="other", published_at=now)
    idle = factories.competition(slug="idle", published_at=now)
    closed = factories.competition(slug="closed", state="closed", published_at=now, closed_at=now)
    world.users = {
        "stranger": factories.user(),
        "participant": factories.user(),
        "rival": factories.user(),
        "foreign_organizer": factories.organizer(other),
        "organizer": factories.organizer(competition),
        "superuser": factories.user(is_superuser=True, is_staff=True),
    }
    for owned in (draft, idle, closed):
        owned.organizers.add(world.users["organizer"])
        _give_files(factories.task(owned, slug="task", train_rows=3).dataset)
    for role, user in world.users.items():
        client = Client()
        client.force_login(user)
        world.sessions[role] = client.cookies["sessionid"].value
    _fill(world, competition)
    provisional, dispute = _provisional_results(world)
    grant = _published_results(world)
    world.variants = {
        "provisional": {"slug": "provisional", "dispute_id": dispute.pk},
        "published": {"slug": "published", "grant_id": grant.pk},
        "draft": {"slug": "draft", "object_id": draft.pk},
        "idle": {"slug": "idle"},
        "closed": {"slug": "closed"},
        "waiting": {"submission_id": world.objects["waiting"].pk},
    }
    world.values |= {"grant_id": grant.pk, "dispute_id": dispute.pk}
    world.objects["scoring/ceremony"] = provisional
    _rescorings(world, competition)
    return world


def _provisional_results(world: World) -> tuple[Ceremony, Dispute]:
    """Make a closed competition whose results can be disputed, and were by ``participant``."""
    now = timezone.now()
    competition = factories.competition(slug="provisional", state="closed", closed_at=now)
    competition.organizers.add(world.users["organizer"])
    owner = factories.participation(competition, user=world.users["participant"])
    factories.participation(competition, user=world.users["rival"])
    ceremony = Ceremony.objects.create(
        competition=competition,
        opened_at=now,
        announced_at=now,
        disputes_until=now + timedelta(days=1),
    )
    dispute = Dispute.objects.create(
        ceremony=ceremony, participation=owner, filed_by=world.users["participant"], text=DISPUTE
    )
    world.secrets["a dispute"] = DISPUTE
    world.confidants["a dispute"] = frozenset({"participant", "organizer", "superuser"})
    return ceremony, dispute


def _published_results(world: World) -> AwardGrant:
    """Make a closed competition that granted ``participant`` an award at once."""
    competition = factories.competition(slug="published")
    competition.organizers.add(world.users["organizer"])
    task = factories.task(competition, slug="task")
    closing.award(competition)
    owner = factories.participation(competition, user=world.users["participant"])
    closing.enter(task, "", 55.5, participation=owner)
    (grant,) = close_competition(competition=competition, by=world.users["organizer"])
    return grant


def _rescorings(world: World, competition: Competition) -> None:
    """Replace all scores once, and make ready to do so again: the preview is the organizers'."""
    by, now = world.users["organizer"], timezone.now()
    old = Rescoring.objects.create(
        competition=competition,
        state="published",
        published_at=now,
        note="Typos.",
        before={"public": []},
        created_by=by,
    )
    change = {"participant": PREVIEW, "baseline": False, "old_points": 5.0, "new_points": 6.0}
    places = {"old_rank": 2, "new_rank": 1}
    world.objects["scoring/rescoring"] = Rescoring.objects.create(
        competition=competition,
        state="ready",
        preview={"digests": {}, "tasks": [], "boards": {"public": [{**change, **places}]}},
        created_by=by,
    )
    world.values["rescoring_id"] = old.pk
    world.secrets["a preview"] = PREVIEW
    world.confidants["a preview"] = frozenset({"organizer", "superuser"})


def _fill(world: World, competition: Competition) -> None:
    task = factories.task(competition, slug="task", train_rows=3)
    owner = factories.participation(competition, user=world.users["participant"])
    factories.participation(competition, user=world.users["rival"])
    scored = factories.submission(owner, state="scored")
    run = factories.run(
        scored,
        state="done",
        smoke_outcome="ok",
        smoke_log_sha256=blobs.logs.put_bytes(b"said of samples").sha256,
        log_sha256=blobs.logs.put_bytes(HIDDEN_WORDS.encode()).sha256,
        reason=HIDDEN_WORDS,
    )
    run.tasks.update(state="failed", error_code=HIDDEN_WORDS, error_message=HIDDEN_WORDS)
    waiting = factories.submission(owner, state="queued")
    factories.run(waiting)
    assert task.dataset is not None
    _plant_canaries(world, competition, task.dataset)
    upload = Upload.objects.create(
        participation=owner,
        user=world.users["participant"],
        manifest=[{"path": "config.json", "size": len(CONFIG), "sha256": CONFIG_SHA256}],
        expires_at=timezone.now() + timedelta(hours=1),
    )
    token, _ = create_token(user=world.users["participant"], name="laptop")
    award = Award.objects.create(
        competition=competition, slug="gold", title="Gold", rule="overall_rank"
    )
    predictions = Predictions.objects.create(
        run=run, task=task, dataset=task.dataset, sha256="a" * 64, size=1
    )
    score = TaskScore.objects.create(
        submission=scored,
        task=task,
        dataset=task.dataset,
        split=Split.PRIVATE,
        scorer_version="1",
        value=PRIVATE_POINTS / 100,
        points=PRIVATE_POINTS,
        rows=10,
        details=_details(PRIVATE_POINTS / 100),
        evidence_sha256=blobs.evidence.put_bytes(EVIDENCE).sha256,
        **PRIVATE_INTERVAL,
    )
    TaskScore.objects.create(
        submission=scored,
        task=task,
        dataset=task.dataset,
        split=Split.PUBLIC,
        scorer_version="1",
        value=0.5,
        points=50,
        rows=10,
        details=_details(DETAIL),
    )
    made: list[models.Model] = [
        competition,
        task,
        task.dataset,
        owner,
        scored,
        run,
        upload,
        token,
        award,
        predictions,
        DeterminismCheck.objects.create(
            submission=scored,
            original=run,
            repeat=factories.run(scored, purpose="check"),
            tolerance=0.01,
        ),
        DuplicatePair.objects.create(
            competition=competition,
            first=scored,
            second=waiting,
            evidence={"tasks": {}, "files": []},
            chance=1.0,
            equal_share=0.0,
            seen_at=timezone.now(),
        ),
        score,
        world.users["participant"],
        Group.objects.create(name="group"),
        EmailAddress.objects.create(user=world.users["participant"], email="ann@example.org"),
        Team.objects.create(competition=competition, name="Two"),
        FinalScore.objects.create(
            submission=scored,
            participation=owner,
            split="private",
            points=PRIVATE_POINTS,
            rule_version="1",
            **PRIVATE_INTERVAL,
        ),
        LeaderboardEntry.objects.create(
            competition=competition,
            participation=owner,
            submission=scored,
            board="private",
            rank=1,
            final_score=PRIVATE_POINTS,
            tasks={
                "task": {
                    "points": PRIVATE_POINTS,
                    "value": 0.7391,
                    "failed": False,
                    **PRIVATE_INTERVAL,
                }
            },
            p_next=0.6147,
            submitted_at=timezone.now(),
            **PRIVATE_INTERVAL,
        ),
        BoardStatistics.objects.create(
            competition=competition,
            board="private",
            entries_sha256="0" * 64,
            facts={
                "version": "canary-statistics",
                "entries": 1,
                "brackets": [],
                "tasks": {},
                "tests": {},
            },
        ),
        LeaderboardEntry.objects.create(
            competition=competition,
            participation=owner,
            submission=scored,
            board="public",
            rank=1,
            final_score=5,
            submitted_at=timezone.now(),
        ),
        AwardGrant.objects.create(
            award=award,
            participation=owner,
            submission=scored,
            rank=1,
            reason="First.",
            key_id="",
        ),
        factories.worker(),
        append(Publication.Kind.DATASET_CURRENT, {"competition": competition.slug}),
        ScoreRecord.objects.create(task_score=score, key_id=""),
    ]
    world.objects = {each._meta.label_lower.replace(".", "/"): each for each in made}
    world.objects["waiting"] = waiting
    world.values = {
        "slug": competition.slug,
        "task_slug": task.slug,
        "submission_id": scored.pk,
        "upload_id": upload.pk,
        "sha256": CONFIG_SHA256,
        "name": "train-0.png",
        "token_id": token.pk,
        "grant_id": AwardGrant.objects.get().pk,
        "split": "private",
        "competition_id": competition.pk,
        # Addresses of mails and of Django's admin, with values that name nothing.
        "key": "no-such-key",
        "uidb36": "1",
        "url": "no-such-page",
        "app_label": "competitions",
        "object_id": competition.pk,
        "id": world.users["participant"].pk,
        "content_type_id": ContentType.objects.get_for_model(Competition).pk,
    }


def _holds(text: str, secret: str) -> bool:
    """A figure may stand by chance at the end of a longer one, such as the second of an event."""
    return re.search(rf"(?<!\d){re.escape(secret)}", text) is not None


def _give_files(dataset: DatasetVersion | None) -> None:
    """Let the dataset have images, of which those of train rows are public."""
    assert dataset is not None
    dataset.files_sha256 = blobs.inputs.put_bytes(b"canary-image and another").sha256
    public = factories.zipped_images(["train-0.png"]).getvalue()
    dataset.train_files_sha256 = blobs.inputs.put_bytes(public).sha256
    dataset.save()


def _details(value: float) -> dict[str, Any]:
    group = {"value": "film", "rows": 40, "score": value}
    changed = {"name": "typos", "rows": 40, "original": value, "perturbed": value}
    return {
        "slices": {"domain": {"groups": [group], "hidden": 0, "worst": "film", "gap": 0.0}},
        "calibration": {"ece": value, "brier": value},
        "robustness": {
            "perturbations": [changed],
            "worst": {"by": "row", "rows": 40, "original": value, "value": value},
        },
    }


def _plant_canaries(world: World, competition: Competition, dataset: DatasetVersion) -> None:
    """Put words that no answer may hold into the hidden set, and note what else is secret."""
    hidden = [{"id": "r0", "input": {"text": "canary-input"}}]
    labels = [{"id": "r0", "label": "canary-label"}]
    dataset.inputs_sha256 = blobs.inputs.put_bytes(factories.jsonl(hidden)).sha256
    dataset.labels_sha256 = blobs.labels.put_bytes(factories.jsonl(labels)).sha256
    dataset.save()
    _give_files(dataset)
    world.secrets |= {
        "a private score": "73.91",
        "a private value": "0.7391",
        "an interval of private rows": "61.4",
        "a test of private rows": "0.6147",
        "statistics of the private board": "canary-statistics",
        "what a score rests on": "canary-evidence",
        "the digest of what a score rests on": hashlib.sha256(EVIDENCE).hexdigest(),
        "a test input": "canary-input",
        "a test label": "canary-label",
        "a test image": "canary-image",
        "the key of the split": competition.split_key,
        "words of a hidden run": HIDDEN_WORDS,
        "details of public rows": str(DETAIL),
    }
    organizers = frozenset({"organizer", "superuser"})
    world.confidants |= {
        "words of a hidden run": organizers,
        "details of public rows": organizers,
    }
