"""Which board a page's address asks for."""

from __future__ import annotations

from django.http import HttpRequest

from competitions.models import Competition
from scoring.models import Split


def asked_board(request: HttpRequest, competition: Competition) -> Split:
    """Return the board of ``?board=``; unasked the public one, from the close on the private one.

    Whether it may be told is ``scoring.selectors.board``'s question.
    """
    closed = competition.state == Competition.State.CLOSED
    asked = request.GET.get("board", "private" if closed else "public")
    return Split.PRIVATE if asked == "private" else Split.PUBLIC
