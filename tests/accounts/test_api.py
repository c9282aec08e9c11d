"""The asker and their tokens over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import AccessToken, User
from accounts.tokens import create_token
from tests import factories
from tests.clients import api

pytestmark = pytest.mark.django_db


def logged_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def with_token(text: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def test_a_token_says_who_it_stands_for() -> None:
    user = factories.user()
    answer = api(user).get("/api/v1/me/")
    assert answer.json() == {"username": user.username, "email": user.email}


def test_a_made_token_works_and_its_secret_is_told_once() -> None:
    user = factories.user()
    made = logged_in(user).post("/api/v1/tokens/", {"name": "laptop", "days": 2})
    assert made.status_code == 201
    body = made.json()
    assert set(body) == {
        "id",
        "name",
        "prefix",
        "created_at",
        "expires_at",
        "last_used_at",
        "token",
    }
    assert with_token(body["token"]).get("/api/v1/me/").status_code == 200
    listed = logged_in(user).get("/api/v1/tokens/").json()
    assert [row["name"] for row in listed["results"]] == ["laptop"]
    assert "token" not in listed["results"][0]
    assert body["token"] not in str(listed)
    assert AccessToken.objects.get().expires_at < timezone.now() + timedelta(days=2, seconds=1)


def test_a_token_can_not_make_another() -> None:
    answer = api(factories.user()).post("/api/v1/tokens/", {"name": "for ever"})
    assert (answer.status_code, answer.json()["code"]) == (403, "session_required")
    assert AccessToken.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "x", "days": 0}, "days"),
        ({"name": "x", "days": 367}, "days"),
        ({"name": "x", "days": "soon"}, "days"),
    ],
)
def test_a_bad_wish_names_its_field(body: dict[str, object], field: str) -> None:
    answer = logged_in(factories.user()).post("/api/v1/tokens/", body)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_a_name_is_taken_while_its_token_lives() -> None:
    client = logged_in(factories.user())
    client.post("/api/v1/tokens/", {"name": "laptop"})
    again = client.post("/api/v1/tokens/", {"name": "laptop"})
    assert (again.status_code, again.json()["code"]) == (409, "token_name_taken")


def test_a_revoked_token_is_useless_and_not_listed() -> None:
    user = factories.user()
    token, text = create_token(user=user, name="lost")
    assert logged_in(user).delete(f"/api/v1/tokens/{token.pk}/").status_code == 204
    refused = with_token(text).get("/api/v1/me/")
    assert (refused.status_code, refused.json()["code"]) == (401, "authentication_failed")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert logged_in(user).get("/api/v1/tokens/").json()["results"] == []


def test_another_users_token_does_not_exist_for_me() -> None:
    token, text = create_token(user=factories.user(), name="theirs")
    client = logged_in(factories.user())
    assert client.get("/api/v1/tokens/").json()["results"] == []
    assert client.delete(f"/api/v1/tokens/{token.pk}/").status_code == 404
    assert with_token(text).get("/api/v1/me/").status_code == 200


@pytest.mark.parametrize("text", ["", "podium_", "podium_" + "x" * 43, "x" * 9000, "\xff"])
def test_an_unknown_token_is_401_even_where_nobody_must_log_in(text: str) -> None:
    assert with_token(text).get("/api/v1/competitions/").status_code == 401


def test_an_expired_token_is_401() -> None:
    _, text = create_token(user=factories.user(), name="old")
    now = timezone.now()
    AccessToken.objects.update(created_at=now - timedelta(days=2), expires_at=now)
    assert with_token(text).get("/api/v1/me/").status_code == 401


def test_a_session_needs_the_csrf_token_to_change_things_and_a_token_does_not() -> None:
    user = factories.user()
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(user)
    refused = browser.post("/api/v1/tokens/", {"name": "x"})
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    token, text = create_token(user=user, name="program")
    program = APIClient(enforce_csrf_checks=True)
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    assert program.delete(f"/api/v1/tokens/{token.pk}/").status_code == 204
