"""A competition on its organizers' desk: form, tabs, check list, publication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db import connection, models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from common.errors import DomainError
from competitions.admin.access import OrganizersAdmin, staff_user
from competitions.admin.columns import coloured
from competitions.admin.dataset_page import dataset_page
from competitions.admin.desk import desk
from competitions.admin.facts import (
    FIXED_COMPETITION_FIELDS,
    TRIED_BY_BASELINE,
    is_draft,
    size_or_dash,
)
from competitions.admin.inlines import AwardInline, PhaseInline, TaskInline
from competitions.checklist import code_checks
from competitions.forms import CompetitionForm
from competitions.guarantees_field import RULE
from competitions.models import Competition, Task
from competitions.secondary_columns import SECONDARY_COLUMNS
from competitions.services.manage import (
    competition_removal_problem,
    forget_baseline,
    forget_dataset,
    remove_competition,
)
from competitions.services.publish import publish

_FIELDSETS = (
    (None, {"fields": (("title", "slug"), "tagline")}),
    ("What participants read", {"fields": ("overview", "rules")}),
    ("Who runs it", {"fields": ("organizers",)}),
    (
        "Public and private rows",
        {
            "fields": ("public_fraction", ("board_guard", "guard_step"), "details_public"),
            "description": "The private rows decide. The public board only guides participants, "
            "and each of its numbers can be used to fit the public rows.",
        },
    ),
    ("How tasks become a ranking", {"fields": ("aggregation", "secondary_columns")}),
    (
        "Who can win, and how results are published",
        {
            "fields": (
                ("verified_address_required", "declared_data_required"),
                ("gate_entries", "gate_tolerance"),
                "dispute_days",
            ),
            "description": "Always asked for: accepted rules, and not to be disqualified, "
            "withdrawn, an organizer or a baseline.",
        },
    ),
    (
        "How every model is run",
        {
            "fields": (
                "allowed_formats",
                "dtype",
                ("max_upload_bytes", "max_files"),
                ("memory_bytes", "cpus", "gpus"),
                ("task_seconds", "total_seconds"),
            )
        },
    ),
    (
        "How models are kept from doing harm",
        {"fields": ("required_guarantees",), "description": RULE},
    ),
)
_IN_WORDS = {
    "aggregation": "shown_aggregation",
    "secondary_columns": "shown_secondary_columns",
    "allowed_formats": "shown_formats",
    "max_upload_bytes": "shown_upload_limit",
    "memory_bytes": "shown_memory",
}
# A change of these in a task leaves its scores as they are.
_TELLING = {"title", "description", "position"}


@admin.register(Competition)
class CompetitionAdmin(OrganizersAdmin):
    """Organizers see the competitions they organize; whoever creates one organizes it."""

    competition_path = "pk"
    form = CompetitionForm
    inlines = (PhaseInline, TaskInline, AwardInline)
    list_display = ("title", "shown_state", "shown_tasks", "shown_people", "shown_end")
    list_filter = ("state",)
    search_fields = ("title", "slug")
    change_form_outer_before_template = "admin/competitions/competition/desk.html"
    warn_unsaved_form = True
    compressed_fields = False

    # What is shown

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Competition]:
        """Count tasks and participants for the list."""
        rows: models.QuerySet[Competition] = super().get_queryset(request)
        return rows.annotate(
            task_count=models.Count("tasks", distinct=True),
            people_count=models.Count("participations", distinct=True),
            last_end=models.Max("phases__ends_at"),
        )

    @coloured(
        description="State",
        ordering="state",
        colours={"Draft": "warning", "Published": "success", "Closed": "info"},
    )
    def shown_state(self, competition: Competition) -> str:
        """Name the state."""
        return competition.get_state_display()

    @admin.display(description="Tasks", ordering="task_count")
    def shown_tasks(self, competition: Any) -> int:
        """Count the tasks."""
        return int(competition.task_count)

    @admin.display(description="Participants", ordering="people_count")
    def shown_people(self, competition: Any) -> int:
        """Count who has joined."""
        return int(competition.people_count)

    @admin.display(description="Last phase ends (UTC)", ordering="last_end")
    def shown_end(self, competition: Any) -> Any:
        """Say when the last phase ends."""
        return competition.last_end

    @admin.display(description="Final score")
    def shown_aggregation(self, competition: Competition) -> str:
        """Name the rule."""
        return competition.get_aggregation_display()

    @admin.display(description="Columns beside the final score")
    def shown_secondary_columns(self, competition: Competition) -> str:
        """Name the columns."""
        return ", ".join(SECONDARY_COLUMNS[name] for name in competition.secondary_columns) or "–"

    @admin.display(description="Allowed formats")
    def shown_formats(self, competition: Competition) -> str:
        """Name the formats."""
        return ", ".join(competition.allowed_formats)

    @admin.display(description="Upload limit")
    def shown_upload_limit(self, competition: Competition) -> str:
        """Show bytes with a unit."""
        return size_or_dash(competition.max_upload_bytes)

    @admin.display(description="Memory per run")
    def shown_memory(self, competition: Competition) -> str:
        """Show bytes with a unit."""
        return size_or_dash(competition.memory_bytes)

    def view_on_site(self, obj: Competition) -> str:
        """Link to the competition's page."""
        return reverse("competitions:overview", args=[obj.slug])

    # What may change

    def get_fieldsets(self, request: HttpRequest, obj: Competition | None = None) -> Any:
        """Show words in place of form values once published."""
        if is_draft(obj):
            return _FIELDSETS
        return [
            (title, {**options, "fields": tuple(map(_in_words, options["fields"]))})
            for title, options in _FIELDSETS
        ]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Competition | None = None
    ) -> Sequence[str]:
        """Fix what decides results once published."""
        if is_draft(obj):
            return ()
        return (*FIXED_COMPETITION_FIELDS, *_IN_WORDS.values())

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Competition | None = None
    ) -> dict[str, Sequence[str]]:
        """Propose an address for a new competition."""
        return {} if obj else {"slug": ("title",)}

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let organizers delete a draft that nobody entered."""
        if not isinstance(obj, Competition):
            return False
        return self.has_role(request, obj) and not competition_removal_problem(obj)

    def get_deleted_objects(self, objs: Iterable[Any], request: HttpRequest) -> Any:
        """Name what goes; the service removes it with all that hangs on it."""
        named = [f"{obj} with its phases, tasks, datasets and awards" for obj in objs]
        return named, {"competitions": len(named)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Competition) -> None:
        """Delete through the service."""
        remove_competition(competition=obj)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Competition | None:
        """Hold the competition while a form is saved: it may be published at this moment."""
        found: Competition | None = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "POST" and connection.in_atomic_block:
            locked = Competition.objects.select_for_update().get(pk=found.pk)
            found.state = locked.state
        return found

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool
    ) -> None:
        """Save the tabs, make the creator an organizer, and drop what no longer holds."""
        super().save_related(request, form, formsets, change)
        competition: Competition = form.instance
        if not change:
            competition.organizers.add(staff_user(request))
        touched = bool(TRIED_BY_BASELINE & set(form.changed_data))
        for formset in formsets:
            if formset.model is Task:
                touched = self._tasks_touched(request, formset) or touched
        if touched and competition.baseline_scored_at is not None:
            forget_baseline(competition=competition)
            messages.warning(request, "What decides results has changed: run a baseline again.")
        if not is_draft(competition) and "required_guarantees" in form.changed_data:
            _warn_of_code(request, competition)

    def _tasks_touched(self, request: HttpRequest, formset: Any) -> bool:
        for task, fields in formset.changed_objects:
            if {"kind", "labels"} & set(fields) and task.dataset is not None:
                forget_dataset(task=task)
                messages.warning(
                    request,
                    f"Kind or classes of “{task.title}” have changed: upload its dataset again.",
                )
        changed = any(set(fields) - _TELLING for _, fields in formset.changed_objects)
        return changed or bool(formset.new_objects or formset.deleted_objects)

    # Pages

    def get_urls(self) -> list[URLPattern]:
        """Add the pages for publication and for a task's dataset."""
        own = [
            path(
                "<path:object_id>/publish/",
                self.admin_site.admin_view(self.publish_view),
                name="competitions_competition_publish",
            ),
            path(
                "<path:object_id>/task/<slug:task_slug>/dataset/",
                self.admin_site.admin_view(self.dataset_view),
                name="competitions_task_dataset",
            ),
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the check list and the next steps."""
        obj = context.get("original")
        context["desk"] = desk(obj) if obj is not None else None
        context["show_save_and_add_another"] = False
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def response_post_save_add(self, request: HttpRequest, obj: Competition) -> HttpResponse:
        """Stay with a new competition: its datasets come next."""
        return redirect("admin:competitions_competition_change", obj.pk)

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what publication fixes; publish when the box is ticked."""
        competition = self.organized(request, object_id)
        problem = None
        if request.method == "POST":
            try:
                _check_confirmed(request)
                publish(competition=competition)
            except DomainError as error:
                problem = error
            else:
                self.log_change(request, competition, "Published.")
                messages.success(request, f"“{competition}” is published: participants can join.")
                return redirect("admin:competitions_competition_change", competition.pk)
        context = self.page_context(request, competition, f"Publish “{competition}”")
        return TemplateResponse(
            request,
            "admin/competitions/competition/publish.html",
            {**context, "problem": problem},
            status=problem.status if problem else 200,
        )

    def dataset_view(self, request: HttpRequest, object_id: str, task_slug: str) -> HttpResponse:
        """Upload and look at the dataset versions of one task."""
        return dataset_page(self, request, self.organized(request, object_id), task_slug)

    def organized(self, request: HttpRequest, object_id: str) -> Competition:
        """Return a competition that the person organizes; raises Http404 for any other."""
        found: Competition | None = super().get_object(request, object_id)
        if found is None:
            raise Http404
        return found

    def page_context(
        self, request: HttpRequest, competition: Competition, title: str
    ) -> dict[str, Any]:
        """Return what every page of the desk needs."""
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "competition": competition,
            "desk": desk(competition),
            "media": self.media,
        }


def _in_words(field: Any) -> Any:
    if isinstance(field, tuple):
        return tuple(map(_in_words, field))
    return _IN_WORDS.get(field, field)


def _warn_of_code(request: HttpRequest, competition: Competition) -> None:
    """Say what a published competition, whose check list is not shown, goes without."""
    for check in code_checks(competition):
        if not check.passed:
            messages.warning(request, check.hint)


def _check_confirmed(request: HttpRequest) -> None:
    if request.POST.get("confirm") != "yes":
        raise DomainError("not_confirmed", "Tick the box to confirm.", field="confirm")
