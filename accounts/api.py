"""The asker and their access tokens."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_serializers import (
    MadeTokenSerializer,
    MeSerializer,
    NewTokenSerializer,
    TokenSerializer,
)
from accounts.authentication import signed_in
from accounts.models import AccessToken
from accounts.selectors import kept_tokens
from accounts.tokens import create_token, revoke_token
from common.api import Pages, answers
from common.errors import Forbidden


class MeView(APIView):
    """The asker."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="me", responses=answers(ok=MeSerializer))
    def get(self, request: Request) -> Response:
        """Say who the token or session stands for."""
        return Response(MeSerializer(signed_in(request)).data)


class TokensView(ListAPIView[AccessToken]):
    """The asker's access tokens."""

    permission_classes = [IsAuthenticated]
    serializer_class = TokenSerializer
    pagination_class = Pages
    queryset = AccessToken.objects.none()

    def get_queryset(self) -> QuerySet[AccessToken]:
        """Return the asker's own tokens."""
        return kept_tokens(signed_in(self.request))

    @extend_schema(operation_id="tokens_list", responses=answers(ok=TokenSerializer(many=True)))
    def get(self, request: Request) -> Response:
        """List tokens; their secrets can't be read again."""
        return self.list(request)

    @extend_schema(
        operation_id="tokens_create",
        request=NewTokenSerializer,
        responses=answers(created=MadeTokenSerializer),
    )
    def post(self, request: Request) -> Response:
        """Make a token. Needs a session, so that a stolen token can't outlive its end."""
        if request.auth is not None:
            raise Forbidden("session_required", "Log in on the site to make an access token.")
        wanted = NewTokenSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        token, text = create_token(
            user=signed_in(request),
            name=wanted.validated_data["name"],
            lifetime=wanted.lifetime(),
        )
        return Response({**TokenSerializer(token).data, "token": text}, status=201)


class TokenView(APIView):
    """One access token."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="tokens_revoke", responses=answers(no_content=None))
    def delete(self, request: Request, token_id: int) -> Response:
        """Revoke a token."""
        revoke_token(user=signed_in(request), token_id=token_id)
        return Response(status=204)
