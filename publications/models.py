"""What was published, in the order in which it was, and the keys that signed it.

Entries are added, never changed: the rows refuse it here, the database's triggers refuse it below
(migration 0001), and the chain of hashes (``publications.chain``) shows it where somebody went
around both.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from publications.chain import Entry


class AppendOnly(Exception):
    """Somebody tried to change or delete an entry: a bug of ours, or worse."""


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Rows that can be read and added."""

    def update(self, **fields: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly("entries of the log are never changed")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AppendOnly("entries of the log are never deleted")

    def bulk_update(self, *args: Any, **options: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly("entries of the log are never changed")


class Publication(models.Model):
    """One entry of the log. ``payload`` holds names and digests, never a score or a label."""

    class Kind(models.TextChoices):
        COMPETITION_PUBLISHED = "competition_published", "Competition published"
        DATASET_CURRENT = "dataset_current", "Dataset version made current"
        BOARD_ANNOUNCED = "board_announced", "Final board announced"
        RESCORING_PUBLISHED = "rescoring_published", "Rescoring published"
        AWARDS_GRANTED = "awards_granted", "Awards granted"
        PARTICIPATION_STATE = "participation_state", "Participation changed by organizers"
        REPLAY_RELEASED = "replay_released", "Files for replay released"
        KEY_REGISTERED = "key_registered", "Signing key registered"
        KEY_RETIRED = "key_retired", "Signing key retired"

    sequence = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=40, choices=Kind.choices)
    payload = models.JSONField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["sequence"]
        verbose_name = "entry of the publication log"
        verbose_name_plural = "publication log"

    def __str__(self) -> str:
        return f"{self.sequence}. {self.get_kind_display()}"

    def save(self, *args: Any, **options: Any) -> None:
        """Add the entry; raises AppendOnly where it is there already."""
        if not self._state.adding:
            raise AppendOnly("entries of the log are never changed")
        super().save(*args, **{**options, "force_insert": True})

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly("entries of the log are never deleted")

    @property
    def entry(self) -> Entry:
        """The entry as the chain sees it."""
        return Entry(
            sequence=self.sequence,
            at=self.at.isoformat(),
            kind=self.kind,
            payload=self.payload,
            previous=self.previous,
            hash=self.hash,
        )


class SigningKey(models.Model):
    """The public half of a key that signs records. It stays published for as long as they do.

    ``key_id`` is the sha256 of the raw public key. A retired key signs nothing more.
    """

    key_id = models.CharField(max_length=64, unique=True)
    public_pem = models.TextField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.key_id[:12]
