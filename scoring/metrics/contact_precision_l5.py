"""Precision of the L/5 most probable long-range contacts (24 places apart or more)."""

from __future__ import annotations

from scoring.metrics.contacts import contact_precision

METRIC = contact_precision("contact_precision_l5", divisor=5, separation=24)
