"""What layers above want to hear of. They connect when they start; nothing here decides on it."""

from __future__ import annotations

from django.dispatch import Signal

board_changed = Signal()
"""Sent with ``competition`` when one of its boards was written anew, inside the transaction."""

rescoring_asked = Signal()
"""Sent with ``rescoring`` when a worker has something to compute or to publish for it, inside the
transaction."""
