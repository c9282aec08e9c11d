"""Sign up, log in, and the profile with its tokens."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tokens import create_token, find_user
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client: Client) -> User:
    made = factories.user()
    client.force_login(made)
    return made


def test_signing_up_makes_an_account_and_logs_in(client: Client) -> None:
    form = {
        "username": "mira",
        "email": "mira@example.org",
        "password1": factories.PASSWORD,
        "password2": factories.PASSWORD,
    }
    response = client.post("/accounts/signup/", form, follow=True)
    assert response.redirect_chain[-1][0] == "/"
    assert b"Logged in as mira" in response.content
    assert User.objects.get(username="mira").email == "mira@example.org"


def test_a_taken_name_is_refused_beside_its_field(client: Client) -> None:
    factories.user(username="mira")
    form = {"username": "Mira", "email": "x@example.org", "password1": "a", "password2": "b"}
    response = client.post("/accounts/signup/", form)
    assert b'class="problem"' in response.content
    assert b"already exists" in response.content


def test_logging_in_by_name_or_address_and_out_again(client: Client) -> None:
    factories.user(username="mira", email="mira@example.org")
    for login in ("mira", "mira@example.org"):
        form = {"login": login, "password": factories.PASSWORD}
        response = client.post("/accounts/login/", form, follow=True)
        assert b"Logged in as mira" in response.content
        response = client.post("/accounts/logout/", follow=True)
        assert b"Sign up" in response.content


def test_a_wrong_password_is_refused(client: Client) -> None:
    factories.user(username="mira")
    response = client.post("/accounts/login/", {"login": "mira", "password": "wrong"})
    assert b"not correct" in response.content


@pytest.mark.parametrize(
    "path", ["email/", "password/change/", "password/reset/", "logout/", "login/", "signup/"]
)
def test_account_pages_are_in_the_house_style(client: Client, path: str) -> None:
    if path in {"email/", "password/change/", "logout/"}:
        client.force_login(factories.user())
    response = client.get(f"/accounts/{path}", follow=True)
    assert response.status_code == 200
    assert b"podium.css" in response.content
    assert b"Menu:" not in response.content


def test_the_profile_needs_a_login(client: Client) -> None:
    response = client.get("/profile/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/profile/"


def test_without_tokens_the_profile_says_what_they_are_for(client: Client, user: User) -> None:
    assert b"No token yet" in client.get("/profile/").content


def test_a_new_token_is_shown_once_and_works(client: Client, user: User) -> None:
    response = client.post("/profile/tokens/", {"name": "server", "days": "30"})
    assert response.status_code == 201
    assert "no-store" in response["Cache-Control"]
    text = response.context["secret"]
    assert text.encode() in response.content
    found = find_user(text=text)
    assert found is not None
    assert found[0] == user
    assert found[1].expires_at < timezone.now() + timedelta(days=31)
    assert text.encode() not in client.get("/profile/").content


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"name": "  ", "days": "30"}, b"Give the token a name"),
        ({"name": "x", "days": "100000"}, b"at most 366 days"),
        ({"name": "x", "days": "soon"}, b"at most 366 days"),
        ({"name": "taken", "days": "30"}, b"You have a live token named"),
    ],
)
def test_a_bad_token_is_refused_inline(
    client: Client, user: User, form: dict[str, str], message: bytes
) -> None:
    create_token(user=user, name="taken")
    response = client.post("/profile/tokens/", form)
    assert response.status_code in {400, 409}
    assert message in response.content
    assert user.access_tokens.count() == 1


def test_a_revoked_token_is_useless_and_gone_from_the_list(client: Client, user: User) -> None:
    token, text = create_token(user=user, name="old laptop")
    response = client.post(f"/profile/tokens/{token.pk}/revoke/", follow=True)
    assert b"The token is revoked" in response.content
    assert b"old laptop" not in response.content
    assert find_user(text=text) is None


def test_others_tokens_cannot_be_revoked(client: Client, user: User) -> None:
    token, text = create_token(user=factories.user(), name="theirs")
    assert client.post(f"/profile/tokens/{token.pk}/revoke/").status_code == 404
    assert find_user(text=text) is not None


def test_names_are_escaped(client: Client, user: User) -> None:
    create_token(user=user, name="<script>alert(1)</script>")
    content = client.get("/profile/").content
    assert b"<script>alert" not in content
    assert b"&lt;script&gt;alert(1)" in content
