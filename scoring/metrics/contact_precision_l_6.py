"""Precision of the L most probable contacts 6 places apart or more."""

from __future__ import annotations

from scoring.metrics.contacts import contact_precision

METRIC = contact_precision("contact_precision_l_6", divisor=1, separation=6)
