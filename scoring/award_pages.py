"""Pages of awards: rules, provisional and published results, disputes, certificates, exports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from common.errors import DomainError, NotFound
from competitions.award_sentences import money, rule_sentence
from competitions.models import Award, Competition, Participation
from competitions.page_context import competition_context
from competitions.selectors import get_visible
from publications.selectors import head
from scoring import exports
from scoring.keepsakes import badge_of, certificate_of
from scoring.models import AwardGrant, Ceremony, Dispute, Split
from scoring.selectors import ceremony_of, get_award, granted_awards
from scoring.services.disputes import disputes_open, file_dispute
from scoring.services.preview import own_refusals

# A badge opened by itself runs and loads nothing, whatever it holds.
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@require_safe
def awards(request: HttpRequest, slug: str) -> HttpResponse:
    """Show prizes with their rules; from the close on who is to get them, then who got them."""
    context = competition_context(request, slug, tab="awards")
    competition: Competition = context["competition"]
    ceremony = ceremony_of(competition)
    winners = _winners(competition, ceremony)
    published = ceremony is not None and ceremony.state == Ceremony.State.PUBLISHED
    context |= {
        "ceremony": ceremony,
        "awards_published": published,
        "takes_disputes": ceremony is not None and disputes_open(ceremony),
        "own_refusals": _own_refusals(ceremony, context["participation"]),
        "log_head": head(),
        "awards": [
            {
                "award": award,
                "rule": rule_sentence(award),
                "money": money(award),
                "winners": winners.get(award.slug, []),
                "waits": _waits(ceremony, award),
            }
            for award in competition.awards.select_related("task")
        ],
    }
    return render(request, "scoring/awards.html", context)


def _winners(
    competition: Competition, ceremony: Ceremony | None
) -> dict[str, list[dict[str, Any]]]:
    """Return winners by award: as announced while provisional, as granted from then on."""
    if ceremony is not None and ceremony.state == Ceremony.State.PROVISIONAL:
        return {verdict["award"]: verdict["grants"] for verdict in ceremony.verdicts}
    found: dict[str, list[dict[str, Any]]] = {}
    for grant in granted_awards(competition):
        found.setdefault(grant.award.slug, []).append(
            {
                "pk": grant.pk,
                "participant": grant.participation.display_name,
                "place": grant.rank,
                "last_place": grant.last_place or grant.rank,
                "amount": grant.amount,
                "reason": grant.reason,
                "signed": bool(grant.envelope),
            }
        )
    return found


def _waits(ceremony: Ceremony | None, award: Award) -> bool:
    verdicts = ceremony.verdicts if ceremony is not None else []
    return any(verdict["waits"] for verdict in verdicts if verdict["award"] == award.slug)


def _own_refusals(
    ceremony: Ceremony | None, participation: Participation | None
) -> list[tuple[str, str]]:
    if ceremony is None or participation is None or participation.is_baseline:
        return []
    if ceremony.state != Ceremony.State.PROVISIONAL:
        return []
    return own_refusals(participation.competition, participation)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show one's own disputes and the form for another one; file it."""
    context = competition_context(request, slug, tab="awards")
    if request.method != "POST":
        return render(request, "scoring/dispute.html", _disputes(context))
    try:
        file_dispute(
            competition=context["competition"],
            by=request.user,
            text=request.POST.get("text", ""),
            award=get_award(context["competition"], request.POST["award"])
            if request.POST.get("award")
            else None,
        )
    except DomainError as error:
        context = _disputes(context) | {"problem": error, "typed": request.POST}
        return render(request, "scoring/dispute.html", context, status=error.status)
    messages.success(request, "Your dispute is filed; the organizers answer it here.")
    return redirect("scoring:dispute", slug=slug)


def _disputes(context: dict[str, Any]) -> dict[str, Any]:
    competition: Competition = context["competition"]
    participation: Participation | None = context["participation"]
    ceremony = ceremony_of(competition)
    mine = Dispute.objects.none()
    if ceremony is not None and participation is not None:
        mine = ceremony.disputes.filter(participation=participation).select_related("award")
    may = participation is not None and not participation.is_baseline
    return context | {
        "ceremony": ceremony,
        "takes_disputes": may and ceremony is not None and disputes_open(ceremony),
        "may_dispute": may,
        "disputes": mine,
        "awards": competition.awards.all(),
    }


@require_safe
def certificate(request: HttpRequest, slug: str, grant_id: int) -> HttpResponse:
    """Send a grant's certificate."""
    grant = _signed_grant(request, slug, grant_id)
    address = request.build_absolute_uri(reverse("api:award-record", args=[slug, grant.pk]))
    answer = HttpResponse(certificate_of(grant, address=address), content_type="application/pdf")
    name = f"{slug}-{grant.award.slug}-{grant.pk}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
def badge(request: HttpRequest, slug: str, grant_id: int) -> HttpResponse:
    """Send a grant's badge, for other sites to show."""
    made = badge_of(_signed_grant(request, slug, grant_id))
    answer = HttpResponse(made, content_type="image/svg+xml; charset=utf-8")
    answer["Content-Security-Policy"] = _PICTURE_POLICY
    return answer


def _signed_grant(request: HttpRequest, slug: str, grant_id: int) -> AwardGrant:
    found = granted_awards(get_visible(request.user, slug))
    for grant in found:
        if grant.pk == grant_id and grant.envelope:
            return grant
    raise NotFound("grant_not_found", "There is no such signed grant.")


@require_safe
def awards_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Send who got which award as CSV."""
    return exports.awards_csv(get_visible(request.user, slug))


@require_safe
def awards_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Send who got which award as JSON."""
    return exports.awards_json(get_visible(request.user, slug))


@require_safe
def board_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a board as CSV."""
    return exports.board_csv(get_visible(request.user, slug), _split(request), request.user)


@require_safe
def board_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a board as JSON."""
    return exports.board_json(get_visible(request.user, slug), _split(request), request.user)


def _split(request: HttpRequest) -> Split:
    return Split.PRIVATE if request.GET.get("board") == "private" else Split.PUBLIC
