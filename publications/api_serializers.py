"""Shapes of what is published."""

from __future__ import annotations

from rest_framework import serializers

from publications.models import SigningKey


class KeySerializer(serializers.ModelSerializer[SigningKey]):
    """A public key; ``retired_at`` is null for the one that signs now."""

    class Meta:
        model = SigningKey
        fields = ["key_id", "public_pem", "created_at", "retired_at"]
        extra_kwargs = {
            "key_id": {"help_text": "sha256 of the raw public key, in hexadecimal."},
            "public_pem": {"help_text": "Ed25519, as PEM."},
        }
