"""Errors whose text is safe to show to the person who caused them.

Every door (page, API, command) maps them the same way: ``code`` for programs, ``message`` for
people, ``field`` for the place, ``status`` for HTTP.
"""

from __future__ import annotations


class DomainError(Exception):
    """A rule of the house was broken; ``message`` says what went wrong and what to do next."""

    status = 400

    def __init__(
        self, code: str, message: str, *, field: str | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        if status is not None:
            self.status = status

    def as_dict(self) -> dict[str, str]:
        """Return the one shape of errors: ``{"code", "message", "field"?}``."""
        body = {"code": self.code, "message": self.message}
        if self.field is not None:
            body["field"] = self.field
        return body


class NotFound(DomainError):
    """The thing does not exist, or the asker may not know that it does."""

    status = 404


class Forbidden(DomainError):
    """The asker is known and may not do this."""

    status = 403


class Conflict(DomainError):
    """The request is well formed but clashes with the present state."""

    status = 409


class TooLarge(DomainError):
    """More bytes or files than the limit allows."""

    status = 413


class LimitExceeded(DomainError):
    """A quota of the phase is used up."""

    status = 429
