"""Inputs that are biological sequences: proteins, or anything else written in letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from competitions.kinds.faults import RowInvalid
from competitions.kinds.fields import check_keys

MAX_PLACES = 20_000
_SEQUENCE = re.compile(f"[A-Z]{{1,{MAX_PLACES}}}")

SEQUENCES = tuple(
    {"sequence": sequence}
    for sequence in (
        "GIGKFLHSAKKFGKAFVGEIMNS",
        "M",
        "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQ",
        "XXXXBZUOX",
        "AAAAAAAAAAAAAAAAAAAA",
        "ACGTTGCAACGT",
        "MEEPQSDLSIELPLSQETFSDLWKLLPPNN" * 40,
    )
)


def sequence_input(value: object) -> dict[str, str]:
    """Check ``{"sequence": letters}``; raises RowInvalid."""
    if not isinstance(value, dict):
        raise RowInvalid("bad_input", "input must be an object")
    check_keys(value, required=("sequence",))
    sequence = value["sequence"]
    if not isinstance(sequence, str) or _SEQUENCE.fullmatch(sequence) is None:
        raise RowInvalid(
            "bad_input",
            f"input.sequence must be 1 to {MAX_PLACES} letters A to Z, capital, without spaces",
        )
    return {"sequence": sequence}


def places(row: Mapping[str, Any]) -> int:
    """Return the length of a row's sequence."""
    return len(row["sequence"])
