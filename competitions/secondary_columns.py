"""Columns beside the final score. They depend on who else takes part, so they rank nobody."""

from __future__ import annotations

WIN_RATE = "win_rate"
BORDA = "borda"
SECONDARY_COLUMNS = {WIN_RATE: "Mean win rate", BORDA: "Borda points"}
