"""What every part of the HTTP API shares: bounded parsing, pages of lists, the shape of errors."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from common.errors import DomainError, TooLarge


class ErrorSerializer(serializers.Serializer[dict[str, str]]):
    """The body of every error."""

    code = serializers.CharField(help_text="For programs: stable, in snake_case.")
    message = serializers.CharField(help_text="For people: what is wrong and what to do next.")
    field = serializers.CharField(required=False, help_text="The field or file it is about.")


def answers(**by_name: Any) -> dict[str, Any]:
    """Return the documented answers of an operation; any other answer is an error.

    Keys are ``ok``, ``created`` or ``no_content``.
    """
    statuses = {"ok": "200", "created": "201", "no_content": "204"}
    good = {statuses[name]: body for name, body in by_name.items()}
    return {**good, "default": ErrorSerializer}


class BoundedJSONParser(BaseParser):
    """JSON in UTF-8 up to ``DATA_UPLOAD_MAX_MEMORY_SIZE`` bytes; NaN and Infinity are refused."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the parsed body.

        Raises:
            TooLarge: ``body_too_large``.
            ParseError: the body is no JSON, or nested too deeply.
        """
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise TooLarge("body_too_large", f"A JSON body may have at most {most} bytes.")
        try:
            return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise ParseError(f"The body is not valid JSON: {reason}") from error


class RawBodyParser(BaseParser):
    """A body that the view reads itself as a stream; of any type, because bytes are bytes."""

    media_type = "*/*"

    def parse(  # type: ignore[override]
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> IO[Any]:
        """Return the unread stream."""
        return stream


class AnyAccept(DefaultContentNegotiation):
    """For views whose answer is no JSON: errors are JSON whatever the asker accepts."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer."""
        first = next(iter(renderers))
        return first, str(first.media_type)


def body_length(request: Request) -> int:
    """Return the announced length of the body in bytes.

    Raises:
        DomainError: ``length_required`` (411) without a Content-Length, ``bad_length`` for one
            that is no number.
    """
    text = request.META.get("CONTENT_LENGTH") or ""
    if not text:
        raise DomainError(
            "length_required",
            "Send the Content-Length of the file; chunked bodies are not taken.",
            status=411,
        )
    if not text.isascii() or not text.isdigit():
        raise DomainError("bad_length", "Content-Length must be a number of bytes.")
    return int(text)


def body_stream(request: Request) -> IO[bytes]:
    """Return the unread body; no part of it is held in memory."""
    return request.stream or io.BytesIO()


class Pages(PageNumberPagination):
    """Lists as ``{"results", "next", "previous"}``, 50 a page."""

    page_size = 50

    def get_paginated_response(self, data: Any) -> Response:
        """Render one page."""
        return Response(
            {"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()}
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe one page."""
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not allowed")
