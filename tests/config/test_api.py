"""Every error below /api/ has one shape, and the schema is true to the code."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.management import call_command
from django.http import Http404
from django.http.request import UnreadablePostError
from django.test import Client, RequestFactory
from rest_framework.exceptions import Throttled
from rest_framework.test import APIClient

from config.api import bad_request, exception_handler, server_error
from tests import factories
from tests.clients import api

SHAPE = {"code", "message"}


def error(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert SHAPE <= set(body) <= SHAPE | {"field"}
    assert all(isinstance(value, str) and value for value in body.values())
    assert body["code"] == code


def test_the_schema_validates_without_a_warning(tmp_path: Any) -> None:
    target = tmp_path / "schema.yaml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(target))
    text = target.read_text()
    assert "/api/v1/uploads/{upload_id}/files/{sha256}/" in text
    assert "unknown" not in text


@pytest.mark.django_db
def test_the_schema_is_served() -> None:
    answer = APIClient().get("/api/schema/")
    assert answer.status_code == 200
    assert b"openapi: 3" in answer.content


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v2/me/", "/api/v1/me", "/api/x%00y"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_unknown_addresses_answer_in_the_shape(path: str, method: str) -> None:
    error(Client().generic(method, path), 404, "address_not_found")


@pytest.mark.django_db
def test_every_kind_of_refusal_has_the_shape() -> None:
    competition = factories.competition()
    user = api(factories.user())
    join = f"/api/v1/competitions/{competition.slug}/join/"

    def raw(body: bytes, kind: str = "application/json") -> Any:
        return user.generic("POST", join, body, content_type=kind)

    error(Client().get("/api/v1/me/"), 401, "not_authenticated")
    error(user.post(f"/api/v1/competitions/{competition.slug}/close/"), 403, "organizers_only")
    error(user.get("/api/v1/competitions/none/"), 404, "competition_not_found")
    error(user.delete("/api/v1/me/"), 405, "method_not_allowed")
    error(user.get("/api/v1/me/", HTTP_ACCEPT="text/html"), 406, "not_acceptable")
    error(
        raw(b"accept_rules=true", "application/x-www-form-urlencoded"),
        415,
        "unsupported_media_type",
    )
    error(raw(b"{"), 400, "parse_error")
    error(raw(b"[]"), 400, "invalid")
    error(raw(b"null"), 400, "invalid")
    error(raw(b'"text"'), 400, "invalid")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b'{"accept_rules": NaN}',
        b'{"accept_rules": Infinity}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"accept_rules": ' + b"9" * 5_000 + b"}",
        b"",
    ],
)
def test_hostile_bodies_are_refused_in_the_shape(body: bytes) -> None:
    competition = factories.competition()
    join = f"/api/v1/competitions/{competition.slug}/join/"
    answer = api(factories.user()).generic("POST", join, body, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json()) >= SHAPE


@pytest.mark.django_db
def test_a_large_json_body_is_refused_unparsed(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    competition = factories.competition()
    join = f"/api/v1/competitions/{competition.slug}/join/"
    body = b'{"accept_rules": true, "more": "' + b"x" * 100 + b'"}'
    answer = api(factories.user()).generic("POST", join, body, content_type="application/json")
    error(answer, 413, "body_too_large")


def test_throttling_says_when_to_come_back() -> None:
    answer = exception_handler(Throttled(wait=7), {})
    assert answer is not None
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.data["code"] == "throttled"


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (UnreadablePostError(), 400, "body_interrupted"),
    ],
)
def test_errors_of_django_are_mapped(raised: Exception, status: int, code: str) -> None:
    answer = exception_handler(raised, {})
    assert answer is not None
    assert (answer.status_code, answer.data["code"]) == (status, code)


def test_an_error_of_ours_stays_a_server_error() -> None:
    assert exception_handler(ZeroDivisionError(), {}) is None


@pytest.mark.django_db
def test_a_server_error_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("competitions.api.get_detailed", broken)
    client = APIClient(raise_request_exception=False)
    answer = client.get("/api/v1/competitions/any/")
    error(answer, 500, "server_error")
    assert b"secret" not in answer.content


def test_pages_keep_their_own_error_pages() -> None:
    for path, kind in (("/api/v1/me/", "application/json"), ("/somewhere/", "text/html")):
        request = RequestFactory().get(path)
        assert server_error(request).headers["Content-Type"].startswith(kind)
        refused = bad_request(request, SuspiciousOperation())
        assert refused.headers["Content-Type"].startswith(kind)


@pytest.mark.django_db
def test_a_wrong_host_is_refused_in_the_shape() -> None:
    error(Client().get("/api/v1/me/", HTTP_HOST="evil.example"), 400, "bad_request")
