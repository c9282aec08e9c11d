"""A text as numbered features: its words and pairs of neighbours, hashed into a fixed table."""

from __future__ import annotations

import re
from itertools import pairwise
from zlib import crc32

BUCKETS = 2**16
_WORD = re.compile(r"\w+|[!?]")


def feature_ids(text: str) -> list[int]:
    """Each feature once, in the text's order. The same on every machine, unlike ``hash``."""
    words = _WORD.findall(text.lower())
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    return list(dict.fromkeys(crc32(each.encode()) % BUCKETS for each in words + pairs))
