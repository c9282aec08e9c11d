"""Facts of competitions and tasks in words, for read-only fields of the admin."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from competitions.kinds import KINDS
from competitions.kinds.metric_facts import METRIC_FACTS
from competitions.models import Competition, DatasetVersion, Task
from competitions.quantity_text import size_text

# What decides results: it can't be changed once a competition is published.
FIXED_COMPETITION_FIELDS = (
    "slug",
    "rules",
    "public_fraction",
    "aggregation",
    "secondary_columns",
    "board_guard",
    "guard_step",
    "verified_address_required",
    "declared_data_required",
    "gate_entries",
    "gate_tolerance",
    "dispute_days",
    "allowed_formats",
    "dtype",
    "max_upload_bytes",
    "max_files",
    "memory_bytes",
    "cpus",
    "gpus",
    "task_seconds",
    "total_seconds",
)
# Of these, a change makes an earlier baseline prove nothing.
TRIED_BY_BASELINE = frozenset(FIXED_COMPETITION_FIELDS) - {
    "slug",
    "rules",
    "secondary_columns",
    "board_guard",
    "guard_step",
    "verified_address_required",
    "declared_data_required",
    "gate_entries",
    "gate_tolerance",
    "dispute_days",
}


def is_draft(competition: Competition | None) -> bool:
    """Tell whether everything may still be changed (a new competition included)."""
    return competition is None or competition.state == Competition.State.DRAFT


def kind_title(task: Task) -> str:
    """Name the task's kind."""
    return KINDS[task.kind].title if task.kind in KINDS else task.kind


def metric_title(task: Task) -> str:
    """Name the task's metric."""
    return METRIC_FACTS[task.metric].title if task.metric in METRIC_FACTS else task.metric


def size_or_dash(size: int | None) -> str:
    """Show bytes with a unit."""
    return "–" if size is None else size_text(size)


def dataset_sentence(version: DatasetVersion | None) -> str:
    """Say in a few words what a task's dataset is."""
    if version is None:
        return "No dataset yet."
    train = f", {version.train_rows} train rows" if version.train_rows else ""
    return f"Version {version.number}: {version.rows} test rows{train}."


def dataset_link(task: Task) -> SafeString | str:
    """Show a task's dataset with the way to its upload page."""
    if task.pk is None:
        return "Save the competition first; then upload the files here."
    url = reverse("admin:competitions_task_dataset", args=[task.competition_id, task.slug])
    verb = "See or replace" if task.dataset else "Upload inputs, labels and train split"
    return format_html(
        '{} <a class="podium-link" href="{}">{}</a>', dataset_sentence(task.dataset), url, verb
    )
