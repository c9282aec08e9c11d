"""What a competition consists of, as tabs of its page. After publication it is only shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.admin import StackedInline

from competitions.admin.access import is_staff, staff_user
from competitions.admin.facts import dataset_link, is_draft, kind_title, metric_title
from competitions.award_sentences import rule_sentence
from competitions.forms import AwardForm, PhaseForm, TaskForm
from competitions.models import Award, Competition, Phase, Task
from competitions.said_settings import said_settings
from competitions.selectors import is_organizer
from competitions.services.manage import remove_task, task_removal_problem

# Words in place of form values.
_SHOWN = ("shown_kind", "shown_metric", "shown_labels", "shown_settings")


class CompetitionInline(StackedInline):  # type: ignore[misc]
    """Rows of a competition that its organizers change while it is a draft."""

    extra = 0
    tab = True
    show_count = True

    def has_role(self, request: HttpRequest, obj: Competition | None) -> bool:
        """Tell whether the person organizes the competition (or begins one)."""
        return is_staff(request) and (obj is None or is_organizer(staff_user(request), obj))

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Competition | None = None
    ) -> dict[str, Sequence[str]]:
        """Propose a slug for a new row."""
        return {"slug": ("title",)} if is_draft(obj) else {}

    def has_view_permission(self, request: HttpRequest, obj: Competition | None = None) -> bool:
        """Show the rows to organizers."""
        return self.has_role(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Competition | None = None) -> bool:
        """Let organizers add to a draft."""
        return is_draft(obj) and self.has_role(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Competition | None = None) -> bool:
        """Let organizers change a draft."""
        return is_draft(obj) and self.has_role(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Competition | None = None) -> bool:
        """Let organizers remove from a draft."""
        return is_draft(obj) and self.has_role(request, obj)


class PhaseInline(CompetitionInline):
    """Time windows. A published one may only be made longer."""

    model = Phase
    form = PhaseForm
    fields = (
        ("title", "slug"),
        ("starts_at", "ends_at"),
        ("daily_limit", "total_limit", "concurrent_limit"),
    )

    def has_change_permission(self, request: HttpRequest, obj: Competition | None = None) -> bool:
        """Let organizers change a draft, and make a published phase longer."""
        closed = obj is not None and obj.state == Competition.State.CLOSED
        return not closed and self.has_role(request, obj)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Competition | None = None
    ) -> Sequence[str]:
        """Fix all but the end once published."""
        if is_draft(obj):
            return ()
        return ("title", "slug", "starts_at", "daily_limit", "total_limit", "concurrent_limit")


class _RemovableTask:
    """Says why a task can't be removed, in place of Django's list of protected rows."""

    def hand_clean_DELETE(self: Any) -> None:
        """Called by Django's inline forms before anything is deleted."""
        if not (self.cleaned_data.get(DELETION_FIELD_NAME) and self.instance.pk):
            return
        if problem := task_removal_problem(self.instance):
            raise ValidationError(problem)


class _TaskFormSet(StackedInline.formset):  # type: ignore[misc]
    """Removes tasks with all that hangs on them."""

    def delete_existing(self, obj: Task, commit: bool = True) -> None:
        """Remove one task through its service."""
        if commit:
            remove_task(task=obj)


class TaskInline(CompetitionInline):
    """Hidden test sets, each with its metric and weight."""

    model = Task
    form = TaskForm
    formset = _TaskFormSet
    ordering_field = "position"
    hide_ordering_field = True
    readonly_fields = ("dataset_facts",)

    def get_fields(self, request: HttpRequest, obj: Competition | None = None) -> Sequence[Any]:
        """Show words in place of form values once published."""
        draft = is_draft(obj)
        return (
            "dataset_facts",
            ("title", "slug"),
            "description",
            ("kind", "track") if draft else ("shown_kind", "track"),
            ("metric", "weight") if draft else ("shown_metric", "weight"),
            "category",
            "labels" if draft else "shown_labels",
            "settings" if draft else "shown_settings",
            ("baseline", "ceiling"),
            ("pooling", "max_length"),
            *(["position"] if draft else []),
        )

    def get_readonly_fields(
        self, request: HttpRequest, obj: Competition | None = None
    ) -> Sequence[str]:
        """Name the fields that are words."""
        if is_draft(obj):
            return self.readonly_fields
        return (*self.readonly_fields, *_SHOWN)

    def get_formset(
        self, request: HttpRequest, obj: Competition | None = None, **kwargs: Any
    ) -> type[Any]:
        """Let forms explain why a task stays."""
        formset: type[Any] = super().get_formset(request, obj, **kwargs)
        formset.form = type("TaskInlineForm", (_RemovableTask, formset.form), {})
        return formset

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Task]:
        """Load datasets with their tasks."""
        tasks: models.QuerySet[Task] = super().get_queryset(request)
        return tasks.select_related("dataset", "competition")

    @admin.display(description="Dataset")
    def dataset_facts(self, task: Task) -> SafeString | str:
        """Show the dataset and the way to its page."""
        return dataset_link(task)

    @admin.display(description="Kind")
    def shown_kind(self, task: Task) -> str:
        """Name the kind."""
        return kind_title(task)

    @admin.display(description="Metric")
    def shown_metric(self, task: Task) -> str:
        """Name the metric."""
        return metric_title(task)

    @admin.display(description="Classes")
    def shown_labels(self, task: Task) -> str:
        """List the classes."""
        return "\n".join(task.labels) or "–"

    @admin.display(description="Settings")
    def shown_settings(self, task: Task) -> str:
        """Say all that holds, whether it was set or is the default."""
        return "\n".join(f"{each.title}: {each.words}" for each in said_settings(task)) or "–"


class AwardInline(CompetitionInline):
    """Prizes and their rules."""

    model = Award
    form = AwardForm
    ordering_field = "position"
    hide_ordering_field = True
    readonly_fields = ("in_words",)

    class Media:
        js = ("competitions/award_form.js",)

    def get_fields(self, request: HttpRequest, obj: Competition | None = None) -> Sequence[Any]:
        """Leave the order out once it is fixed."""
        shown = (
            "in_words",
            ("title", "slug"),
            "rule",
            ("rank_from", "rank_to"),
            ("task", "slice_name"),
            ("max_parameters", "max_latency_ms"),
            ("max_memory_bytes", "no_extra_data"),
            "prize",
            ("prize_amount", "prize_currency"),
            ("ties", "group"),
        )
        return (*shown, "position") if is_draft(obj) else shown

    @admin.display(description="In words")
    def in_words(self, award: Award) -> str:
        """Say the rule as participants read it."""
        return rule_sentence(award) if award.pk else "Shown when the award is saved."

    def get_formset(
        self, request: HttpRequest, obj: Competition | None = None, **kwargs: Any
    ) -> type[Any]:
        """Offer the competition's own tasks only."""
        formset: type[Any] = super().get_formset(request, obj, **kwargs)
        field = formset.form.base_fields.get("task")
        if field is not None:
            field.queryset = Task.objects.filter(competition=obj) if obj else Task.objects.none()
            field.help_text = "For rules of one task only. Save new tasks first."
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_view_related = field.widget.can_delete_related = False
        return formset
