"""One shape for every error below /api/: ``{"code", "message", "field"?}``."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.http.request import UnreadablePostError
from django.views import defaults
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback

from common.errors import DomainError, NotFound

API_PREFIX = "/api/"


class UnknownAddress(APIView):
    """Answers below /api/ where no other view does, for every method."""

    authentication_classes = []
    permission_classes = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse before the method is looked at."""
        raise NotFound(
            "address_not_found",
            f"The API has nothing at {request.path}. Addresses end with a slash; /api/schema/ "
            "lists them.",
        )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request that Django itself refuses (handler400)."""
    if not request.path_info.startswith(API_PREFIX):
        return defaults.bad_request(request, exception)
    return _json(400, "bad_request", "The request is malformed.")


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer after an error of ours (handler500); what it was stays in the log."""
    if not request.path_info.startswith(API_PREFIX):
        return defaults.server_error(request)
    return _json(500, "server_error", "That is our fault and is noted. Try again later.")


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Map domain errors and DRF's own errors to one body; anything else stays a server error."""
    if isinstance(error, UnreadablePostError):
        error = DomainError("body_interrupted", "The body ended early. Send it again.")
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


def _json(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)
