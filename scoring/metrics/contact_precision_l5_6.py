"""Precision of the L/5 most probable contacts 6 places apart or more."""

from __future__ import annotations

from scoring.metrics.contacts import contact_precision

METRIC = contact_precision("contact_precision_l5_6", divisor=5, separation=6)
