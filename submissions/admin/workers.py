"""Workers: what each has proved of its sandbox, so that nobody has to take it on trust."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.text import printable
from competitions.admin.access import ReadOnlyAdmin, is_staff
from competitions.admin.columns import coloured
from competitions.admin.desk import Remark, add_remarker
from competitions.guarantees import GUARANTEES, in_words
from competitions.models import Competition
from submissions.fleet import lacking, lacking_environments, live, live_workers, serves
from submissions.models import Worker
from submissions.needs import environments_in_words


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    """Every organizer sees all workers: they belong to no competition and hold no secret."""

    list_display = (
        "name",
        "backend",
        "shown_queues",
        "shown_state",
        "shown_environments",
        "shown_count",
        "shown_withdrawn_names",
        "seen_at",
    )
    list_filter = ("backend",)
    search_fields = ("name",)
    fields = (
        ("name", "shown_state"),
        ("backend", "shown_queues"),
        "shown_environments",
        "shown_withdrawn",
        "shown_held",
        "shown_not_held",
        "started_at",
        ("seen_at", "stopped_at"),
    )
    readonly_fields = (
        "shown_state",
        "shown_queues",
        "shown_environments",
        "shown_withdrawn",
        "shown_held",
        "shown_not_held",
        "started_at",
        "seen_at",
        "stopped_at",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return all of them, with whether they are live."""
        rows = Worker.objects.all() if is_staff(request) else Worker.objects.none()
        wrapped = models.ExpressionWrapper(live(), output_field=models.BooleanField())
        return rows.annotate(is_live=wrapped)

    def has_role(self, request: HttpRequest, obj: models.Model | None) -> bool:
        """Let every organizer look."""
        return is_staff(request)

    @admin.display(description="Queues")
    def shown_queues(self, worker: Worker) -> str:
        """Name the queues, the most urgent first."""
        return ", ".join(worker.queues)

    @admin.display(description="Environments")
    def shown_environments(self, worker: Worker) -> str:
        """Name what submissions may be run with."""
        return environments_in_words(worker.environments) or "–"

    @coloured(description="State", colours={"Live": "success", "Gone": "warning"})
    def shown_state(self, worker: Any) -> str:
        """Tell whether it takes runs now."""
        return "Live" if worker.is_live else "Gone"

    @admin.display(description="Holds")
    def shown_count(self, worker: Worker) -> str:
        """Count what it holds."""
        return f"{len(worker.held)} of {len(GUARANTEES)}"

    @admin.display(description="Failed its trial")
    def shown_withdrawn_names(self, worker: Worker) -> SafeString:
        """Name what it declared and did not hold."""
        return format_html('<span class="podium-error">{}</span>', in_words(worker.withdrawn))

    @admin.display(description="Holds")
    def shown_held(self, worker: Worker) -> SafeString:
        """Say what real trial runs have proved."""
        return _meanings(worker.held)

    @admin.display(description="Does not offer")
    def shown_not_held(self, worker: Worker) -> SafeString | str:
        """Say what this kind of sandbox does not promise on this machine."""
        silent = set(GUARANTEES) - set(worker.held) - set(worker.withdrawn)
        return _meanings(silent) if silent else "–"

    @admin.display(description="Failed its trial")
    def shown_withdrawn(self, worker: Worker) -> SafeString | str:
        """Say what was seen instead."""
        rows = [
            (GUARANTEES[name].title, printable(seen))
            for name, seen in worker.withdrawn.items()
            if name in GUARANTEES
        ]
        if not rows:
            return "Nothing. All that it declared was proved in real trial runs."
        lines = format_html_join("", "<li><strong>{}</strong>: {}</li>", rows)
        said = '<div class="podium-note is-bad"><ul class="podium-list">{}</ul></div>'
        return format_html(said, lines)


@add_remarker
def remark(competition: Competition) -> Remark:
    """Say whether a live worker can run a competition's submissions."""
    url = reverse("admin:submissions_worker_changelist")
    workers = [worker for worker in live_workers() if serves(worker, competition)]
    able = [worker for worker in workers if not lacking(worker, competition)]
    if able:
        unserved = frozenset.intersection(
            *(lacking_environments(each, competition) for each in able)
        )
        text = f"Live workers that hold what is required here: {len(able)} of {len(workers)}."
        if unserved:
            text += f" None of them has an environment with {environments_in_words(unserved)}, so "
            text += "submissions of its formats wait."
        return Remark(good=not unserved, text=text, url=url)
    if not workers:
        queue = "with a GPU " if competition.gpus else ""
        text = f"No worker {queue}runs now: submissions wait until an operator starts one."
        return Remark(good=False, text=text, url=url)
    closest = min((lacking(worker, competition) for worker in workers), key=len)
    text = (
        "No live worker holds what is required here, so submissions wait. The closest one lacks: "
        f"{in_words(closest)}. Ask the operator for one that holds it, or require less."
    )
    return Remark(good=False, text=text, url=url)


def _meanings(names: Any) -> SafeString:
    facts = [facts for name, facts in GUARANTEES.items() if name in names]
    rows = [(each.title, each.meaning) for each in facts]
    lines = format_html_join("", "<li><strong>{}</strong>: {}</li>", rows)
    return format_html('<ul class="podium-list">{}</ul>', lines)
