"""What layers above decide and do about datasets; they connect when they start."""

from __future__ import annotations

from django.dispatch import Signal

labels_offered = Signal()
"""Sent with ``competition``, which is closed, before its files are read. Receivers raise Conflict
where its labels stay as they are."""

labels_staged = Signal()
"""Sent with ``version`` and ``by`` inside the transaction that added labels which do not count yet,
as scores were told on others."""
