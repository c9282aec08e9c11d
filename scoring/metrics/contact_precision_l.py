"""Precision of the L most probable long-range contacts (24 places apart or more)."""

from __future__ import annotations

from scoring.metrics.contacts import contact_precision

METRIC = contact_precision("contact_precision_l", divisor=1, separation=24)
