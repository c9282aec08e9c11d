"""Domain errors that no page handles itself become a page of their own."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import DomainError

TITLES = {
    403: "You may not do this",
    404: "There is nothing here",
    409: "That clashes with how things stand",
    413: "Too large",
    429: "A limit is reached",
}


class DomainErrorPages:
    """Middleware: show a DomainError's message with its status (the API has its own handler)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; errors arrive at ``process_exception``."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Render a domain error; leave every other exception to Django."""
        if not isinstance(error, DomainError):
            return None
        title = TITLES.get(error.status, "That did not work")
        return render(request, "error.html", {"error": error, "title": title}, status=error.status)
