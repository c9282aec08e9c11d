"""Pages that follow submissions: the list of one's own, and one submission.

The parts that change by themselves are asked for again by htmx every two seconds, and only while
something is live.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from common.errors import DomainError
from competitions.award_sentences import constraint_words
from competitions.models import Award, Competition
from competitions.page_context import competition_context
from competitions.selectors import is_organizer
from scoring.models import Split
from scoring.selectors import may_see_details
from scoring.shown_details import shown_details
from scoring.shown_final import shown_finals
from submissions.access import get_submission, is_member
from submissions.curves import trainings
from submissions.efficiency import efficiency
from submissions.models import Submission
from submissions.pages.standing_view import sample_sentence, submission_views
from submissions.recorded import may_replay, records_of
from submissions.sample_run import last_sample_run, meets_samples
from submissions.selectors import follow, follow_all, own_submissions
from submissions.services.cancel import cancel
from submissions.services.select_final import select_final

PER_PAGE = 20
BY_FIGURES = Award.Rule.CONSTRAINTS


@login_required
@require_safe
def mine(request: SignedInRequest, slug: str) -> HttpResponse:
    """List the viewer's submissions in a competition, the newest first."""
    context = competition_context(request, slug, tab="mine")
    context |= _list(request, context["competition"])
    return render(request, "submissions/mine.html", context)


@login_required
@require_safe
def mine_live(request: SignedInRequest, slug: str) -> HttpResponse:
    """Answer htmx with the list alone."""
    context = competition_context(request, slug, tab="mine")
    context |= _list(request, context["competition"])
    return render(request, "submissions/_list.html", context)


def _list(request: HttpRequest, competition: Competition) -> dict[str, Any]:
    found = own_submissions(request.user, competition)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    views = submission_views(follow_all(list(page)), competition=competition)
    return {"page": page, "views": views, "live": any(view.is_live for view in views)}


@login_required
@require_safe
def detail(request: SignedInRequest, submission_id: uuid.UUID) -> HttpResponse:
    """Show one submission: state, points, errors, what was declared, files."""
    submission = get_submission(request.user, submission_id)
    context = competition_context(request, submission.competition.slug, tab="mine")
    context |= _standing(request, submission)
    context |= {
        "files": submission.files.all(),
        "finals": shown_finals(submission.competition, submission.pk),
        "details": shown_details(request.user, submission.competition, submission.pk),
        "details_wait": not may_see_details(request.user, submission.competition, Split.PUBLIC),
        "figure_awards": [
            (award.title, constraint_words(award))
            for award in submission.competition.awards.filter(rule=BY_FIGURES)
        ],
        "efficiency": efficiency(submission),
        "trainings": trainings(submission),
        **_records(request, submission),
        "can_cancel": Submission.State.CANCELLED
        in Submission.TRANSITIONS[Submission.State(submission.state)],
    }
    return render(request, "submissions/detail.html", context)


@login_required
@require_safe
def detail_live(request: SignedInRequest, submission_id: uuid.UUID) -> HttpResponse:
    """Answer htmx with what changes; with its end, ask the browser for the whole page."""
    submission = get_submission(request.user, submission_id)
    context = {
        "competition": submission.competition,
        "is_organizer": is_organizer(request.user, submission.competition),
        **_standing(request, submission),
    }
    response = render(request, "submissions/_standing.html", context)
    if submission.state in Submission.ENDED:
        response["HX-Refresh"] = "true"
    return response


def _records(request: SignedInRequest, submission: Submission) -> dict[str, Any]:
    if submission.competition.state != Competition.State.CLOSED:
        return {}
    return {
        "records": records_of(submission),
        "may_replay": may_replay(request.user, submission.competition),
    }


def _standing(request: SignedInRequest, submission: Submission) -> dict[str, Any]:
    sample = last_sample_run(submission)
    (view,) = submission_views([follow(submission)], competition=submission.competition)
    return {
        "view": view,
        "submission": submission,
        "is_mine": is_member(request.user, submission),
        "meets_samples": meets_samples(submission),
        "sample": sample,
        "sample_sentence": sample_sentence(sample) if sample else "",
    }


@login_required
@require_POST
def cancel_submission(request: SignedInRequest, submission_id: uuid.UUID) -> HttpResponse:
    """Take a submission back."""
    submission = get_submission(request.user, submission_id)
    try:
        cancel(submission=submission, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"Submission {submission.number} is cancelled.")
    return redirect("submissions:detail", submission_id=submission.pk)


@login_required
@require_POST
def select_submission(request: SignedInRequest, submission_id: uuid.UUID) -> HttpResponse:
    """Choose the submission that counts at the close."""
    submission = get_submission(request.user, submission_id)
    try:
        select_final(submission=submission, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"Submission {submission.number} will count at the close.")
    return redirect("submissions:detail", submission_id=submission.pk)
