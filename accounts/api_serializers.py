"""Shapes of the accounts API."""

from __future__ import annotations

from datetime import timedelta

from rest_framework import serializers

from accounts.models import AccessToken, User


class MeSerializer(serializers.ModelSerializer[User]):
    """Who the asker is."""

    class Meta:
        model = User
        fields = ["username", "email"]
        read_only_fields = fields


class TokenSerializer(serializers.ModelSerializer[AccessToken]):
    """A token without its secret."""

    class Meta:
        model = AccessToken
        fields = ["id", "name", "prefix", "created_at", "expires_at", "last_used_at"]
        read_only_fields = fields


class NewTokenSerializer(serializers.Serializer[AccessToken]):
    """What a new token needs."""

    name = serializers.CharField(max_length=80)
    days = serializers.IntegerField(default=90, min_value=1, max_value=366)

    def lifetime(self) -> timedelta:
        """Return how long the token shall live."""
        return timedelta(days=self.validated_data["days"])


class MadeTokenSerializer(TokenSerializer):
    """A new token with its secret, which is shown this once."""

    token = serializers.CharField(read_only=True)

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "token"]
        read_only_fields = fields
