"""The one error of checks on a single row, and how user text is quoted in it."""

from __future__ import annotations

import json

QUOTE_LENGTH = 60


class RowInvalid(ValueError):
    """One row breaks its schema.

    ``code`` groups rows with the same fault; ``reason`` is a clause without a full stop, safe to
    show to whoever sent the file.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def quoted(text: str) -> str:
    """Return ``text`` in quotes, cut short, with control and direction characters escaped."""
    short = text if len(text) <= QUOTE_LENGTH else text[: QUOTE_LENGTH - 1] + "…"
    return json.dumps(short, ensure_ascii=not short.isprintable())
