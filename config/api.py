"""One shape for every error of the API: ``{"code", "message", "field"?}``."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from common.errors import DomainError


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Map domain errors and DRF's own errors to one body; anything else stays a server error."""
    if isinstance(error, DomainError):
        set_rollback()
        return Response(error.as_dict(), status=error.status)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    return Response(_body(error), status=error.status_code, headers=_headers(error))


def _body(error: exceptions.APIException) -> dict[str, str]:
    if isinstance(error, exceptions.ValidationError):
        field, message = _first_problem(error.detail)
        body = {"code": "invalid", "message": message}
        return {**body, "field": field} if field else body
    codes = error.get_codes()
    return {
        "code": codes if isinstance(codes, str) else "error",
        "message": str(error.detail),
    }


def _first_problem(detail: Any, path: str = "") -> tuple[str, str]:
    if isinstance(detail, dict):
        for key, value in detail.items():
            if value:
                name = "" if key == "non_field_errors" else str(key)
                return _first_problem(value, f"{path}.{name}".strip("."))
    if isinstance(detail, list):
        for index, value in enumerate(detail):
            if value:
                nested = isinstance(value, (dict, list))
                return _first_problem(value, f"{path}[{index}]" if nested else path)
    return path, str(detail)


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers
