"""``Authorization: Bearer podium_…`` for the API."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from accounts.models import AccessToken, User
from accounts.tokens import find_user


class AccessTokenAuthentication(BaseAuthentication):
    """Recognise a user by an access token in the Authorization header."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """Return user and token, or None when the header carries no bearer token."""
        scheme, _, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        found = find_user(text=text.strip().decode("latin-1"))
        if found is None:
            raise AuthenticationFailed(
                "The access token is unknown, expired or revoked. Make a new one in your profile."
            )
        return found

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that a refusal is 401 and not 403."""
        return "Bearer"


class AccessTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names these tokens."""

    target_class = AccessTokenAuthentication
    name = "accessToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Return the OpenAPI security scheme."""
        return {"type": "http", "scheme": "bearer"}


def signed_in(request: Request) -> User:
    """Return the user behind a request; raises NotAuthenticated when there is none."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
