"""The public pages of the log and the keys."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from publications.models import Publication, SigningKey
from publications.selectors import head

ENTRIES_PER_PAGE = 50


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show the entries, the newest first, and the hash to note."""
    newest_first = Publication.objects.order_by("-sequence")
    page = Paginator(newest_first, ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "publications/log.html", {"page": page, "head": head()})


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Show the keys, the present one first."""
    newest_first = SigningKey.objects.order_by("-created_at", "-pk")
    return render(request, "publications/keys.html", {"keys": newest_first})
