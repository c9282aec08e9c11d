"""Pages of competitions: the list, and what a competition is about."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from common import blobs
from common.errors import DomainError
from competitions.final_sentences import final_sentence
from competitions.models import Competition, Participation
from competitions.page_context import competition_context
from competitions.selectors import example_rows, visible_competitions
from competitions.services.join import join
from competitions.standing import standing
from competitions.task_facts import TaskFacts, task_facts

EXAMPLES = 3


@require_safe
def competition_list(request: HttpRequest) -> HttpResponse:
    """List what the viewer may see: what is open first, what is over last."""
    now = timezone.now()
    active = Q(participations__state=Participation.State.ACTIVE, participations__is_baseline=False)
    found = (
        visible_competitions(request.user)
        .annotate(participants=Count("participations", filter=active, distinct=True))
        .annotate(prizes=Count("awards", distinct=True), task_count=Count("tasks", distinct=True))
        .prefetch_related("phases")
    )
    cards = [(each, standing(each, now)) for each in found]
    closed = Competition.State.CLOSED
    context = {
        "sections": [
            ("Open and coming", [card for card in cards if card[0].state != closed]),
            ("Closed", [card for card in cards if card[0].state == closed]),
        ],
        "cards": cards,
        "entered": _entered(request),
    }
    return render(request, "competitions/list.html", context)


def _entered(request: HttpRequest) -> set[int]:
    """Return the ids of the competitions that the viewer takes part in."""
    if not isinstance(request.user, User):
        return set()
    mine = Q(user=request.user) | Q(team__members=request.user)
    entered = Participation.objects.filter(mine, state=Participation.State.ACTIVE)
    return set(entered.values_list("competition_id", flat=True))


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what the competition is about, when it runs and how it is scored."""
    context = competition_context(request, slug, tab="overview")
    competition: Competition = context["competition"]
    context |= {
        "phases": competition.phases.all(),
        "tasks": competition.tasks.all(),
        "final_sentence": final_sentence(competition),
        "now": timezone.now(),
        "public_percent": 100 * competition.public_fraction,
    }
    return render(request, "competitions/overview.html", context)


@require_safe
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the rules."""
    return render(
        request, "competitions/rules.html", competition_context(request, slug, tab="rules")
    )


@require_safe
def tasks(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every task with its kind, track, metric and weight."""
    context = competition_context(request, slug, tab="tasks")
    context["tasks"] = task_facts(context["competition"])
    return render(request, "competitions/tasks.html", context)


@require_safe
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what rows look like and where the train splits are."""
    context = competition_context(request, slug, tab="data")
    competition: Competition = context["competition"]
    context["public_percent"] = 100 * competition.public_fraction
    context["tasks"] = [_data_of(facts) for facts in task_facts(competition)]
    return render(request, "competitions/data.html", context)


def _data_of(facts: TaskFacts) -> dict[str, object]:
    dataset = facts.task.dataset
    train = dataset.train_sha256 if dataset else ""
    files = dataset.train_files_sha256 if dataset else ""
    rows = example_rows(facts.task, EXAMPLES)
    return {
        "facts": facts,
        "rows": "\n".join(json.dumps(row, ensure_ascii=False) for row in rows),
        "train_bytes": blobs.inputs.size(train) if train else None,
        "train_files_bytes": blobs.inputs.size(files) if files else None,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join_page(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the rules with a box to tick; enter the competition when it is ticked."""
    context = competition_context(request, slug, tab="join")
    if request.method != "POST":
        return render(request, "competitions/join.html", context)
    try:
        join(
            competition=context["competition"],
            user=request.user,
            accept_rules=request.POST.get("accept_rules") == "yes",
        )
    except DomainError as error:
        context["problem"] = error
        return render(request, "competitions/join.html", context, status=error.status)
    messages.success(request, f"You take part in “{context['competition'].title}”.")
    return redirect("submissions:upload", slug=slug)
