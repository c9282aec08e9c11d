"""The page that takes a model: a folder by the script, a zip by the script or by a plain form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from common.errors import DomainError
from competitions.guarantees import allows_code
from competitions.models import Competition, Participation
from competitions.page_context import competition_context
from submissions.limits import check_may_submit, entered, quota, upload_limits
from submissions.models import Submission
from submissions.services.browser_upload import submit_zip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show limits, quota and form; enter the zip that the form sends."""
    context = competition_context(request, slug, tab="upload")
    if not context["takes_part"]:
        return _to_the_rules(request, context["competition"])
    if request.method != "POST":
        return render(request, "submissions/upload.html", _form(context))
    try:
        submission = _enter(request, context)
    except DomainError as error:
        return _refusal(request, context, error)
    messages.success(request, f"Submission {submission.number} is received.")
    address = reverse("submissions:detail", args=[submission.pk])
    if _from_script(request):
        return JsonResponse({"url": address}, status=201)
    return redirect(address)


def _to_the_rules(request: SignedInRequest, competition: Competition) -> HttpResponse:
    """Send a visitor who does not take part to the rules; say so where a model was sent."""
    if request.method == "POST":
        try:
            entered(request.user, competition)
        except DomainError as error:
            if _from_script(request):
                return JsonResponse(error.as_dict(), status=error.status)
            messages.error(request, error.message)
    return redirect("competitions:join", slug=competition.slug)


def _enter(request: SignedInRequest, context: dict[str, Any]) -> Submission:
    archive = request.FILES.get("archive")
    if archive is None:
        raise DomainError("no_file", "Choose a zip file first.", field="archive")
    return submit_zip(
        competition=context["competition"],
        user=request.user,
        archive=archive,  # type: ignore[arg-type]  # a File reads and seeks like a BinaryIO
    )


def _refusal(request: SignedInRequest, context: dict[str, Any], error: DomainError) -> HttpResponse:
    if _from_script(request):
        return JsonResponse(error.as_dict(), status=error.status)
    context = _form(context) | {"problem": error}
    return render(request, "submissions/upload.html", context, status=error.status)


def _from_script(request: SignedInRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _form(context: dict[str, Any]) -> dict[str, Any]:
    """Add what the form shows: limits, what is left of them, and why it may be shut."""
    competition, participation = context["competition"], context["participation"]
    now = timezone.now()
    phase = context["standing"].phase
    charged = phase is not None and not participation.is_baseline
    return context | {
        "limits": upload_limits(competition),
        "quota": quota(participation, phase, now) if charged else None,
        "tasks": list(competition.tasks.all()),
        "shut": _why_shut(participation, now),
        "allows_code": allows_code(competition),
    }


def _why_shut(participation: Participation, now: datetime) -> DomainError | None:
    try:
        check_may_submit(participation, now)
    except DomainError as reason:
        return reason
    return None
