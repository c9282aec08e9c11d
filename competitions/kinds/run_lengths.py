"""COCO's compressed run lengths: what ``pycocotools.mask.encode`` writes as ``counts``.

Each character holds 5 bits and whether more follow, the lowest bits first; from the third one on,
a run is told by its difference to the one before the last.
"""

from __future__ import annotations

from competitions.kinds.faults import RowInvalid

# 30 bits: more than any run, or difference of runs, of an image has.
MAX_CHARACTERS = 6
_FIRST, _LAST = 48, 48 + 63
_BITS, _MORE, _NEGATIVE = 0x1F, 0x20, 0x10


def decompressed(text: str) -> list[int]:
    """Return the run lengths; raises RowInvalid ``bad_counts``."""
    counts: list[int] = []
    value = shift = 0
    for character in map(ord, text):
        if not _FIRST <= character <= _LAST or shift == 5 * MAX_CHARACTERS:
            raise RowInvalid("bad_counts", "counts is a text, but none that COCO's tools write")
        piece = character - _FIRST
        value |= (piece & _BITS) << shift
        shift += 5
        if piece & _MORE:
            continue
        if piece & _NEGATIVE:
            value -= 1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
        value = shift = 0
    if shift:
        raise RowInvalid("bad_counts", "counts ends in the middle of a number")
    return counts
